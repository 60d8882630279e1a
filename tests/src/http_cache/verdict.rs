//! What became of each test, in the suite's own words (its `lib/display.mjs`).

use std::collections::HashMap;

use serde::Deserialize;

/// A test and what came of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Test {
    /// Its name in the suite.
    pub(super) id: String,
    kind: Kind,
    rests_on: Vec<String>,
    passed: Option<bool>,
    failure: Option<(String, String)>,
}

/// What a test is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// What RFC 9111 requires.
    Required,
    /// What a good cache does.
    Optimal,
    /// How caches behave, neither right nor wrong.
    Check,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Outcome {
    Passed,
    Failed,
    /// The cache did not do what the test only starts from.
    NotSetUp,
    /// A test it rests on did not pass.
    NotReached,
    /// For browsers only.
    Skipped,
}

/// How many of a kind came to what, and which did not pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    counts: HashMap<(Kind, Outcome), usize>,
    /// Kind, id, outcome and the suite's words for it.
    pub(super) rest: Vec<(Kind, String, Outcome, String)>,
}

impl Score {
    pub(super) fn of(tests: &[Test]) -> Self {
        let by_id: HashMap<&str, &Test> = tests.iter().map(|test| (test.id.as_str(), test)).collect();
        let mut score = Self::default();
        for test in tests {
            let outcome = outcome(test, &by_id);
            *score.counts.entry((test.kind, outcome)).or_default() += 1;
            if !matches!(outcome, Outcome::Passed | Outcome::Skipped) {
                let why = test.failure.as_ref().map(|(_, why)| why.clone()).unwrap_or_default();
                score.rest.push((test.kind, test.id.clone(), outcome, why));
            }
        }
        score
    }

    pub(super) fn count(&self, kind: Kind, outcome: Outcome) -> usize {
        self.counts.get(&(kind, outcome)).copied().unwrap_or_default()
    }

    /// All of a kind that were run.
    pub(super) fn all(&self, kind: Kind) -> usize {
        let of_it = self
            .counts
            .iter()
            .filter(|((of, outcome), _)| *of == kind && *outcome != Outcome::Skipped);
        of_it.map(|(_, count)| count).sum()
    }
}

fn outcome(test: &Test, all: &HashMap<&str, &Test>) -> Outcome {
    let Some(passed) = test.passed else {
        return Outcome::Skipped;
    };
    let stands = |id: &String| {
        all.get(id.as_str())
            .is_some_and(|on| outcome(on, all) == Outcome::Passed)
    };
    if !test.rests_on.iter().all(stands) {
        Outcome::NotReached
    } else if passed {
        Outcome::Passed
    } else if test.failure.as_ref().is_some_and(|(kind, _)| kind == "Setup") {
        Outcome::NotSetUp
    } else {
        Outcome::Failed
    }
}

/// Several runs as one, each test with its best result: many wait for three seconds and a copy that is
/// fresh for two, so that a busy machine fails them now and then.
pub(super) fn best(runs: Vec<Vec<Test>>) -> Vec<Test> {
    let mut runs = runs.into_iter();
    let mut best = runs.next().unwrap_or_default();
    for run in runs {
        for (best, again) in best.iter_mut().zip(run) {
            if again.passed == Some(true) {
                *best = again;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Kind, Outcome, Score, Test, best};

    fn test(id: &str, rests_on: &[&str], passed: Option<bool>, failure: Option<&str>) -> Test {
        Test {
            id: id.to_owned(),
            kind: Kind::Required,
            rests_on: rests_on.iter().map(|&on| on.to_owned()).collect(),
            passed,
            failure: failure.map(|kind| (kind.to_owned(), String::new())),
        }
    }

    #[test]
    fn what_rests_on_a_failure_is_not_reached() {
        let tests = [
            test("a", &[], Some(true), None),
            test("b", &["a"], Some(false), Some("Assertion")),
            test("c", &["b"], Some(true), None),
            test("d", &["c"], Some(false), Some("Assertion")),
            test("e", &["a"], Some(false), Some("Setup")),
            test("f", &[], None, None),
        ];
        let score = Score::of(&tests);
        for (outcome, count) in [
            (Outcome::Passed, 1),
            (Outcome::Failed, 1),
            (Outcome::NotReached, 2),
            (Outcome::NotSetUp, 1),
            (Outcome::Skipped, 1),
        ] {
            assert_eq!(score.count(Kind::Required, outcome), count, "{outcome:?}");
        }
        assert_eq!((score.all(Kind::Required), score.all(Kind::Check)), (5, 0));
        assert_eq!(score.rest.len(), 4);
    }

    #[test]
    fn a_test_counts_with_its_best_result() {
        let run = |a, b| vec![test("a", &[], Some(a), None), test("b", &[], Some(b), None)];
        let both = best(vec![run(true, false), run(false, false), run(false, true)]);
        assert_eq!(Score::of(&both).count(Kind::Required, Outcome::Passed), 2);
    }
}
