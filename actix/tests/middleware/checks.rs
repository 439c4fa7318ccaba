//! Checks that wait.

use core::future::{pending, ready};
use std::sync::{Arc, Mutex};

use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::to;
use hardtack_actix::{BoxError, Candidate, Handle, Session, SessionError, Verdict};

use crate::support::*;

type Answer = Result<Verdict, &'static str>;

/// A check that returns these verdicts, each after one poll, and then accepts.
fn answering(answers: &[Answer]) -> impl Fn(Candidate<'_, Visitor>) -> Waiting + Clone + use<> {
    reading(&Arc::new(Mutex::new(answers.to_vec())))
}

/// A check that takes its verdicts from a list.
fn reading(
    list: &Arc<Mutex<Vec<Answer>>>,
) -> impl Fn(Candidate<'_, Visitor>) -> Waiting + Clone + use<> {
    let list = Arc::clone(list);
    move |_| {
        let mut list = list.lock().unwrap();
        let answer = if list.is_empty() { Ok(Verdict::Accept) } else { list.remove(0) };
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(answer?)
        })
    }
}

type Waiting = core::pin::Pin<Box<dyn Future<Output = Result<Verdict, BoxError>>>>;

async fn reads(session: Session<Visitor>) -> String {
    let rejected = session.rejected().map(|rejection| rejection.kind()).unwrap_or_default();
    format!("{} {rejected}", session.user.as_deref().unwrap_or("nobody"))
}

async fn counts(mut session: Session<Visitor>) -> &'static str {
    session.visits += 1;
    "served"
}

#[actix_web::test]
async fn a_session_is_checked_when_it_is_taken_and_again_before_it_is_written() {
    let list = Arc::new(Mutex::new(vec![Ok(Verdict::Accept); 3]));
    let check = reading(&list);
    let reply = send(App::new().route("/", to(counts)).wrap(sessions().check(check)), from_ada());
    assert_eq!(reply.await.saved().unwrap().visits, 1);
    assert_eq!(list.lock().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_refused_session_is_empty_has_the_reason_and_is_cleared() {
    let events = Events::default();
    let check = answering(&[Ok(Verdict::Refuse("revoked"))]);
    let app = App::new().route("/", to(reads)).wrap(events.sessions().check(check));
    let reply = send(app, from_ada()).await;
    assert!(reply.is_cleared());
    assert_eq!(
        (reply.text.as_str(), events.take()),
        ("nobody refused", vec!["refused".to_owned(), "cleared".to_owned()])
    );
}

#[actix_web::test]
async fn a_check_that_fails_is_503_and_never_open() {
    async fn optional(session: Option<Session<Visitor>>) -> String {
        session.map_or("nobody", |_| "somebody").to_owned()
    }
    async fn result(session: Result<Session<Visitor>, SessionError>) -> String {
        session.unwrap_err().kind().to_owned()
    }
    let failing = || sessions().check(answering(&[Err("no answer")]));
    let reply = send(App::new().route("/", to(counts)).wrap(failing()), from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.all("vary")), (503, vec!["Cookie"]));
    assert_eq!(reply.text, "the session could not be checked; try again later");
    let reply = send(App::new().route("/", to(optional)).wrap(failing()), from_ada()).await;
    assert_eq!((reply.text.as_str(), reply.all("set-cookie").len()), ("nobody", 0));
    let reply = send(App::new().route("/", to(result)).wrap(failing()), from_ada()).await;
    assert_eq!(reply.text, "check_failed");
}

#[actix_web::test]
async fn a_check_that_fails_before_writing_writes_nothing_and_answers_503() {
    let check = answering(&[Ok(Verdict::Accept), Err("no answer")]);
    let app = App::new().route("/", to(counts)).wrap(sessions().check(check));
    let reply = send(app, from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (503, 0));
    assert_eq!(reply.text, "Service Unavailable: the session could not be checked.\n");
}

#[actix_web::test]
async fn a_check_sees_what_was_kept_of_the_request() {
    let middleware = sessions().check_with(
        |request| request.headers().get("user-agent").unwrap().to_str().unwrap().to_owned(),
        |candidate| {
            let is_lynx = candidate.request() == "lynx";
            ready(Ok(if is_lynx { Verdict::Accept } else { Verdict::Refuse("stolen") }))
        },
    );
    for (agent, expected) in [("lynx", "Ada "), ("curl", "nobody refused")] {
        let app = App::new().route("/", to(reads)).wrap(middleware.clone());
        let request = from_ada().insert_header(("user-agent", agent));
        assert_eq!(send(app, request).await.text, expected);
    }
}

#[actix_web::test]
async fn a_guard_that_waits_for_the_check_is_served() {
    async fn guard(
        session: Handle<Visitor>,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
        assert!(session.with(|session| session.user.is_some())?);
        next.call(request).await
    }
    let check = answering(&[]);
    let app = App::new().route("/", to(reads)).wrap(from_fn(guard)).wrap(sessions().check(check));
    assert_eq!(send(app, from_ada()).await.text, "Ada ");
}

#[actix_web::test]
async fn a_request_that_is_dropped_drops_its_check() {
    let app = App::new().route("/", to(counts)).wrap(sessions().check(|_| pending()));
    let request = send(app, from_ada());
    tokio::select! { biased; _ = request => panic!("it waits for ever"), () = ready(()) => {} }
}
