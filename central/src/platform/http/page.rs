//! Lists in the shape of Laravel's resource paginator.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most rows of one page.
const MOST: u64 = 1_000;

/// `?page=&per_page=`
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Which page, from 1.
    #[serde(default)]
    pub page: Option<u64>,
    /// How many rows; 15 unless told, 1,000 at most.
    #[serde(default)]
    pub per_page: Option<u64>,
}

impl PageQuery {
    /// Which page, from 1.
    #[must_use]
    pub fn number(self) -> u64 {
        self.page.unwrap_or(1).max(1)
    }

    /// How many rows.
    #[must_use]
    pub fn size(self) -> u64 {
        self.per_page.unwrap_or(15).clamp(1, MOST)
    }

    /// How many rows come before the page.
    #[must_use]
    pub fn offset(self) -> u64 {
        // Databases count in signed numbers.
        (self.number() - 1)
            .saturating_mul(self.size())
            .min(i64::MAX.unsigned_abs())
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Addresses of other pages.
    pub links: Links,
    /// Where this page stands.
    pub meta: Meta,
}

/// Addresses of other pages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Links {
    /// The first page.
    pub first: String,
    /// The last page.
    pub last: String,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// Where a page stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Meta {
    /// This page's number, from 1.
    pub current_page: u64,
    /// Number of its first row, from 1; null when it is empty.
    pub from: Option<u64>,
    /// Number of the last page.
    pub last_page: u64,
    /// The list's path.
    pub path: String,
    /// Rows per page.
    pub per_page: u64,
    /// Number of its last row; null when it is empty.
    pub to: Option<u64>,
    /// Rows in all.
    pub total: u64,
}

impl<T> Page<T> {
    /// A page of `path` with its rows and how many there are in all.
    #[must_use]
    pub fn new(path: &str, query: PageQuery, total: u64, data: Vec<T>) -> Self {
        let (page, size) = (query.number(), query.size());
        let last_page = total.div_ceil(size).max(1);
        let link = |number: u64| format!("{path}?page={number}&per_page={size}");
        let from = (!data.is_empty()).then(|| query.offset() + 1);
        let to = from.map(|from| from + data.len() as u64 - 1);
        Self {
            links: Links {
                first: link(1),
                last: link(last_page),
                prev: (page > 1).then(|| link(page - 1)),
                next: (page < last_page).then(|| link(page + 1)),
            },
            meta: Meta {
                current_page: page,
                from,
                last_page,
                path: path.to_owned(),
                per_page: size,
                to,
                total,
            },
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_page_beyond_all_counting_is_empty() {
        let app = TestApp::new().await;
        let (admin, customer) = (app.admin().await, app.customer().await);
        let last = "page=18446744073709551615&per_page=1000";
        for (path, who) in [
            ("/api/user/devices", &customer),
            ("/api/admin/sync/held", &admin),
            ("/api/admin/activity", &admin),
            ("/api/outlets", &customer),
            ("/api/catalog-products", &customer),
        ] {
            for query in [
                last.to_owned(),
                last.replace("18446744073709551615", "9300000000000000"),
            ] {
                let page = app.get(&format!("{path}?{query}")).by(who).send().await.expect(200);
                assert!(page["data"].as_array().is_none_or(Vec::is_empty), "{path}");
            }
        }
    }
}
