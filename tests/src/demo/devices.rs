//! The printer and the cameras of the demo's first outlet.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::memory::Memory;
use crate::gear::{Gear, Kind, Plan};

const CONTROL_PORT: u16 = 8091;
const PRINTER_PORT: u16 = 19_100;
const FIRST_CAMERA_PORT: u16 = 19_554;
/// How many rooms have a camera.
const CAMERAS: usize = 2;

/// Starts them in a folder; with the settings of the edge that looks after them.
pub(super) async fn start(folder: &Path, memory: &mut Memory, outlet: &Value) -> Result<(Gear, String)> {
    let mut settings = "[devices_check]\nevery_ms = 500\n".to_owned();
    let mut plans = Vec::new();
    let mut plan = |name: &str, kind: Kind, port: u16, studio: Option<&str>| {
        let word = match kind {
            Kind::Printer => "printer",
            Kind::Camera => "camera",
        };
        settings +=
            &format!("\n[[devices]]\nname = {name:?}\nkind = \"{word}\"\naddress = \"tcp://127.0.0.1:{port}\"\n");
        if let Some(studio) = studio {
            settings += &format!("studio = {studio:?}\n");
        }
        plans.push(Plan {
            // As the edge makes an id of a name of plain words.
            name: name.to_ascii_lowercase().replace(' ', "-"),
            kind,
            port,
        });
    };
    plan(
        "Printer kasir",
        Kind::Printer,
        memory.port("printer", PRINTER_PORT)?,
        None,
    );
    let studios = outlet["studios"].as_array().map_or(&[][..], Vec::as_slice);
    for (nth, studio) in (0_u16..).zip(studios.iter().take(CAMERAS)) {
        let port = memory.port(&format!("camera {}", nth + 1), FIRST_CAMERA_PORT + nth)?;
        let name = format!("Kamera {}", nth + 1);
        plan(&name, Kind::Camera, port, studio["name"].as_str());
    }
    let gear = Gear::start(folder, memory.port("devices", CONTROL_PORT)?, &plans).await?;
    Ok((gear, settings))
}
