//! Sessions that cannot be saved.

use actix_web::web::to;
use actix_web::{App, HttpResponse};
use hardtack::web::ResponseError;
use hardtack_actix::{Failure, Session};

use crate::support::*;

async fn too_much(mut session: Session<Visitor>) -> &'static str {
    session.notes.push("x".repeat(5000));
    "saved"
}

#[actix_web::test]
async fn a_session_that_is_too_long_makes_the_response_a_500_with_a_fixed_text() {
    let events = Events::default();
    let app = App::new().route("/", to(too_much)).wrap(events.sessions());
    let reply = send(app, from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (500, 0));
    assert_eq!((reply.all("vary"), reply.all("cache-control")), (vec!["Cookie"], vec!["no-store"]));
    assert_eq!(reply.text, "Internal Server Error: the session could not be saved.\n");
    assert_eq!(events.take(), ["too_long"]);
}

#[actix_web::test]
async fn on_error_makes_the_response_and_is_told_why() {
    let middleware = sessions().on_error(|failure| match failure {
        Failure::NotSaved(ResponseError::TooLong { limit, .. }) => HttpResponse::PayloadTooLarge()
            .insert_header(("vary", "Accept"))
            .body(format!("at most {limit}")),
        failure => HttpResponse::InternalServerError().body(failure.to_string()),
    });
    let reply = send(App::new().route("/", to(too_much)).wrap(middleware), get()).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (413, "at most 4096"));
    assert_eq!(reply.all("vary"), ["Accept", "Cookie"]);
}

#[actix_web::test]
async fn a_status_that_does_not_save_hides_no_failure_and_makes_none() {
    async fn handler(mut session: Session<Visitor>) -> HttpResponse {
        session.notes.push("x".repeat(5000));
        HttpResponse::BadGateway().finish()
    }
    assert_eq!(send(App::new().route("/", to(handler)).wrap(sessions()), get()).await.status, 502);
}
