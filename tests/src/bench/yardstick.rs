//! Those we measure ourselves by, as private processes: nginx and Varnish from Debian's packages.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{Role, core::pin_program};
use crate::{
    ports,
    process::{Launch, Running},
    wait::LATER,
};

/// A yardstick that runs; stopped on drop.
pub(super) struct Yardstick {
    /// Where it listens.
    pub(super) address: SocketAddr,
    running: Running,
}

impl Yardstick {
    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Moves it beside what is measured.
    pub(super) fn move_beside(&self) -> Result<()> {
        pin_program(Role::Beside, self.pid())
    }
}

impl Drop for Yardstick {
    fn drop(&mut self) {
        // Killed, it would leave its workers behind.
        self.running.end();
    }
}

fn found(program: &str) -> Result<PathBuf> {
    ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.is_file())
        .with_context(|| format!("{program} is not installed"))
}

/// What a program calls itself, from what it says of its version.
pub(super) async fn version(program: &str, marker: &str) -> Result<String> {
    let output = tokio::process::Command::new(found(program)?)
        .arg(if program == "nginx" { "-v" } else { "-V" })
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    let version = said.split_once(marker).map(|(_, rest)| rest);
    let version = version.and_then(|rest| rest.split([' ', '\n', ')']).next());
    Ok(version.unwrap_or("of unknown version").to_owned())
}

/// Starts nginx with one worker and these lines: of `http`, and of its one `server`. Caches, files
/// and logs lie in `folder`, which `$folder` stands for.
pub(super) async fn nginx(folder: &Path, http: &str, server: &str) -> Result<Yardstick> {
    std::fs::create_dir_all(folder)?;
    let address = ports::loopback(ports::free_port()?);
    let text = format!(
        "daemon off; user root; worker_processes 1; pid $folder/pid; error_log $folder/error.log;
        events {{ worker_connections 4096; }}
        http {{
            sendfile on; tcp_nopush on; tcp_nodelay on; access_log off;
            keepalive_requests 1000000000; keepalive_timeout 300s; default_type application/json;
            client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/f;
            uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
            open_file_cache max=100; open_file_cache_valid 60s;
            {http}
            server {{ listen {address}; {server} }}
        }}"
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, text.replace("$folder", &folder.to_string_lossy()))?;
    let config = file.to_string_lossy().into_owned();
    let launch = Launch::new(&found("nginx")?, folder).args(&["-p", &folder.to_string_lossy(), "-c", &config]);
    started(launch, address).await
}

/// Starts Varnish before an origin, with a cache in memory.
pub(super) async fn varnish(folder: &Path, origin: SocketAddr) -> Result<Yardstick> {
    std::fs::create_dir_all(folder)?;
    let address = ports::loopback(ports::free_port()?);
    let vcl = folder.join("bench.vcl");
    // Its own rules decide; only whether it was a hit is said.
    std::fs::write(
        &vcl,
        format!(
            "vcl 4.1;
            backend origin {{ .host = \"{}\"; .port = \"{}\"; }}
            sub vcl_deliver {{
                if (obj.hits > 0) {{ set resp.http.X-Cache = \"HIT\"; }} else {{ set resp.http.X-Cache = \"MISS\"; }}
            }}",
            origin.ip(),
            origin.port()
        ),
    )?;
    let (listen, home) = (address.to_string(), folder.join("home"));
    let (vcl, home) = (vcl.to_string_lossy(), home.to_string_lossy());
    let args = [
        "-j",
        "none",
        "-F",
        "-a",
        &listen,
        "-f",
        &vcl,
        "-n",
        &home,
        "-s",
        "malloc,64m",
        "-p",
        "timeout_idle=300",
    ];
    started(Launch::new(&found("varnishd")?, folder).args(&args), address).await
}

pub(super) async fn started(launch: Launch, address: SocketAddr) -> Result<Yardstick> {
    let mut running = launch.start()?;
    running.ready(&format!("http://{address}/healthz"), LATER).await?;
    Ok(Yardstick { address, running })
}
