//! Sessions that outlive the response's head.

use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::{Bytes, to};
use actix_web::{App, HttpResponse};
use hardtack_actix::{Handle, Session};

use crate::support::*;

/// A body that holds the session and sends one line about it.
struct Lines {
    session: Option<Session<Visitor>>,
    changes: bool,
}

impl MessageBody for Lines {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let Some(mut session) = self.session.take() else { return Poll::Ready(None) };
        let line = format!("data: {}\n\n", session.user.as_deref().unwrap_or("nobody"));
        if self.changes {
            session.visits += 1;
        }
        Poll::Ready(Some(Ok(line.into())))
    }
}

#[actix_web::test]
async fn a_stream_may_read_the_session_and_loses_what_it_changes() {
    for (changes, expected) in [(false, &["still_held"][..]), (true, &["still_held", "lost"])] {
        let events = Events::default();
        let handler = move |session: Session<Visitor>| async move {
            HttpResponse::Ok().body(Lines { session: Some(session), changes })
        };
        let app = App::new().route("/", to(handler)).wrap(events.sessions());
        let reply = send(app, from_ada_due()).await;
        assert_eq!((reply.all("vary"), reply.all("set-cookie").len()), (vec!["Cookie"], 0));
        assert_eq!(reply.text, "data: Ada\n\n");
        assert_eq!(events.take(), expected);
    }
}

#[actix_web::test]
async fn a_task_that_is_awaited_changes_the_session_in_time() {
    async fn handler(handle: Handle<Visitor>) -> &'static str {
        let task = tokio::spawn(async move { handle.with(|session| session.visits += 1) });
        task.await.unwrap().unwrap();
        ""
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    assert_eq!(reply.saved().unwrap().visits, 1);
}

#[actix_web::test]
async fn an_upgrade_saves_with_its_head() {
    async fn handler(mut session: Session<Visitor>) -> HttpResponse {
        session.visits += 1;
        HttpResponse::SwitchingProtocols().upgrade("websocket").finish()
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    assert_eq!((reply.status.as_u16(), reply.saved().unwrap().visits), (101, 1));
}
