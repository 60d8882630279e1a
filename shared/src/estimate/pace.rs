//! How long visits take, as far as they have been seen.

use std::collections::HashMap;

use crate::{
    catalog::Category,
    ids::{ProductId, StudioId},
    queue::ChosenProduct,
    time::Micros,
};

/// So many must have been seen before they count.
const ENOUGH: usize = 5;
/// Between two visits of one room, in seconds, until it has been seen.
const TURNAROUND: Span = Span { low: 60, high: 300 };
/// A longer gap between two visits was for want of guests, not for cleaning; in seconds.
const LONGEST_TURNAROUND: i64 = 20 * 60;

/// A range of seconds: most take as long as this, from the quicker to the slower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The quicker ones: a quarter took less.
    pub low: i64,
    /// The slower ones: a tenth took more.
    pub high: i64,
}

impl Span {
    /// What is reckoned with before anything was seen: a fifth less, a fifth more.
    #[must_use]
    pub fn around(seconds: i64) -> Self {
        Self {
            low: seconds * 4 / 5,
            high: seconds * 6 / 5,
        }
    }

    fn seen(mut seconds: Vec<i64>) -> Option<Self> {
        if seconds.len() < ENOUGH {
            return None;
        }
        seconds.sort_unstable();
        let last = seconds.len() - 1;
        Some(Self {
            low: seconds[last / 4],
            high: seconds[last * 9 / 10],
        })
    }
}

/// A session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// What for.
    pub product: ProductId,
    /// Its category, if it is known.
    pub category: Option<Category>,
    /// In which room.
    pub studio: StudioId,
    /// When it started.
    pub started_at: Micros,
    /// When it ended.
    pub ended_at: Micros,
}

/// How long visits take at an outlet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    products: HashMap<ProductId, Span>,
    categories: HashMap<Category, Span>,
    turnaround: Option<Span>,
}

impl Pace {
    /// Learns from recent visits, in any order.
    #[must_use]
    pub fn learn(visits: &[Visit]) -> Self {
        let (mut products, mut categories) = (HashMap::<_, Vec<i64>>::new(), HashMap::<_, Vec<i64>>::new());
        for visit in visits {
            let seconds = visit.ended_at.millis_since(visit.started_at).max(0) / 1_000;
            products.entry(visit.product).or_default().push(seconds);
            if let Some(category) = visit.category {
                categories.entry(category).or_default().push(seconds);
            }
        }
        Self {
            products: seen(products),
            categories: seen(categories),
            turnaround: Span::seen(turnarounds(visits)),
        }
    }

    /// How long a visit of a product takes, if enough were seen.
    #[must_use]
    pub fn of_product(&self, product: ProductId) -> Option<Span> {
        self.products.get(&product).copied()
    }

    /// How long a visit takes: as its product's did, else as its category's, else as booked.
    #[must_use]
    pub fn of(&self, product: &ChosenProduct) -> Span {
        let category = || self.categories.get(&product.category).copied();
        let booked = || Span::around(i64::from(product.minutes) * 60);
        self.of_product(product.id).or_else(category).unwrap_or_else(booked)
    }

    /// From the end of a visit until the next can begin in the same room.
    #[must_use]
    pub fn turnaround(&self) -> Span {
        self.turnaround.unwrap_or(TURNAROUND)
    }
}

fn seen<K: std::hash::Hash + Eq>(by: HashMap<K, Vec<i64>>) -> HashMap<K, Span> {
    by.into_iter()
        .filter_map(|(key, seconds)| Some((key, Span::seen(seconds)?)))
        .collect()
}

/// Seconds between visits that followed each other in one room.
fn turnarounds(visits: &[Visit]) -> Vec<i64> {
    let mut ordered: Vec<&Visit> = visits.iter().collect();
    ordered.sort_by_key(|visit| (visit.studio, visit.started_at));
    let pairs = ordered.windows(2).filter(|pair| pair[0].studio == pair[1].studio);
    let gaps = pairs.map(|pair| pair[1].started_at.millis_since(pair[0].ended_at) / 1_000);
    gaps.filter(|gap| (0..=LONGEST_TURNAROUND).contains(gap)).collect()
}
