//! Alternating rounds, medians and ratios.

use std::time::Duration;

use anyhow::{Context, Result};

use super::{
    Finding, Goal, Measured, Plan,
    core::CpuTime,
    load::{self, Request},
};

const WARM_UP: Duration = Duration::from_millis(500);

/// Who is asked.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name in the table.
    pub name: String,
    /// What it is asked.
    pub request: Request,
    /// Its process.
    pub pid: u32,
    /// A header of its answers, and what must stand in it: that it is a hit, say.
    pub proof: Option<(&'static str, &'static str)>,
}

/// A subject's rounds.
#[derive(Debug, Default)]
struct Rounds(Vec<Measured>);

/// Compares the first subject with the others: `wanted` is the least ratio to each of them.
///
/// # Errors
/// When one cannot be asked, or does not answer as it should.
pub async fn compare(plan: &Plan, subjects: &[Subject], wanted: &[f64], note: &str) -> Result<Finding> {
    let mut rounds: Vec<Rounds> = subjects.iter().map(|_| Rounds::default()).collect();
    for subject in subjects {
        prove(subject).await.with_context(|| subject.name.clone())?;
    }
    for _ in 0..plan.rounds {
        for (subject, rounds) in subjects.iter().zip(&mut rounds) {
            load::ask(&subject.request, WARM_UP, plan.connections).await?;
            let before = CpuTime::of(subject.pid);
            let mut measured = load::ask(&subject.request, plan.span, plan.connections).await?;
            let took = CpuTime::of(subject.pid).0.saturating_sub(before.0);
            measured.cpu_micros = took.as_secs_f64() * 1e6 / measured.answers.max(1) as f64;
            println!(
                "    {:28} {:9.0} a second, {:6.1} CPU µs each",
                subject.name, measured.rate, measured.cpu_micros
            );
            rounds.0.push(measured);
        }
    }
    for subject in subjects {
        prove(subject).await.with_context(|| subject.name.clone())?;
    }
    let (ours, others) = rounds.split_first().context("nobody to ask")?;
    let goals = subjects[1..].iter().zip(others).zip(wanted);
    Ok(Finding {
        how: format!(
            "{} rounds of {:.0} s each, {} connections, what is measured on one core and whoever asks on another. {note}",
            plan.rounds,
            plan.span.as_secs_f64(),
            plan.connections
        ),
        head: ["", "requests a second", "CPU µs a request", "p50 ms", "p99 ms"]
            .map(str::to_owned)
            .to_vec(),
        rows: subjects
            .iter()
            .zip(&rounds)
            .map(|(subject, rounds)| rounds.row(&subject.name))
            .collect(),
        goals: goals
            .flat_map(|((subject, other), wanted)| {
                let rates = ours.ratios(other, |measured| measured.rate);
                let thrift = ours.ratios(other, |measured| 1.0 / measured.cpu_micros);
                [
                    Goal::least(format!("requests a second, to {}", subject.name), &rates, *wanted),
                    Goal::least(format!("requests a CPU second, to {}", subject.name), &thrift, *wanted),
                ]
            })
            .collect(),
    })
}

impl Rounds {
    /// How these compare with others, round by round.
    fn ratios(&self, others: &Self, of: fn(&Measured) -> f64) -> Vec<f64> {
        self.0
            .iter()
            .zip(&others.0)
            .map(|(ours, theirs)| of(ours) / of(theirs))
            .collect()
    }

    fn row(&self, name: &str) -> Vec<String> {
        let of = |one: fn(&Measured) -> f64| median(self.0.iter().map(one).collect());
        vec![
            name.to_owned(),
            format!("{:.0}", of(|measured| measured.rate)),
            format!("{:.1}", of(|measured| measured.cpu_micros)),
            format!("{:.2}", of(|measured| measured.p50_ms)),
            format!("{:.2}", of(|measured| measured.p99_ms)),
        ]
    }
}

/// Sees that a subject answers as the bench supposes; the first answer may be what fills a cache.
async fn prove(subject: &Subject) -> Result<()> {
    let Some((name, part)) = subject.proof else {
        return Ok(());
    };
    let what = format!("{name}: {part} from {}", subject.name);
    crate::wait::until_true(&what, crate::wait::SOON, async || {
        let head = load::head(&subject.request).await?;
        Ok(head.lines().any(|line| {
            line.split_once(':')
                .is_some_and(|(have, value)| have.eq_ignore_ascii_case(name) && value.contains(part))
        }))
    })
    .await
}

/// The middle one; of an even number, the mean of both.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        even if even % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
