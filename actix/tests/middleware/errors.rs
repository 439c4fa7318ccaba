//! Errors of handlers, and errors of guards, which bypass other middleware.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorBadGateway, ErrorForbidden, ErrorImATeapot, InternalError};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{init_service, try_call_service};
use actix_web::web::to;
use actix_web::{App, Error, HttpResponse, ResponseError};
use hardtack_actix::{Handle, Session, SessionMiddleware};

use crate::support::*;

#[actix_web::test]
async fn errors_that_a_question_mark_returns_save_by_the_same_rules() {
    async fn fails(mut session: Session<Visitor>) -> Result<&'static str, Error> {
        session.visits += 1;
        Err(ErrorImATeapot("short and stout"))?;
        Ok("not reached")
    }
    let reply = send(App::new().route("/", to(fails)).wrap(sessions()), get()).await;
    assert_eq!((reply.status.as_u16(), reply.saved().unwrap().visits), (418, 1));
    assert_eq!(reply.text, "short and stout");
}

/// An error that redirects the visitor to the log-in page. Only its response has the real status.
#[derive(Debug)]
struct LogInFirst;

impl std::fmt::Display for LogInFirst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("log in first")
    }
}

impl ResponseError for LogInFirst {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header(("location", "/login"))
            .insert_header(("vary", "Origin"))
            .insert_header(("cache-control", "public"))
            .body("log in first")
    }
}

type Guarded<B> = Result<ServiceResponse<B>, Error>;

async fn leaves_a_note(
    session: Handle<Visitor>,
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Guarded<impl MessageBody> {
    session.with(|session| session.notes.push("log in first".to_owned()))?;
    Err::<ServiceResponse, _>(LogInFirst.into())
}

async fn only_refuses(
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Guarded<impl MessageBody> {
    Err::<ServiceResponse, _>(LogInFirst.into())
}

#[actix_web::test]
async fn a_guards_error_saves_with_the_status_of_its_response() {
    let events = Events::default();
    let app =
        App::new().route("/", to(async || "")).wrap(from_fn(leaves_a_note)).wrap(events.sessions());
    let reply = send(app, get()).await;
    assert_eq!((reply.status.as_u16(), reply.all("location")), (303, vec!["/login"]));
    assert_eq!(reply.saved().unwrap().notes, ["log in first"]);
    assert_eq!(
        (reply.all("vary"), reply.all("cache-control")),
        (vec!["Origin", "Cookie"], vec!["private"])
    );
    assert_eq!((reply.text.as_str(), events.take()), ("log in first", vec!["saved".to_owned()]));
}

#[actix_web::test]
async fn a_guards_error_without_a_session_keeps_its_type() {
    let app = App::new().route("/", to(async || "")).wrap(from_fn(only_refuses)).wrap(sessions());
    let service = init_service(app).await;
    let result = try_call_service(&service, from_ada().to_request()).await;
    let error = result.map(|_| "a response").unwrap_err();
    assert!(error.as_error::<LogInFirst>().is_some());
}

#[actix_web::test]
async fn a_guards_server_error_saves_nothing_but_a_log_out() {
    for flush in [false, true] {
        let guard = move |session: Handle<Visitor>, _: ServiceRequest, _: Next<_>| async move {
            session.with(|session| {
                session.visits += 1;
                if flush {
                    session.flush();
                }
            })?;
            let failed: Guarded<actix_web::body::BoxBody> = Err(ErrorBadGateway("upstream"));
            failed
        };
        let app = App::new().route("/", to(async || "")).wrap(from_fn(guard)).wrap(sessions());
        let reply = send(app, from_ada()).await;
        assert_eq!((reply.status, reply.is_cleared()), (StatusCode::BAD_GATEWAY, flush));
        assert_eq!(reply.saved(), None);
        assert_eq!(reply.text, "upstream");
    }
}

#[actix_web::test]
async fn a_guards_error_with_a_session_that_is_too_long_is_a_500() {
    let guard = |session: Handle<Visitor>, _: ServiceRequest, _: Next<_>| async move {
        session.with(|session| session.notes.push("x".repeat(5000)))?;
        let refused: Guarded<actix_web::body::BoxBody> = Err(ErrorForbidden("no"));
        refused
    };
    let app = App::new().route("/", to(async || "")).wrap(from_fn(guard)).wrap(sessions());
    let reply = send(app, from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (500, 0));
    assert_eq!(reply.text, "Internal Server Error: the session could not be saved.\n");
}

/// An error as `InternalError` is: it can build its response only once.
fn conflict() -> Error {
    InternalError::from_response("taken", HttpResponse::Conflict().body("taken")).into()
}

async fn conflicts(
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Guarded<impl MessageBody> {
    Err::<ServiceResponse, _>(conflict())
}

async fn reads_and_conflicts(
    session: Handle<Visitor>,
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Guarded<impl MessageBody> {
    session.with(|session| session.visits)?;
    Err::<ServiceResponse, _>(conflict())
}

async fn counts_and_conflicts(
    session: Handle<Visitor>,
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Guarded<impl MessageBody> {
    session.with(|session| session.visits += 1)?;
    Err::<ServiceResponse, _>(conflict())
}

#[actix_web::test]
async fn an_error_that_gives_its_response_once_keeps_it_through_any_number_of_middlewares() {
    let wishes = || SessionMiddleware::<Wishes>::new(named("__Host-wishes")).clock(now);
    let app = || App::new().route("/", to(async || ""));
    for (reply, visits, vary) in [
        (send(app().wrap(from_fn(conflicts)).wrap(sessions()), from_ada()).await, None, 0),
        (
            send(app().wrap(from_fn(reads_and_conflicts)).wrap(sessions()), from_ada()).await,
            None,
            1,
        ),
        (
            send(
                app().wrap(from_fn(counts_and_conflicts)).wrap(sessions()).wrap(wishes()),
                from_ada(),
            )
            .await,
            Some(1),
            1,
        ),
        (
            send(
                app().wrap(from_fn(counts_and_conflicts)).wrap(wishes()).wrap(sessions()),
                from_ada(),
            )
            .await,
            Some(1),
            1,
        ),
    ] {
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (409, "taken"));
        assert_eq!(reply.saved().map(|visitor| visitor.visits), visits);
        assert_eq!(reply.all("vary").len(), vary);
    }
}

#[actix_web::test]
async fn an_eager_middleware_renews_with_a_guards_error() {
    let app = App::new().route("/", to(async || "")).wrap(from_fn(conflicts));
    let reply = send(app.wrap(sessions().eager(true)), from_ada_due()).await;
    assert_eq!((reply.status.as_u16(), reply.saved()), (409, Some(ada())));
}
