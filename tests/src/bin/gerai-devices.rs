//! Printers and cameras that stand for an outlet's; see `gerai_tests::gear`.

use std::process::ExitCode;

use clap::Parser;
use gerai_tests::gear::{self, Kind, Plan};

/// Stands for the printers and cameras of an outlet, on ports of the loopback address.
#[derive(Debug, Parser)]
struct Args {
    /// The port at which it is told what each is to be.
    #[arg(long)]
    control: u16,
    /// A receipt printer that speaks ESC/POS.
    #[arg(long, value_name = "NAME=PORT")]
    printer: Vec<Plan>,
    /// A camera.
    #[arg(long, value_name = "NAME=PORT")]
    camera: Vec<Plan>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let cameras = args.camera.into_iter().map(|plan| Plan {
        kind: Kind::Camera,
        ..plan
    });
    let plans: Vec<Plan> = args.printer.into_iter().chain(cameras).collect();
    match gear::serve(args.control, &plans).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
