//! Sessions that outlive the response's head: streams, upgrades, detached tasks.

use core::pin::Pin;
use core::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, SET_COOKIE, UPGRADE, VARY};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hardtack::tower::{Handle, Session};
use tokio::sync::oneshot;

use crate::support::*;

/// A body that holds the session and sends one line about it.
struct Lines {
    session: Option<Session<Visitor>>,
    changes: bool,
}

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        let Some(mut session) = self.session.take() else { return Poll::Ready(None) };
        let line = format!("data: {}\n\n", session.user.as_deref().unwrap_or("nobody"));
        if self.changes {
            session.visits += 1;
        }
        Poll::Ready(Some(Ok(http_body::Frame::data(line.into()))))
    }
}

fn streaming(changes: bool) -> Router {
    let handler = move |session: Session<Visitor>| async move {
        Body::new(Lines { session: Some(session), changes })
    };
    Router::new().route("/", any(handler))
}

#[tokio::test]
async fn a_stream_may_read_the_session_and_its_head_varies() {
    let events = Events::default();
    let response = send(&streaming(false).layer(events.layer()), from_ada_due()).await;
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(text(response).await, "data: Ada\n\n");
    assert_eq!(events.take(), ["still_held"]);
}

#[tokio::test]
async fn a_stream_that_changes_the_session_loses_it_and_reports_so() {
    let events = Events::default();
    let response = send(&streaming(true).layer(events.layer()), from_ada()).await;
    assert_eq!(text(response).await, "data: Ada\n\n");
    assert_eq!(events.take(), ["still_held", "lost"]);
}

#[tokio::test]
async fn a_stream_with_a_handle_is_told_at_once_that_it_is_too_late() {
    async fn handler(mut session: Session<Visitor>) -> Response {
        session.visits += 1;
        let handle = session.handle();
        let (sender, receiver) = oneshot::channel::<&'static str>();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            let late = handle.with(|session| session.visits += 1);
            sender.send(late.unwrap_err().kind()).unwrap();
        });
        drop(session);
        Body::new(Later(receiver)).into_response()
    }
    let events = Events::default();
    let response = send(&Router::new().route("/", any(handler)).layer(events.layer()), get()).await;
    assert_eq!(saved(&response).unwrap().visits, 1);
    assert_eq!(text(response).await, "late");
    assert_eq!(events.take(), ["saved", "late"]);
}

/// A body that waits for its only line.
struct Later(oneshot::Receiver<&'static str>);

impl HttpBody for Later {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        if self.0.is_terminated() {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|line| Some(Ok(http_body::Frame::data(line.unwrap().into()))))
    }
}

#[tokio::test]
async fn an_upgrade_saves_with_its_head() {
    async fn handler(mut session: Session<Visitor>) -> Response {
        session.visits += 1;
        let upgrade = [(CONNECTION, "upgrade"), (UPGRADE, "websocket")];
        (StatusCode::SWITCHING_PROTOCOLS, upgrade).into_response()
    }
    let response = send(&Router::new().route("/", any(handler)).layer(layer()), get()).await;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(saved(&response).unwrap().visits, 1);
}

#[tokio::test]
async fn a_detached_task_that_keeps_the_session_loses_its_changes() {
    let (let_go, may_go) = oneshot::channel::<()>();
    let (gone, is_gone) = oneshot::channel::<()>();
    let parts = std::sync::Arc::new(std::sync::Mutex::new(Some((may_go, gone))));
    let handler = move |mut session: Session<Visitor>| async move {
        let (may_go, gone) = parts.lock().unwrap().take().unwrap();
        tokio::spawn(async move {
            may_go.await.unwrap();
            session.visits += 1;
            drop(session);
            gone.send(()).unwrap();
        });
    };
    let events = Events::default();
    let app = Router::new().route("/", any(handler)).layer(events.layer());
    let response = send(&app, from_ada()).await;
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(events.take(), ["still_held"]);
    let_go.send(()).unwrap();
    is_gone.await.unwrap();
    assert_eq!(events.take(), ["lost"]);
}

#[tokio::test]
async fn a_task_that_is_awaited_changes_the_session_in_time() {
    async fn handler(handle: Handle<Visitor>) {
        let task = tokio::spawn(async move { handle.with(|session| session.visits += 1) });
        task.await.unwrap().unwrap();
    }
    let response = send(&Router::new().route("/", any(handler)).layer(layer()), get()).await;
    assert_eq!(saved(&response).unwrap().visits, 1);
}
