//! What there is to sell, to visit and to choose.

use anyhow::{Context, Result, ensure};
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};
use serde_json::{Value, json};

use crate::client::Screen;

/// What there is to sell, to visit and to choose.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    visited: Vec<String>,
    sold: Vec<String>,
    studios: Vec<String>,
    extras: Vec<String>,
    /// Products that have packets, with the names of these.
    packets: Vec<(String, Vec<String>)>,
}

impl Shelf {
    /// Studios are dealt out, so that screens do not fight for rooms all the time; the last one is
    /// everybody's, so that sometimes they do.
    pub(super) async fn of(screen: &Screen, nth: usize, of: usize) -> Result<Self> {
        let products = screen.products().await?;
        let ids_where = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
            products
                .iter()
                .filter(|product| wanted(product["category"].as_str().unwrap_or_default()))
                .filter_map(|product| product["id"].as_str().map(str::to_owned))
                .collect()
        };
        let outlet = screen.data("/api/outlet").await?;
        let all = outlet["outlet"]["studios"].as_array().context("no studios")?;
        let studios = all
            .iter()
            .enumerate()
            .filter(|(at, _)| at % of == nth % all.len() || at + 1 == all.len())
            .filter_map(|(_, studio)| studio["id"].as_str().map(str::to_owned))
            .collect();
        let shelf = Self {
            visited: ids_where(&|category| !matches!(category, "additional" | "retailProduct" | "thematic")),
            sold: ids_where(&|category| category == "retailProduct"),
            studios,
            extras: ids_where(&|category| category == "additional"),
            packets: products.iter().filter_map(with_packets).collect(),
        };
        ensure!(
            !shelf.visited.is_empty() && !shelf.sold.is_empty(),
            "nothing to sell: {}",
            products.len()
        );
        Ok(shelf)
    }

    pub(super) fn visited(&self, random: &mut StdRng) -> Option<&String> {
        self.visited.choose(random)
    }

    pub(super) fn studio(&self, random: &mut StdRng) -> Option<String> {
        self.studios.choose(random).cloned()
    }

    /// A line without its quantity: of goods, or of a packet.
    pub(super) fn line(&self, random: &mut StdRng, packet: bool) -> Option<Value> {
        let with_packet = self.packets.choose(random).filter(|_| packet);
        Some(match with_packet {
            Some((product, packets)) => json!({ "product": product, "packet": packets.choose(random) }),
            None => json!({ "product": self.sold.choose(random)? }),
        })
    }

    /// Two add-ons, and now and then a product with a packet.
    pub(super) fn choose(&self, random: &mut StdRng, ticket: &mut Value) {
        let mut wanted = json!({});
        if random.random_bool(0.5)
            && let Some((product, packets)) = self.packets.choose(random)
        {
            ticket["product"] = json!(product);
            wanted["packet"] = json!(packets.choose(random));
        }
        let extras = self.extras.iter().choose_multiple(random, 2);
        let mut named = Vec::new();
        for extra in extras {
            named.push(json!({ "product": extra, "quantity": random.random_range(1..4) }));
        }
        wanted["extras"] = json!(named);
        ticket["wanted"] = wanted;
    }
}

fn with_packets(product: &Value) -> Option<(String, Vec<String>)> {
    let packets = product["display"]["packets"].as_array()?;
    let names = packets
        .iter()
        .filter_map(|packet| packet["name"].as_str().map(str::to_owned));
    Some((product["id"].as_str()?.to_owned(), names.collect()))
}
