//! Lists in the shape of Laravel's resource paginator.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// From 1.
    page: Option<u32>,
    /// How many on a page: 500 when not said, at most 1000.
    per_page: Option<u32>,
}

const WHOLE_DAY: u32 = 500;
const MOST: u32 = 1_000;

impl PageQuery {
    pub(super) fn new(page: Option<u32>, per_page: Option<u32>) -> Self {
        Self { page, per_page }
    }

    fn page(self) -> u32 {
        self.page.unwrap_or(1).max(1)
    }

    pub(super) fn per_page(self) -> u32 {
        self.per_page.unwrap_or(WHOLE_DAY).clamp(1, MOST)
    }

    pub(super) fn offset(self) -> u64 {
        u64::from(self.page() - 1) * u64::from(self.per_page())
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the other pages are.
    pub links: PageLinks,
    /// Where this page is.
    pub meta: PageMeta,
}

/// Where the other pages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageLinks {
    /// The first page.
    pub first: String,
    /// The last page.
    pub last: String,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// Where this page is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageMeta {
    /// From 1.
    pub current_page: u32,
    /// Number of its first row, from 1; null when it is empty.
    pub from: Option<u64>,
    /// The last page.
    pub last_page: u32,
    /// The list's path.
    pub path: String,
    /// Rows on a page.
    pub per_page: u32,
    /// Number of its last row; null when it is empty.
    pub to: Option<u64>,
    /// Rows in all.
    pub total: u64,
}

impl<T> Page<T> {
    pub(super) fn new(path: &str, asked: PageQuery, total: u64, data: Vec<T>) -> Self {
        let last_page = u32::try_from(total.div_ceil(u64::from(asked.per_page())))
            .unwrap_or(u32::MAX)
            .max(1);
        let url = |page: u32| format!("{path}?page={page}&per_page={}", asked.per_page());
        let rows = data.len() as u64;
        Self {
            links: PageLinks {
                first: url(1),
                last: url(last_page),
                prev: (asked.page() > 1).then(|| url(asked.page() - 1)),
                next: (asked.page() < last_page).then(|| url(asked.page() + 1)),
            },
            meta: PageMeta {
                current_page: asked.page(),
                from: (rows > 0).then(|| asked.offset() + 1),
                last_page,
                path: path.to_owned(),
                per_page: asked.per_page(),
                to: (rows > 0).then(|| asked.offset() + rows),
                total,
            },
            data,
        }
    }

    /// The same with what else was asked for in the links: `state=held`.
    pub(super) fn asked_with(mut self, query: &str) -> Self {
        let with = |link: &mut String| *link = link.replacen('?', &format!("?{query}&"), 1);
        with(&mut self.links.first);
        with(&mut self.links.last);
        self.links.prev.iter_mut().for_each(with);
        self.links.next.iter_mut().for_each(with);
        self
    }
}
