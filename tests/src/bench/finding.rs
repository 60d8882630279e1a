//! What a bench found, as a section of the page.

use std::fmt::Write as _;

use super::{core::Machine, rounds::median};

/// How a goal is met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// By at least this.
    AtLeast(f64),
    /// By at most this.
    AtMost(f64),
}

/// Something that was to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// What is measured, with its unit.
    pub what: String,
    /// What was measured.
    pub measured: f64,
    /// The least and the most of all rounds.
    pub spread: Option<(f64, f64)>,
    /// What was wanted.
    pub wanted: Wanted,
}

impl Goal {
    /// A goal whose rounds are to come to `least` in the median.
    #[must_use]
    pub fn least(what: String, rounds: &[f64], least: f64) -> Self {
        let least_of_all = rounds.iter().copied().fold(f64::INFINITY, f64::min);
        let most_of_all = rounds.iter().copied().fold(0.0, f64::max);
        Self {
            what,
            measured: median(rounds.to_vec()),
            spread: Some((least_of_all, most_of_all)),
            wanted: Wanted::AtLeast(least),
        }
    }

    /// Whether it was reached.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        match self.wanted {
            Wanted::AtLeast(least) => self.measured >= least,
            Wanted::AtMost(most) => self.measured <= most,
        }
    }
}

/// What a bench found.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// How it was measured: rounds, connections, settings of the yardsticks.
    pub how: String,
    /// The table's head.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// What was to be reached.
    pub goals: Vec<Goal>,
}

impl Finding {
    /// The section of the page.
    pub(super) fn section(&self, name: &str, about: &str, machine: &Machine) -> String {
        let mut text = format!("## {name}\n\n{about}.\n\n{machine}. {}\n\n", self.how);
        table(&mut text, &self.head, &self.rows);
        if !self.goals.is_empty() {
            let head = ["goal", "measured", "rounds", "wanted", ""].map(str::to_owned);
            let goals: Vec<_> = self.goals.iter().map(row).collect();
            text.push('\n');
            table(&mut text, &head, &goals);
        }
        text
    }
}

fn row(goal: &Goal) -> Vec<String> {
    let (sign, bound) = match goal.wanted {
        Wanted::AtLeast(bound) => ("≥", bound),
        Wanted::AtMost(bound) => ("≤", bound),
    };
    let spread = goal
        .spread
        .map_or_else(String::new, |(least, most)| format!("{least:.2} to {most:.2}"));
    let word = if goal.is_reached() { "reached" } else { "**missed**" };
    vec![
        goal.what.clone(),
        format!("{:.2}", goal.measured),
        spread,
        format!("{sign} {bound:.2}"),
        word.to_owned(),
    ]
}

fn table(text: &mut String, head: &[String], rows: &[Vec<String>]) {
    if head.is_empty() {
        return;
    }
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, Wanted};

    #[test]
    fn a_goal_is_reached_on_its_own_side() {
        let goal = |measured, wanted| Goal {
            what: String::new(),
            measured,
            spread: None,
            wanted,
        };
        assert!(goal(1.2, Wanted::AtLeast(1.15)).is_reached());
        assert!(!goal(1.1, Wanted::AtLeast(1.15)).is_reached());
        assert!(goal(1.1, Wanted::AtMost(2.0)).is_reached());
        assert!(!goal(2.1, Wanted::AtMost(2.0)).is_reached());
        let rounds = Goal::least(String::new(), &[2.0, 0.5, 1.0], 1.0);
        assert_eq!((rounds.measured, rounds.spread), (1.0, Some((0.5, 2.0))));
    }
}
