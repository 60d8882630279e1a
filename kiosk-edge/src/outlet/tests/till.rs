//! A screen at an outlet, for tests: the real router on a real journal.

use std::time::Duration;

use axum::{Router, body::Body, response::Response};
use gerai_shared::{
    Micros,
    outlet::{Grant, Permission},
    queue::Ticket,
};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    clock::Clock,
    config::{DeviceConfig, DevicesCheck, LadderSettings},
    devices::Devices,
    journal::scene::{PIN, Scene},
    outlet::{House, HouseRules, LookUpSettings, Paired, StaffSettings, add_screen, router},
    sync::{Line, LinkState, Standing},
};

pub(super) const RULES: HouseRules = HouseRules {
    shift_required: false,
    look_up: LookUpSettings {
        misses: 10,
        window_minutes: 10,
    },
    body_bytes: 4_096,
    staff: StaffSettings {
        idle_minutes: 30,
        max_hours: 12,
        lockout_after: 5,
        lockout_minutes: 15,
        screen_lockout_after: 50,
        screen_window_minutes: 60,
        screen_lockout_minutes: 240,
        ladder: LadderSettings {
            careful_hours: 24,
            capped_hours: 72,
            queue_only_hours: 168,
            void_limit: gerai_shared::Rupiah(40_000),
            sale_cap: gerai_shared::Rupiah(60_000),
        },
    },
};

pub(super) struct Till {
    pub(super) scene: Scene,
    pub(super) router: Router,
    pub(super) token: String,
    pub(super) grant: Grant,
    pub(super) link: watch::Sender<LinkState>,
}

pub(super) struct Heard {
    pub(super) status: StatusCode,
    pub(super) response: http::response::Parts,
    pub(super) body: Value,
}

impl Heard {
    /// The problem's status and code.
    pub(super) fn problem(&self) -> (u16, &str) {
        assert_eq!(self.response.headers["content-type"], "application/problem+json");
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers.get(name)?.to_str().ok()
    }
}

impl Till {
    /// Rina may do everything here.
    pub(super) async fn new() -> Self {
        let till = Self::at(Scene::new().await).await;
        till.scene.follow_grant(&till.grant).await;
        till
    }

    pub(super) async fn at(scene: Scene) -> Self {
        let screen = add_screen(&scene.journal, "Kasir").await.unwrap();
        let grant = scene.grant("Rina", &Permission::ALL);
        let link = watch::Sender::new(LinkState {
            state: Line::Internet,
            since: Micros(1),
            standing: Standing::Active,
            trouble: None,
        });
        Self {
            router: open(&scene, &link),
            token: screen.token,
            grant,
            link,
            scene,
        }
    }

    /// Signed in already.
    pub(super) async fn with_staff() -> Self {
        let till = Self::new().await;
        assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
        till
    }

    /// As after a boot of the machine, whose clock says `at`, with the line cut.
    pub(super) fn reboot(&mut self, at: Micros) {
        self.scene.clock = Clock::still_on("another boot", Duration::ZERO, at);
        self.reopen();
    }

    /// With these devices, which nobody looks at yet.
    pub(super) fn look_after(&mut self, list: &[DeviceConfig], check: DevicesCheck) -> Devices {
        let devices = Devices::new(list, check, self.scene.journal.clone());
        self.router = open_with(&self.scene, &self.link, devices.clone());
        devices
    }

    /// As after a power cut.
    pub(super) fn reopen(&mut self) {
        self.scene.reopen();
        self.router = open(&self.scene, &self.link);
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Heard {
        let (response, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Heard {
            status: response.status,
            response,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    pub(super) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("gerai-screen", &self.token)
            .header("accept-language", "en")
    }

    pub(super) async fn get(&self, path: &str) -> Heard {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    /// A write with a fresh key.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Heard {
        self.post_as(path, body, &self.scene.clock.uuid().to_string()).await
    }

    pub(super) async fn post_as(&self, path: &str, body: &Value, key: &str) -> Heard {
        self.post_text(path, body.to_string(), key).await
    }

    pub(super) async fn post_text(&self, path: &str, body: String, key: &str) -> Heard {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn sign_in(&self, name: &str, pin: &str) -> Heard {
        self.post("/api/outlet/staff/sign-in", &json!({ "name": name, "pin": pin }))
            .await
    }

    pub(super) async fn issue(&self) -> Ticket {
        let body = json!({ "product": self.scene.photo.id, "party_size": 2, "holder": "Budi" });
        let heard = self.post("/api/outlet/tickets", &body).await;
        assert_eq!(heard.status, 201, "{}", heard.body);
        serde_json::from_value(heard.body["data"].clone()).unwrap()
    }

    pub(super) async fn act(&self, ticket: &Ticket, act: &str, body: &Value) -> Heard {
        self.post(&format!("/api/outlet/tickets/{}/{act}", ticket.id), body)
            .await
    }

    pub(super) async fn stream(&self, path: &str) -> Response {
        let request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// The token of one more screen.
pub(super) async fn another_screen(till: &Till) -> String {
    add_screen(&till.scene.journal, "Booth").await.unwrap().token
}

fn open(scene: &Scene, link: &watch::Sender<LinkState>) -> Router {
    let check = DevicesCheck {
        every_ms: 5_000,
        timeout_ms: 1_000,
    };
    open_with(scene, link, Devices::new(&[], check, scene.journal.clone()))
}

fn open_with(scene: &Scene, link: &watch::Sender<LinkState>, devices: Devices) -> Router {
    let closing = CancellationToken::new();
    router(House::new(
        Paired::new(scene.journal.clone()),
        link.subscribe(),
        devices,
        RULES,
        closing,
    ))
}
