//! Sessions that cannot be saved.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{Response, StatusCode};
use axum::routing::any;
use hardtack::tower::{Failure, Session};
use hardtack::web::ResponseError;

use crate::support::*;

async fn too_much(mut session: Session<Visitor>) -> &'static str {
    session.notes.push("x".repeat(5000));
    "saved"
}

#[tokio::test]
async fn a_session_that_is_too_long_makes_the_response_a_500() {
    let events = Events::default();
    let app = Router::new().route("/", any(too_much)).layer(events.layer());
    let response = send(&app, from_ada()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(events.take(), ["too_long"]);
}

#[tokio::test]
async fn on_error_makes_a_response_with_a_fixed_body() {
    let layer = layer().on_error(Failure::plain_text);
    let response = send(&Router::new().route("/", any(too_much)).layer(layer), from_ada()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[VARY], "Cookie");
    let expected = "Internal Server Error: the session could not be saved.\n";
    assert_eq!(text(response).await, expected);
}

#[tokio::test]
async fn on_error_is_told_why() {
    let layer = layer().on_error(|failure| {
        let too_long = matches!(failure, Failure::NotSaved(ResponseError::TooLong { .. }));
        Response::new(axum::body::Body::from(if too_long { "too long" } else { "other" }))
    });
    let app = Router::new().route("/", any(too_much)).layer(layer);
    assert_eq!(text(send(&app, get()).await).await, "too long");
}

#[tokio::test]
async fn a_status_that_does_not_save_hides_no_failure_and_makes_none() {
    async fn handler(mut session: Session<Visitor>) -> StatusCode {
        session.notes.push("x".repeat(5000));
        StatusCode::BAD_GATEWAY
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    assert_eq!(send(&app, get()).await.status(), StatusCode::BAD_GATEWAY);
}
