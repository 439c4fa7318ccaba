//! Which extractor gets the session.

use std::sync::{Arc, Mutex};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::to;
use actix_web::{App, Error, FromRequest as _, HttpRequest, HttpResponse, ResponseError as _};
use hardtack_actix::{
    Handle, LoggedIn, RequireLogIn, RequireLogInError, Session, SessionError, SessionMiddleware,
};

use crate::support::*;

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

#[test]
fn a_handlers_future_holds_sixteen_bytes() {
    assert_eq!((size_of::<Session<Visitor>>(), size_of::<Handle<Visitor>>()), (16, 8));
}

#[actix_web::test]
async fn taken_twice_at_once_is_an_error_that_says_what_to_do() {
    let events = Events::default();
    let twice = async |_: Session<Visitor>, _: Session<Visitor>| "";
    let reply = send(App::new().route("/", to(twice)).wrap(events.sessions()), get()).await;
    assert_eq!((reply.status.as_u16(), events.take()), (500, vec!["taken".to_owned()]));
    assert!(reply.text.contains("drop it before `next.call`"), "{}", reply.text);
    assert!(reply.text.contains("Visitor"), "{}", reply.text);
}

#[actix_web::test]
async fn a_middleware_that_holds_the_session_gets_an_error_and_no_deadlock() {
    async fn holds(
        mut session: Session<Visitor>,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        session.visits += 10;
        next.call(request).await
    }
    let app = App::new().route("/", to(count)).wrap(from_fn(holds)).wrap(sessions());
    let reply = send(app, get()).await;
    assert_eq!((reply.status.as_u16(), reply.saved()), (500, None));
}

#[actix_web::test]
async fn a_middleware_that_drops_the_session_before_next_call_shares_it() {
    async fn adds(
        mut session: Session<Visitor>,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        session.visits += 10;
        drop(session);
        next.call(request).await
    }
    let app = App::new().route("/", to(count)).wrap(from_fn(adds)).wrap(sessions());
    assert_eq!(send(app, get()).await.saved().unwrap().visits, 11);
}

#[actix_web::test]
async fn a_handle_changes_the_session_before_and_after_the_handler() {
    async fn adds(
        session: Handle<Visitor>,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        session.with(|session| session.visits += 10)?;
        let response = next.call(request).await?;
        session.with(|session| session.visits += 100)?;
        let again = Handle::<Visitor>::extract(response.request()).await?;
        again.with(|session| session.visits += 1000)?;
        Ok(response)
    }
    let app = App::new().route("/", to(count)).wrap(from_fn(adds)).wrap(sessions());
    let reply = send(app, get()).await;
    assert_eq!((reply.saved().unwrap().visits, reply.text.as_str()), (1111, "11"));
}

#[actix_web::test]
async fn without_a_middleware_the_error_names_the_call_and_the_type() {
    let other = SessionMiddleware::<Wishes>::new(named("__Host-wishes"));
    for reply in [
        send(App::new().route("/", to(count)), get()).await,
        send(App::new().route("/", to(count)).wrap(other), get()).await,
    ] {
        assert_eq!(reply.status, 500);
        let call = ".wrap(SessionMiddleware::<middleware::support::Visitor>::new(cookie))";
        assert!(reply.text.contains(call), "{}", reply.text);
    }
}

#[actix_web::test]
async fn a_result_tells_errors_apart_and_an_option_does_not() {
    async fn result(_: Session<Visitor>, second: Result<Session<Visitor>, SessionError>) -> String {
        second.unwrap_err().kind().to_owned()
    }
    async fn option(_: Session<Visitor>, second: Option<Session<Visitor>>) -> String {
        second.is_none().to_string()
    }
    let reply = send(App::new().route("/", to(result)).wrap(sessions()), get()).await;
    assert_eq!(reply.text, "taken");
    let reply = send(App::new().route("/", to(option)).wrap(sessions()), get()).await;
    assert_eq!(reply.text, "true");
}

#[actix_web::test]
async fn a_handle_is_refused_while_the_session_is_taken_itself_included() {
    async fn handler(handle: Handle<Visitor>, session: Session<Visitor>) -> String {
        assert_eq!(handle.with(|_| ()).unwrap_err().kind(), "taken");
        let other = session.handle();
        drop(session);
        handle.with(|session| session.visits += 1).unwrap();
        other.with(|_| handle.with(|_| ()).unwrap_err().kind().to_owned()).unwrap()
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    assert_eq!((reply.saved().unwrap().visits, reply.text.as_str()), (1, "taken"));
}

#[actix_web::test]
async fn a_late_use_is_an_error_at_once() {
    let kept: Arc<Mutex<Option<Handle<Visitor>>>> = Arc::default();
    let place = Arc::clone(&kept);
    let handler = move |handle: Handle<Visitor>| {
        *place.lock().unwrap() = Some(handle);
        async { "" }
    };
    send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    let handle = kept.lock().unwrap().take().unwrap();
    let error = handle.with(|_| ()).unwrap_err();
    assert!(matches!(error.reason(), hardtack::tower::SessionError::Late { .. }));
}

#[actix_web::test]
async fn another_extractor_that_fails_gives_the_session_back() {
    async fn handler(mut session: Session<Visitor>, _: actix_web::web::Path<u32>) -> String {
        session.visits += 1;
        "served".to_owned()
    }
    let app = App::new().route("/{number}", to(handler)).wrap(sessions());
    let reply = send(app, from_ada().uri("/no-number")).await;
    assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (404, 0));
}

#[actix_web::test]
async fn a_request_that_a_handler_keeps_keeps_no_session() {
    async fn handler(request: HttpRequest) -> HttpResponse {
        Session::<Visitor>::extract(&request).await.unwrap().visits += 1;
        let again = Session::<Visitor>::extract(&request).await.unwrap();
        HttpResponse::Ok().body(again.visits.to_string())
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    assert_eq!((reply.saved().unwrap().visits, reply.text.as_str()), (1, "1"));
}

#[actix_web::test]
async fn debug_output_shows_no_data() {
    async fn handler(session: Session<Visitor>) -> String {
        format!("{session:?} {:?}", session.handle())
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), from_ada()).await;
    assert!(!reply.text.contains("Ada"));
    assert!(format!("{:?}", sessions()).contains("__Host-session"));
}

impl LoggedIn for Visitor {
    fn is_logged_in(&self) -> bool {
        self.user.is_some()
    }
}

async fn account(RequireLogIn(mut session): RequireLogIn<Visitor>) -> String {
    session.visits += 1;
    session.user.clone().unwrap()
}

#[actix_web::test]
async fn only_a_visitor_who_is_logged_in_gets_past() {
    let app = || App::new().route("/", to(account)).wrap(sessions());
    let reply = send(app(), from_ada()).await;
    assert_eq!((reply.saved().unwrap().visits, reply.text.as_str()), (1, "Ada"));
    let cart = Visitor { notes: vec!["apple".to_owned()], ..Visitor::default() };
    for request in [get(), with_cookie("__Host-session=x"), with_cookie(visitor(&cart, now()))] {
        let reply = send(app(), request).await;
        assert_eq!((reply.status.as_u16(), reply.all("vary")), (401, vec!["Cookie"]));
    }
    assert_eq!(send(App::new().route("/", to(account)), get()).await.status, 500);
}

#[actix_web::test]
async fn a_handler_may_answer_a_visitor_who_is_not_logged_in_itself() {
    async fn handler(session: Result<RequireLogIn<Visitor>, RequireLogInError>) -> HttpResponse {
        match session {
            Ok(RequireLogIn(session)) => HttpResponse::Ok().body(session.user.clone().unwrap()),
            Err(RequireLogInError::LoggedOut) => {
                HttpResponse::SeeOther().insert_header(("location", "/login")).finish()
            }
            Err(error) => error.error_response(),
        }
    }
    let app = || App::new().route("/", to(handler)).wrap(sessions());
    assert_eq!(send(app(), get()).await.all("location"), ["/login"]);
    assert_eq!(send(app(), from_ada()).await.status, 200);
}
