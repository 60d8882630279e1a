//! What tests stand on: the whole program over a database of its own.
//!
//! The embedded file by default; with `GERAI_TEST_MYSQL` (the URL of a server where databases may be
//! made) a fresh MySQL / MariaDB database, so that one suite runs on both.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use gerai_shared::UserId;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::DropGuard;
use tower::ServiceExt;

use crate::{
    app,
    config::Config,
    entry,
    features::accounts::{self, Person},
    platform::{Platform, auth::User, clock::Clock},
    tx,
};

/// The program, ready to be called.
pub struct TestApp {
    /// Its machine room.
    pub platform: Platform,
    router: entry::Kept<Router>,
    dir: Arc<TempDir>,
    _end: DropGuard,
}

/// Somebody who is signed in.
pub struct Visitor {
    /// Who.
    pub id: UserId,
    /// Their access token.
    pub token: String,
}

impl TestApp {
    /// With the compiled-in configuration.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let mut config = config(dir.path(), &fresh_database(dir.path()).await);
        change(&mut config);
        Self::open(config, dir).await
    }

    /// Another process on the same database, with the same key.
    pub async fn twin(&self) -> Self {
        Self::open((*self.platform.config).clone(), self.dir.clone()).await
    }

    async fn open(config: Config, dir: Arc<TempDir>) -> Self {
        let platform = app::open(config).await.unwrap();
        let shutdown = platform.shutdown.clone();
        tokio::spawn(platform.feed.clone().run(platform.db.clone(), shutdown.clone()));
        Self {
            router: entry::service(&platform),
            platform,
            dir,
            _end: shutdown.drop_guard(),
        }
    }

    /// A new admin, signed in.
    pub async fn admin(&self) -> Visitor {
        self.visitor(true, &[], None).await
    }

    /// A new customer, signed in.
    pub async fn customer(&self) -> Visitor {
        self.visitor(false, &[], None).await
    }

    /// A new customer with a telephone number (E.164), signed in.
    pub async fn customer_called(&self, phone: &str) -> Visitor {
        self.visitor(false, &[], Some(phone)).await
    }

    /// A new customer with permissions, signed in.
    pub async fn holder_of(&self, permissions: &[&str]) -> Visitor {
        self.visitor(false, permissions, None).await
    }

    async fn visitor(&self, admin: bool, permissions: &[&str], phone: Option<&str>) -> Visitor {
        let platform = &self.platform;
        let id = UserId(platform.clock.id());
        let (name, role) = (format!("Visitor {id}"), format!("role {id}"));
        let person = Person {
            id: Some(id),
            name: &name,
            email: None,
            phone,
            password_hash: None,
            admin,
            customer_type: "retail",
            roles: &[&role],
        };
        tx!(&platform.db, |tx| -> Result<_, accounts::Error> {
            accounts::ensure_role(tx, &platform.clock, &role, permissions).await?;
            accounts::ensure_user(tx, &platform.clock, &person).await
        })
        .unwrap();
        let user = User {
            id,
            role: if admin { "admin" } else { "customer" }.to_owned(),
            permissions: permissions.iter().map(|&permission| permission.to_owned()).collect(),
            session: platform.clock.id(),
        };
        let mut claims = serde_json::to_value(&user).unwrap();
        claims["exp"] = json!(platform.clock.now().0 / 1_000_000 + 3_600);
        Visitor {
            id,
            token: platform.key.token(&claims).unwrap(),
        }
    }

    /// `GET path`.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// `POST path`.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// `PUT path`.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// `DELETE path`.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// Any call.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call {
            app: self,
            request: Request::builder().method(method).uri(path),
            body: Vec::new(),
        }
    }
}

/// A call to be sent.
pub struct Call<'a> {
    app: &'a TestApp,
    request: axum::http::request::Builder,
    body: Vec<u8>,
}

impl Call<'_> {
    /// As somebody.
    pub fn by(self, visitor: &Visitor) -> Self {
        self.token(&visitor.token)
    }

    /// With an access token.
    pub fn token(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// With an idempotency key of its own.
    pub fn once(self) -> Self {
        let key = self.app.platform.clock.id().to_string();
        self.key(&key)
    }

    /// With an idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        let bytes = serde_json::to_vec(body).unwrap();
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .raw(bytes)
    }

    /// With a body as it is.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it.
    pub async fn send(mut self) -> Answer {
        let body = std::mem::take(&mut self.body);
        self.header(header::CONTENT_LENGTH.as_str(), &body.len().to_string())
            .streamed(Body::from(body))
            .await
    }

    /// Sends it with a body that comes piece by piece.
    pub async fn streamed(self, body: Body) -> Answer {
        let request = self.request.body(body).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON, once the status is what it has to be.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        self.json()
    }

    /// The problem, once status and code are what they have to be.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }
}

fn config(dir: &Path, database: &str) -> Config {
    let environment = [
        ("GERAI_CENTRAL__DATA_DIR".to_owned(), dir.display().to_string()),
        ("GERAI_CENTRAL__DATABASE__MAX_CONNECTIONS".to_owned(), "8".to_owned()),
        ("DATABASE_URL".to_owned(), database.to_owned()),
    ];
    Config::load(None, environment).unwrap()
}

/// The address of a database that is empty.
async fn fresh_database(dir: &Path) -> String {
    let Ok(server) = std::env::var("GERAI_TEST_MYSQL") else {
        return format!("sqlite:{}", dir.join("central.db").display());
    };
    let name = format!("gerai_{}", Clock::new().id().simple());
    let maker = Database::connect(&server).await.unwrap();
    maker
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    maker.close().await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.to_string()
}
