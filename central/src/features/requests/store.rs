//! Asking and being answered.

use std::collections::HashMap;

use gerai_shared::{
    Change, CommandId, Day, Micros, OutletId, RequestId, RowKey, State,
    change::Table,
    request::{Answer, Request, RequestState},
    sync::outlet_topic,
    wish::Wish,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::model::request;
use crate::platform::{
    db::padded,
    feed::{Post, append},
    http::PageQuery,
};

fn text(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

/// Puts a wish on its way to the outlet.
///
/// # Errors
/// The database's.
pub async fn ask(tx: &impl ConnectionTrait, wish: &Request, subject: Uuid) -> Result<(), DbErr> {
    request::Entity::insert(request::ActiveModel {
        id: Set(wish.id.0),
        outlet_id: Set(wish.outlet.0),
        subject_id: Set(subject),
        wish: Set(text(&wish.wish)?),
        asked_by: Set(text(&wish.by)?),
        asked_at: Set(wish.asked_at.0),
        state: Set(RequestState::Waiting.as_str().to_owned()),
        code: Set(None),
        answered_at: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    let post = Post::row("request", wish.id.0, wish)?;
    append(tx, &outlet_topic(wish.outlet), vec![post], wish.asked_at).await?;
    Ok(())
}

/// How far a request is, and who asked (as JSON).
///
/// # Errors
/// The database's.
pub async fn find(db: &impl ConnectionTrait, id: RequestId) -> Result<Option<(Answer, String)>, DbErr> {
    let Some(row) = request::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(None);
    };
    Ok(Some((read(&row), row.asked_by)))
}

/// Which of these requests tell an outlet again what a fenced edge had told, and which command of
/// that edge's each is.
///
/// # Errors
/// The database's.
pub async fn told_again(db: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, CommandId>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = request::Entity::find()
        .filter(request::Column::Id.is_in(padded(ids.iter().map(|id| id.0).collect())))
        .all(db)
        .await?;
    let told = rows.iter().filter_map(|row| match serde_json::from_str(&row.wish) {
        Ok(Wish::Told { of, .. }) => Some((row.id.into(), of)),
        _ => None,
    });
    Ok(told.collect())
}

/// The requests an outlet has not answered, oldest first.
///
/// # Errors
/// The database's; when one cannot be read.
pub async fn waiting(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Vec<Request>, DbErr> {
    let json = |error: serde_json::Error| DbErr::Json(error.to_string());
    let rows = request::Entity::find()
        .filter(request::Column::OutletId.eq(outlet.0))
        .filter(request::Column::State.eq(RequestState::Waiting.as_str()))
        .order_by_asc(request::Column::AskedAt)
        .order_by_asc(request::Column::Id)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Request {
                id: row.id.into(),
                outlet,
                wish: serde_json::from_str(&row.wish).map_err(json)?,
                by: serde_json::from_str(&row.asked_by).map_err(json)?,
                asked_at: Micros(row.asked_at),
            })
        })
        .collect()
}

fn read(row: &request::Model) -> Answer {
    let state = match row.state.as_str() {
        "done" => RequestState::Done,
        "refused" => RequestState::Refused,
        _ => RequestState::Waiting,
    };
    Answer {
        request: row.id.into(),
        state,
        code: row.code.clone(),
        at: Micros(row.answered_at.unwrap_or(row.asked_at)),
    }
}

/// Loads the answers among `keys` into `state`.
///
/// # Errors
/// The database's.
pub async fn load(db: &impl ConnectionTrait, keys: &[RowKey], state: &mut State) -> Result<(), DbErr> {
    let ids: Vec<_> = keys
        .iter()
        .filter(|key| key.table == Table::Answer)
        .map(|key| key.id)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found = request::Entity::find()
        .filter(request::Column::Id.is_in(padded(ids)))
        .filter(request::Column::State.ne(RequestState::Waiting.as_str()))
        .all(db)
        .await?;
    state.apply(found.iter().map(read).map(Change::Answer));
    Ok(())
}

/// Takes the outlet's answers in, and takes the requests off its feed.
///
/// # Errors
/// The database's.
pub async fn answer(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    answers: &[&Answer],
    now: Micros,
) -> Result<(), DbErr> {
    for answer in answers {
        request::Entity::update_many()
            .col_expr(request::Column::State, Expr::value(answer.state.as_str()))
            .col_expr(request::Column::Code, Expr::value(answer.code.clone()))
            .col_expr(request::Column::AnsweredAt, Expr::value(answer.at.0))
            .filter(request::Column::Id.eq(answer.request.0))
            .filter(request::Column::OutletId.eq(outlet.0))
            .exec(tx)
            .await?;
    }
    if answers.is_empty() {
        return Ok(());
    }
    let posts = answers
        .iter()
        .map(|answer| Post::gone("request", answer.request.0))
        .collect();
    append(tx, &outlet_topic(outlet), posts, now).await?;
    Ok(())
}

/// A page of the answers an outlet has given, by id, and how many there are.
///
/// # Errors
/// The database's.
pub async fn answers_page(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    page: PageQuery,
) -> Result<(u64, Vec<Change>), DbErr> {
    let all = request::Entity::find()
        .filter(request::Column::OutletId.eq(outlet.0))
        .filter(request::Column::State.ne(RequestState::Waiting.as_str()));
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_asc(request::Column::Id)
        .offset(page.offset())
        .limit(page.size())
        .all(db)
        .await?;
    Ok((total, rows.iter().map(read).map(Change::Answer).collect()))
}

/// The answers an outlet has given from `since` on, those of `before` not among them, by the day in UTC.
///
/// # Errors
/// The database's.
pub async fn answers_between(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    since: Option<Day>,
    before: Option<Day>,
) -> Result<Vec<Change>, DbErr> {
    let midnight = |day: Day| Micros::from(day.0.midnight().assume_utc()).0;
    let mut found = request::Entity::find()
        .filter(request::Column::OutletId.eq(outlet.0))
        .filter(request::Column::State.ne(RequestState::Waiting.as_str()));
    if let Some(since) = since {
        found = found.filter(request::Column::AnsweredAt.gte(midnight(since)));
    }
    if let Some(before) = before {
        found = found.filter(request::Column::AnsweredAt.lt(midnight(before)));
    }
    Ok(found.all(db).await?.iter().map(read).map(Change::Answer).collect())
}
