//! Which paths may be kept, for how long: one table, from configuration.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// How much the cache may hold, and the table of what it may hold at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CacheConfig {
    /// Bytes on disk, metadata and pictures together.
    pub max_bytes: u64,
    /// Bytes held in memory above the disk.
    pub memory_bytes: u64,
    /// The table; the longest matching prefix decides, no match means [`Mode::Never`].
    pub policies: Vec<Policy>,
    /// Lines added to the table: `[[cache.policy]]`. One with a prefix of the table replaces that line.
    pub policy: Vec<Policy>,
}

/// What holds for the paths under one prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whole path segments from the left; `*` stands for any one segment.
    pub prefix: String,
    /// Whose word counts.
    #[serde(alias = "policy")]
    pub mode: Mode,
    /// [`Mode::Store`] only: seconds a copy counts as fresh.
    #[serde(default)]
    pub fresh_seconds: u32,
    /// Seconds past freshness during which the copy is shown while a new one is fetched (RFC 5861).
    #[serde(default)]
    pub stale_while_revalidate_seconds: u32,
    /// Seconds past freshness during which the copy stands in for a failing central (RFC 5861).
    #[serde(default)]
    pub stale_if_error_seconds: u32,
    /// Feed topics that make copies under this prefix out of date; `outlet:*` stands for the topic
    /// of the one outlet this edge follows.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Seconds for which a failure to reach central is remembered instead of tried again.
    #[serde(default = "two_seconds")]
    pub negative_seconds: u32,
    /// Whether HTML is expected here; elsewhere it is what a captive portal answers, and not believed.
    #[serde(default)]
    pub pages: bool,
    /// [`Mode::ObeyOrigin`] only: whether what sets a cookie may be kept, with its cookie, when the origin
    /// allows it (RFC 9111 §7.3). Without it, it never is.
    #[serde(default)]
    pub cookies: bool,
}

fn two_seconds() -> u32 {
    2
}

/// Whose word counts on what may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Ours: allow-listed public GETs, by the seconds of the table. The origin can still forbid.
    Store,
    /// The origin's: RFC 9111 by the headers of its response.
    #[serde(alias = "origin")]
    ObeyOrigin,
    /// Nobody's: never kept.
    Never,
}

const MINUTE: u32 = 60;
const DAY: u32 = 24 * 60 * MINUTE;

impl Default for CacheConfig {
    fn default() -> Self {
        let policy = |prefix: &str, mode, fresh_seconds, topic: Option<&str>| Policy {
            prefix: prefix.to_owned(),
            mode,
            fresh_seconds,
            stale_while_revalidate_seconds: if mode == Mode::Never { 0 } else { DAY },
            stale_if_error_seconds: if mode == Mode::Never { 0 } else { 30 * DAY },
            topics: topic.map(str::to_owned).into_iter().collect(),
            negative_seconds: two_seconds(),
            pages: false,
            cookies: false,
        };
        Self {
            max_bytes: 2 << 30,
            memory_bytes: 64 << 20,
            policies: vec![
                policy("/api/catalog-products", Mode::Store, 5 * MINUTE, Some("catalog")),
                policy("/api/outlets", Mode::Store, MINUTE, Some("outlet:*")),
                // Live queues lie under a prefix that may be kept, and must not be.
                policy("/api/outlets/*/queue", Mode::Never, 0, None),
                policy("/api/banners", Mode::Store, 5 * MINUTE, None),
                policy("/api/faqs", Mode::Store, 5 * MINUTE, None),
                policy("/api/media", Mode::ObeyOrigin, 0, Some("catalog")),
                policy("/media", Mode::ObeyOrigin, 0, Some("catalog")),
            ],
            policy: Vec::new(),
        }
    }
}

impl CacheConfig {
    /// The table with what was added to it.
    pub fn table(&self) -> Vec<Policy> {
        let added = |prefix: &str| self.policy.iter().any(|policy| policy.prefix == prefix);
        let kept = self.policies.iter().filter(|policy| !added(&policy.prefix));
        kept.chain(&self.policy).cloned().collect()
    }
}

/// A policy made ready: its prefix split, its topics resolved to the numbers they need.
#[derive(Debug)]
pub struct Rule {
    /// The line of the table.
    pub policy: Policy,
    segments: Vec<String>,
    /// The feed number each of the policy's topics needs, in their order.
    needed: Vec<Arc<AtomicU64>>,
}

impl Rule {
    /// Resolves the topics with `number_of`.
    pub fn new(policy: Policy, number_of: impl Fn(&str) -> Arc<AtomicU64>) -> Self {
        Self {
            segments: segments(&policy.prefix).map(str::to_owned).collect(),
            needed: policy.topics.iter().map(|topic| number_of(topic)).collect(),
            policy,
        }
    }

    /// The feed numbers that copies need to be at least, as of now.
    pub fn needed(&self) -> Box<[u64]> {
        self.needed
            .iter()
            .map(|number| number.load(Ordering::Acquire))
            .collect()
    }

    /// Whether a copy taken at these feed numbers is still the newest there is.
    pub fn is_current(&self, feeds: &[u64]) -> bool {
        let mut pairs = self.needed.iter().zip(feeds);
        pairs.all(|(needed, &had)| had >= needed.load(Ordering::Acquire))
    }

    fn matches(&self, path: &str) -> bool {
        let mut asked = segments(path);
        self.segments
            .iter()
            .all(|wanted| asked.next().is_some_and(|have| wanted == "*" || wanted == have))
    }

    /// Longer prefixes weigh more; among equals, the one with fewer wildcards.
    fn weight(&self) -> (usize, usize) {
        let literal = self.segments.iter().filter(|segment| *segment != "*").count();
        (self.segments.len(), literal)
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The whole table, longest prefix first.
#[derive(Debug)]
pub struct Table(Vec<Arc<Rule>>);

impl Table {
    /// Orders the rules so that the first match is the right one.
    pub fn new(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.weight()));
        Self(rules)
    }

    /// The first segments of all prefixes: below them a path may be central's.
    pub fn first_segments(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|rule| rule.segments.first().map(String::as_str))
    }

    /// The rule for a path, unless it may not be kept.
    pub fn rule(&self, path: &str) -> Option<&Arc<Rule>> {
        let rule = self.0.iter().find(|rule| rule.matches(path))?;
        (rule.policy.mode != Mode::Never).then_some(rule)
    }
}
