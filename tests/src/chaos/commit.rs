//! Committing a fault, and showing that it was one: a fault nobody noticed proves nothing.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::json;

use super::{
    arena::{Arena, span_ms},
    schedule::{Fault, Kind},
};
use crate::{
    line::{Faults, Mode},
    wait,
};

/// The size beyond which no file grows while a disk is full: less than a page of SQLite's.
const FULL: u64 = 1_024;
/// The time after which a fault that did not show is an error of the harness.
const SHOWS: std::time::Duration = wait::LATER;

impl Arena {
    /// Commits a fault at its moment and ends it, unless it lasts.
    ///
    /// # Errors
    /// When it did not fire, or a program did not come up again.
    pub(super) async fn commit(&mut self, fault: &Fault) -> Result<()> {
        self.told_more(fault.after).await?;
        wait::pass(span_ms(fault.moment_ms)).await;
        match fault.kind {
            Kind::EdgeKilled => self.kill_edge().await,
            Kind::CentralKilled => self.kill_central(fault.during).await,
            Kind::ClockJump => self.jump(fault).await,
            Kind::EdgeDiskFull => self.fill_edges_disk(fault).await,
            Kind::CentralDiskFull => self.fill_centrals_disk(fault).await,
            _ => self.break_line(fault).await,
        }
        .with_context(|| fault.kind.name())
    }

    async fn break_line(&mut self, fault: &Fault) -> Result<()> {
        let before = self.edge.line.faults();
        self.edge.line.set(match fault.kind {
            Kind::Slow => Mode::Slow {
                latency: span_ms(40 * fault.every),
                bytes_per_second: 32 * 1024,
            },
            Kind::HalfOpen => Mode::HalfOpen,
            Kind::LostAnswers => Mode::LosingAnswers { every: fault.every },
            Kind::Portal => Mode::Portal {
                status: if fault.every % 2 == 1 { 200 } else { 403 },
            },
            _ => Mode::Cut,
        });
        self.told_more(fault.during).await?;
        wait::until_true("the line's fault to be felt", SHOWS, async || {
            Ok(felt(fault.kind, before, self.edge.line.faults()))
        })
        .await?;
        if !fault.lasts {
            self.edge.line.heal();
        }
        Ok(())
    }

    async fn kill_edge(&mut self) -> Result<()> {
        let before = self.edge.pid();
        self.edge.kill()?;
        self.edge.start().await?;
        ensure!(before != self.edge.pid(), "the same process");
        Ok(())
    }

    async fn kill_central(&mut self, during: usize) -> Result<()> {
        let before = self.central.pid();
        self.central.kill()?;
        self.told_more(during).await?;
        self.central.start().await?;
        ensure!(before != self.central.pid(), "the same process");
        Ok(())
    }

    /// A power cut at an outlet whose machine's clock goes wrong over it, while the line is down.
    async fn jump(&mut self, fault: &Fault) -> Result<()> {
        let line = self.edge.line.mode();
        self.edge.line.cut();
        self.edge.kill()?;
        self.edge
            .set("GERAI_KIOSK__CLOCK__CORRECTION_SECONDS", fault.jump_ms / 1_000);
        self.boot_anew()?;
        self.edge.start().await?;
        self.told_more(fault.during).await?;
        if fault.jump_ms > 0 {
            // What was told meanwhile may have been written before the power went.
            let what = format!("a jump of {} ms to show in the journal", fault.jump_ms);
            wait::until_true(&what, SHOWS, async || Ok(self.stamped_ahead_ms()? > fault.jump_ms / 2)).await?;
        }
        self.edge.line.set(line);
        Ok(())
    }

    /// Makes the machine look as if it had booted since the edge last ran: within one boot an edge
    /// goes on with the time it was told, whatever the machine's clock says.
    fn boot_anew(&self) -> Result<()> {
        let journal = rusqlite::Connection::open(self.edge.journal_file())?;
        journal.busy_timeout(span_ms(10_000))?;
        let kept = "UPDATE facts SET value = json_set(value, '$.boot', 'a boot before this one') WHERE name = 'clock'";
        ensure!(journal.execute(kept, [])? == 1, "no clock is kept");
        Ok(())
    }

    /// By how much the latest command is stamped ahead of the wall's clock.
    fn stamped_ahead_ms(&self) -> Result<i64> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let journal = rusqlite::Connection::open_with_flags(self.edge.journal_file(), flags)?;
        journal.busy_timeout(span_ms(10_000))?;
        let latest: i64 = journal.query_row("SELECT made_at FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
            row.get(0)
        })?;
        Ok(latest / 1_000 - i64::try_from(wait::unix_seconds())? * 1_000)
    }

    async fn fill_edges_disk(&mut self, fault: &Fault) -> Result<()> {
        let before = self.log.failures();
        self.edge.limit_files(Some(FULL))?;
        let felt = wait::until_true(
            "a write to be refused",
            SHOWS,
            async || Ok(self.log.failures() > before),
        )
        .await;
        wait::pass(span_ms(fault.moment_ms * 4)).await;
        self.edge.limit_files(None)?;
        felt
    }

    async fn fill_centrals_disk(&mut self, fault: &Fault) -> Result<()> {
        self.central.limit_files(Some(FULL))?;
        let body = json!({ "outlet": self.edge.outlet });
        let felt = wait::until_true("central to fail", SHOWS, async || {
            let made = self
                .admin
                .call(Method::POST, "/api/admin/fleet/codes", Some(&body))
                .await;
            Ok(made.map_or(true, |answer| answer.status >= 500))
        })
        .await;
        self.told_more(fault.during).await?;
        self.central.limit_files(None)?;
        felt
    }
}

fn felt(kind: Kind, before: Faults, now: Faults) -> bool {
    match kind {
        Kind::Slow => now.delayed > before.delayed,
        Kind::LostAnswers => now.lost_answers > before.lost_answers,
        Kind::Portal => now.portal_answers > before.portal_answers,
        _ => now.swallowed_bytes > before.swallowed_bytes,
    }
}
