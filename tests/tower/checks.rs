//! Asynchronous checks.

use core::future::{pending, ready};
use core::pin::pin;
use core::task::{Context, Waker};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Wake;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::any;
use hardtack::tower::{BoxError, Candidate, Failure, Handle, Session, Verdict};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::support::*;

type Answer = Result<Verdict, &'static str>;

/// A service that checks sessions, with its verdicts and the number of calls.
#[derive(Clone)]
struct Desk {
    answers: Arc<Mutex<Vec<Answer>>>,
    asked: Arc<AtomicUsize>,
    finished: Arc<AtomicUsize>,
    open: Arc<Semaphore>,
}

impl Desk {
    /// Returns these verdicts in order, and then accepts. Yields before each.
    fn new(answers: &[Answer]) -> Self {
        Self {
            answers: Arc::new(Mutex::new(answers.to_vec())),
            asked: Arc::default(),
            finished: Arc::default(),
            open: Arc::new(Semaphore::new(1000)),
        }
    }

    fn closed() -> Self {
        Self { open: Arc::new(Semaphore::new(0)), ..Self::new(&[]) }
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, SeqCst)
    }

    fn check(
        &self,
    ) -> impl Fn(Candidate<'_, Visitor>) -> Checking + Clone + Send + Sync + 'static + use<> {
        let desk = self.clone();
        move |_| {
            desk.asked.fetch_add(1, SeqCst);
            let desk = desk.clone();
            Box::pin(async move {
                desk.open.acquire().await?.forget();
                tokio::task::yield_now().await;
                desk.finished.fetch_add(1, SeqCst);
                let mut answers = desk.answers.lock().unwrap();
                let answer =
                    if answers.is_empty() { Ok(Verdict::Accept) } else { answers.remove(0) };
                Ok(answer?)
            })
        }
    }
}

type Checking = core::pin::Pin<Box<dyn Future<Output = Result<Verdict, BoxError>> + Send>>;

const REFUSE: Answer = Ok(Verdict::Refuse("revoked"));
const ACCEPT: Answer = Ok(Verdict::Accept);
const FAIL: Answer = Err("the desk does not answer");

async fn reads(session: Session<Visitor>) -> String {
    let rejected = session.rejected().map(|rejection| rejection.to_string());
    format!("{} {}", session.user.as_deref().unwrap_or("nobody"), rejected.unwrap_or_default())
}

async fn counts(mut session: Session<Visitor>) {
    session.visits += 1;
}

fn router<H, X>(handler: H) -> Router
where
    H: axum::handler::Handler<X, ()>,
    X: 'static,
{
    Router::new().route("/", any(handler))
}

/// Counts how often a request's task is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_request_sleeps_while_its_check_waits() {
    let desk = Desk::closed();
    let app = router(reads).layer(layer().check(desk.check()));
    let woken = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut request = pin!(app.oneshot(from_ada()));
    let mut polls = 0;
    while polls == 0 || woken.0.swap(0, SeqCst) > 0 {
        assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        polls += 1;
        assert!(polls < 5, "the request wakes itself without end");
    }
    assert_eq!(desk.asked(), 1);
    desk.open.add_permits(1);
    assert_eq!(woken.0.load(SeqCst), 1);
}

#[tokio::test]
async fn a_session_is_checked_once_when_it_is_taken_and_again_only_before_it_is_written() {
    async fn retakes(request: Request, next: Next) -> Response {
        let take = Session::<Visitor>::take(request.extensions());
        drop(take.await.unwrap());
        next.run(request).await
    }
    let desk = Desk::new(&[]);
    let layer = layer().check(desk.check());
    send(&router(|| async {}).layer(layer.clone()), from_ada()).await;
    assert_eq!(desk.asked(), 0, "nobody took it");
    let response = send(&router(reads).layer(layer.clone()), from_ada()).await;
    assert_eq!((text(response).await.as_str(), desk.asked()), ("Ada ", 1));
    let response = send(&router(counts).layer(layer.clone()), from_ada()).await;
    assert_eq!((saved(&response).unwrap().visits, desk.asked()), (1, 2));
    let response = send(&router(reads).layer(layer.clone()), from_ada_due()).await;
    assert_eq!((saved(&response), desk.asked()), (Some(ada()), 2), "a renewal writes");
    send(&router(reads).layer(from_fn(retakes)).layer(layer), from_ada()).await;
    assert_eq!(desk.asked(), 1, "the first time it is taken");
}

#[tokio::test]
async fn without_a_session_in_the_cookie_only_writing_is_checked() {
    let desk = Desk::new(&[]);
    let layer = layer().check(desk.check());
    for request in [get(), with_cookie("__Host-session=garbage")] {
        send(&router(reads).layer(layer.clone()), request).await;
        assert_eq!(desk.asked(), 0);
    }
    assert!(saved(&send(&router(counts).layer(layer), get()).await).is_some());
    assert_eq!(desk.asked(), 1);
}

#[tokio::test]
async fn an_eager_layer_checks_before_it_writes() {
    let desk = Desk::new(&[]);
    let app = router(|| async {}).layer(layer().eager(true).check(desk.check()));
    assert_eq!(saved(&send(&app, from_ada_due()).await), Some(ada()));
    assert_eq!(desk.asked(), 1);
    assert!(is_untouched(&send(&app, from_ada()).await));
    assert_eq!(desk.asked(), 0);
}

#[tokio::test]
async fn a_refused_session_is_empty_and_has_the_reason() {
    let events = Events::default();
    let desk = Desk::new(&[REFUSE]);
    let app = router(reads).layer(events.layer().check(desk.check()));
    let response = send(&app, from_ada()).await;
    assert!(is_cleared(&response));
    assert_eq!(events.take(), ["refused", "cleared"]);
    assert_eq!(text(response).await, "nobody a check refused the session: revoked");
}

#[tokio::test]
async fn a_session_that_is_refused_before_it_is_written_is_not_written() {
    let events = Events::default();
    let desk = Desk::new(&[ACCEPT, REFUSE]);
    let app = router(counts).layer(events.layer().check(desk.check()));
    let response = send(&app, from_ada()).await;
    assert!(is_cleared(&response));
    assert_eq!(saved(&response), None);
    assert_eq!(events.take(), ["refused", "cleared"]);
}

#[tokio::test]
async fn a_refused_visitor_may_begin_anew() {
    let desk = Desk::new(&[REFUSE]);
    let app = router(counts).layer(layer().check(desk.check()));
    let response = send(&app, from_ada()).await;
    assert_eq!(saved(&response), Some(Visitor { visits: 1, ..Visitor::default() }));
}

#[tokio::test]
async fn a_check_that_fails_is_503_and_never_open() {
    let events = Events::default();
    let served = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&served);
    let handler = move |_: Session<Visitor>| async move { seen.fetch_add(1, SeqCst).to_string() };
    let app = router(handler).layer(events.layer().check(Desk::new(&[FAIL, FAIL]).check()));
    let response = send(&app, from_ada()).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(events.take(), ["check_failed"]);
    assert_eq!(text(response).await, "the session could not be checked; try again later");
    assert_eq!(served.load(SeqCst), 0);
    let optional = async |_: Option<Session<Visitor>>| ();
    let app = router(optional).layer(layer().check(Desk::new(&[FAIL]).check()));
    assert_eq!(send(&app, from_ada()).await.status(), 503);
}

#[tokio::test]
async fn a_check_that_failed_is_not_asked_again_in_the_same_request() {
    async fn retries(parts: Parts) -> String {
        let take = || Session::<Visitor>::take(&parts.extensions);
        let first = take().await.unwrap_err();
        format!("{} {}", first.kind(), take().await.unwrap_err().kind())
    }
    let desk = Desk::new(&[FAIL]);
    let app = router(retries).layer(layer().check(desk.check()));
    assert_eq!(text(send(&app, from_ada()).await).await, "check_failed check_failed");
    assert_eq!(desk.asked(), 1);
}

#[tokio::test]
async fn a_check_that_fails_before_writing_writes_nothing_and_answers_503() {
    let events = Events::default();
    let checked = |desk: &Desk| events.layer().check(desk.check());
    let app = router(counts).layer(checked(&Desk::new(&[ACCEPT, FAIL])));
    let response = send(&app, from_ada()).await;
    assert_eq!((response.status().as_u16(), response.headers().get(SET_COOKIE)), (503, None));
    assert_eq!(events.take(), ["check_failed"]);
    let layer = checked(&Desk::new(&[ACCEPT, FAIL])).on_error(Failure::plain_text);
    let response = send(&router(counts).layer(layer), from_ada()).await;
    assert_eq!(response.status(), 503);
    let expected = "Service Unavailable: the session could not be checked.\n";
    assert_eq!(text(response).await, expected);
}

/// Responds immediately if the handler stops waiting.
async fn impatient(request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = ready(()) => Response::default(),
    }
}

#[tokio::test]
async fn a_check_that_is_cancelled_half_way_does_not_count_as_done() {
    let desk = Desk::closed();
    let app = router(counts).layer(from_fn(impatient)).layer(layer().check(desk.check()));
    let response = send(&app, from_ada()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(desk.finished.load(SeqCst), 0);
}

#[tokio::test]
async fn a_handler_that_gives_up_does_not_get_the_session_unchecked_later() {
    async fn handler(parts: Parts) -> String {
        let take = || Session::<Visitor>::take(&parts.extensions);
        tokio::select! { biased; _ = take() => panic!("checked too early"), () = ready(()) => {} }
        let waits = take();
        take().await.map_or_else(
            |error| error.kind().to_owned(),
            |session| {
                drop(waits);
                session.rejected().unwrap().kind().to_owned()
            },
        )
    }
    let desk = Desk::new(&[REFUSE]);
    let app = router(handler).layer(layer().check(desk.check()));
    assert_eq!(text(send(&app, from_ada()).await).await, "refused");
    assert_eq!(desk.asked(), 1);
}

#[tokio::test]
async fn a_request_that_is_dropped_drops_its_check() {
    let desk = Desk::closed();
    let app = router(counts).layer(layer().check(desk.check()));
    let request = app.oneshot(from_ada());
    tokio::select! { biased; _ = request => panic!("the desk is closed"), () = ready(()) => {} }
    assert_eq!((desk.asked(), desk.finished.load(SeqCst)), (1, 0));
}

#[tokio::test]
async fn those_who_wait_at_the_same_time_are_all_served() {
    async fn handler(parts: Parts) -> String {
        let extensions = &parts.extensions;
        let (first, second, session) = tokio::join!(
            Handle::<Visitor>::of(extensions),
            Handle::<Visitor>::of(extensions),
            Session::<Visitor>::take(extensions),
        );
        session.unwrap().visits += 1;
        first.unwrap().with(|session| session.visits += 1).unwrap();
        second.unwrap().with(|session| session.visits.to_string()).unwrap()
    }
    let desk = Desk::new(&[]);
    let app = router(handler).layer(layer().check(desk.check()));
    assert_eq!(text(send(&app, from_ada()).await).await, "2");
}

#[tokio::test]
async fn a_task_of_its_own_may_wait_for_the_check() {
    async fn handler(parts: Parts) -> String {
        let take = Session::<Visitor>::take(&parts.extensions);
        let task = tokio::spawn(async move { take.await.unwrap().user.clone() });
        task.await.unwrap().unwrap()
    }
    let desk = Desk::new(&[]);
    let app = router(handler).layer(layer().check(desk.check()));
    assert_eq!(text(send(&app, from_ada()).await).await, "Ada");
}

#[tokio::test]
async fn a_task_that_waits_when_the_response_goes_out_is_told() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let handler = move |parts: Parts| async move {
        let take = Session::<Visitor>::take(&parts.extensions);
        let sender = sender.lock().unwrap().take().unwrap();
        tokio::spawn(async move { sender.send(take.await.map(drop)).unwrap() });
        tokio::task::yield_now().await;
    };
    let app = router(handler).layer(layer().check(|_| pending()));
    send(&app, from_ada()).await;
    assert_eq!(receiver.await.unwrap().unwrap_err().kind(), "late");
}

#[tokio::test]
async fn a_check_sees_the_session_and_what_was_kept_of_the_request() {
    type Seen = (Option<hardtack::SessionId>, Option<String>, Option<time::OffsetDateTime>, String);
    async fn cycles(mut session: Session<Visitor>) -> String {
        let before = session.id().unwrap();
        session.cycle_id();
        before.to_string()
    }
    async fn begins(mut session: Session<Visitor>) -> String {
        session.log_in(Visitor { user: Some("Eve".to_owned()), ..Visitor::default() });
        session.id().unwrap().to_string()
    }
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let list = Arc::clone(&seen);
    let layer = layer().check_with(
        |parts| parts.headers["user-agent"].to_str().unwrap().to_owned(),
        move |candidate| {
            let (id, user) = (candidate.id(), candidate.user.clone());
            let entry = (id, user, candidate.started_at(), candidate.request().clone());
            list.lock().unwrap().push(entry);
            ready(Ok(Verdict::Accept))
        },
    );
    let request = || {
        let mut request = from_ada();
        request.headers_mut().insert("user-agent", "lynx".parse().unwrap());
        request
    };
    let id = text(send(&router(cycles).layer(layer.clone()), request()).await).await;
    for (seen, user, start, agent) in seen.lock().unwrap().drain(..) {
        assert_eq!(seen.unwrap().to_string(), id, "the ID that the cookie carried");
        assert_eq!((user.as_deref(), agent.as_str()), (Some("Ada"), "lynx"));
        assert_eq!(start, Some(now() - time::Duration::MINUTE));
    }
    let id = text(send(&router(begins).layer(layer), request()).await).await;
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), seen[1].1.as_deref(), seen[1].2), (2, Some("Eve"), None));
    assert_eq!(seen[1].0.unwrap().to_string(), id, "the ID of the session that begins");
}

#[tokio::test]
async fn a_check_does_not_count_as_access() {
    let layer = layer().check(|candidate| {
        ready(Ok(if candidate.user.is_some() { Verdict::Accept } else { Verdict::Refuse("") }))
    });
    assert!(is_untouched(
        &send(&router(async |_: Session<Visitor>| ()).layer(layer), from_ada()).await
    ));
}
