//! Many processes bring one database up to date at once.

use anyhow::{Result, ensure};
use gerai_tests::{Engine, central::Central, database::Database, ports};

const PROCESSES: usize = 8;

gerai_tests::on_both_engines!(eight_processes_migrate_one_database_at_once);

async fn eight_processes_migrate_one_database_at_once(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = Database::open(engine, &folder.path().join("database")).await?;
    let mut migrating = tokio::task::JoinSet::new();
    for nth in 0..PROCESSES {
        let home = folder.path().join(format!("central-{nth}"));
        let central = Central::new(&home, database.url(), ports::free_port()?)?;
        migrating.spawn(async move { central.command(&["migrate"]).succeed().await });
    }
    let mut done = 0;
    while let Some(migrated) = migrating.join_next().await {
        migrated??;
        done += 1;
    }
    ensure!(done == PROCESSES);
    // The tables are whole: a chain can be made in them and served.
    let mut central = Central::new(&folder.path().join("central-0"), database.url(), ports::free_port()?)?;
    central.seed().await?;
    central.start().await?;
    central.stop().await
}
