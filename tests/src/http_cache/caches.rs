//! The caches: where they are, how they are started from the settings of `tests/http-cache/caches`.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::Running;
use crate::{ports, process::Launch, programs, wait::LATER};

/// A cache that can be tried.
pub(super) struct Cache {
    /// What it is called on the command line.
    pub(super) name: &'static str,
    /// What it is called in the page.
    pub(super) title: &'static str,
    program: &'static str,
    package: &'static str,
    /// How it is asked for its version, and what stands before that in what it says.
    version: (&'static str, &'static str),
    /// Its settings, and where in its folder they belong.
    settings: &'static [(&'static str, &'static str)],
    /// Its arguments, with the same marks as the settings.
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

/// All of them, ours first.
pub(super) const CACHES: [Cache; 5] = [
    Cache {
        name: "edge",
        title: "gerai-kiosk",
        program: "gerai-kiosk",
        package: "",
        version: ("--version", "gerai-kiosk "),
        settings: &[("kiosk.toml", "kiosk.toml")],
        args: &["serve"],
        env: &[("GERAI_KIOSK_CONFIG", "@folder@/kiosk.toml")],
    },
    Cache {
        name: "nginx",
        title: "nginx",
        program: "nginx",
        package: "nginx",
        version: ("-v", "nginx/"),
        settings: &[("nginx.conf", "nginx.conf")],
        args: &["-p", "@folder@", "-c", "@folder@/nginx.conf"],
        env: &[],
    },
    Cache {
        name: "varnish",
        title: "Varnish",
        program: "varnishd",
        package: "varnish",
        version: ("-V", "varnish-"),
        settings: &[("varnish.vcl", "varnish.vcl")],
        args: &[
            "-j",
            "none",
            "-F",
            "-a",
            "127.0.0.1:@port@",
            "-f",
            "@folder@/varnish.vcl",
            "-n",
            "@folder@/home",
            "-s",
            "malloc,64m",
        ],
        env: &[],
    },
    Cache {
        name: "squid",
        title: "Squid",
        program: "squid",
        package: "squid",
        version: ("-v", "Version "),
        settings: &[("squid.conf", "squid.conf")],
        args: &["-N", "-f", "@folder@/squid.conf"],
        env: &[],
    },
    Cache {
        name: "trafficserver",
        title: "Apache Traffic Server",
        program: "traffic_server",
        package: "trafficserver",
        version: ("-V", "traffic_server - "),
        settings: &[
            ("trafficserver/runroot.yaml", "runroot.yaml"),
            ("trafficserver/records.config", "etc/records.config"),
            ("trafficserver/remap.config", "etc/remap.config"),
            ("trafficserver/storage.config", "etc/storage.config"),
            ("trafficserver/ip_allow.yaml", "etc/ip_allow.yaml"),
        ],
        args: &[],
        env: &[("TS_RUNROOT", "@folder@/runroot.yaml")],
    },
];

/// Folders a cache expects to be there.
const FOLDERS: [&str; 5] = ["etc", "var", "run", "log", "cache"];

/// A cache that runs; stopped on drop.
pub(super) struct Started {
    /// Where it listens, on the loopback address.
    pub(super) port: u16,
    /// What requests to it need.
    pub(super) header: Option<(String, String)>,
    running: Running,
}

impl Drop for Started {
    fn drop(&mut self) {
        // Killed, some would leave their workers behind.
        self.running.end();
    }
}

impl Cache {
    fn is_ours(&self) -> bool {
        self.package.is_empty()
    }

    /// Where its program is.
    pub(super) fn program(&self) -> Result<PathBuf> {
        if self.is_ours() {
            return programs::kiosk();
        }
        programs::installed(&[self.program], &format!("apt-get install {}", self.package))
    }

    /// Which release it says it is.
    pub(super) async fn version(&self) -> Result<String> {
        let (flag, before) = self.version;
        let output = tokio::process::Command::new(self.program()?).arg(flag).output().await?;
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let version = said.split_once(before).map(|(_, rest)| rest);
        let version = version.and_then(|rest| rest.split([' ', '\n', ')']).next());
        Ok(version.unwrap_or("of unknown version").to_owned())
    }

    /// Starts it in a folder of its own, before the origin at that port.
    pub(super) async fn start(&self, suite: &Path, folder: &Path, origin: u16) -> Result<Started> {
        let port = ports::free_port()?;
        for name in FOLDERS {
            std::fs::create_dir_all(folder.join(name))?;
        }
        // Started by root, some go on as users of their own.
        std::fs::set_permissions(folder, Permissions::from_mode(0o777))?;
        let there = folder.to_string_lossy();
        let filled = |text: &str| {
            text.replace("@folder@", &there)
                .replace("@port@", &port.to_string())
                .replace("@origin@", &origin.to_string())
        };
        for (from, to) in self.settings {
            let from = suite.join("caches").join(from);
            let text = std::fs::read_to_string(&from).with_context(|| from.display().to_string())?;
            std::fs::write(folder.join(to), filled(&text))?;
        }
        let mut launch = Launch::new(&self.program()?, folder);
        for (name, value) in self.env {
            launch = launch.env(name, filled(value));
        }
        let header = if self.is_ours() {
            Some(("Gerai-Screen".to_owned(), paired(&launch).await?))
        } else {
            None
        };
        let args: Vec<String> = self.args.iter().map(|arg| filled(arg)).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut running = launch.args(&args).start()?;
        running
            .ready(&format!("http://127.0.0.1:{port}/healthz"), LATER)
            .await?;
        Ok(Started { port, header, running })
    }
}

/// The token of a screen that is paired before the edge is started.
async fn paired(launch: &Launch) -> Result<String> {
    let said = launch.clone().args(&["screen", "add", "suite"]).succeed().await?;
    let token = said.split_whitespace().last();
    token.map(str::to_owned).context("no token of a screen")
}
