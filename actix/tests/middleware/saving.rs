//! Which responses save the session, and when.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use actix_web::web::to;
use actix_web::{App, HttpResponse};
use hardtack::time::Duration;
use hardtack_actix::Session;

use crate::support::*;

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

async fn looks_away(_: Session<Visitor>) -> &'static str {
    ""
}

#[actix_web::test]
async fn a_changed_session_is_saved_when_the_handler_drops_it() {
    let app = || App::new().route("/", to(count)).wrap(sessions());
    let reply = send(app(), get()).await;
    assert_eq!(reply.saved().unwrap().visits, 1);
    assert_eq!((reply.all("vary"), reply.all("cache-control")), (vec!["Cookie"], vec!["private"]));
    let reply = send(app(), with_cookie(reply.sent_back().unwrap())).await;
    assert_eq!((reply.saved().unwrap().visits, reply.text.as_str()), (2, "2"));
}

#[actix_web::test]
async fn a_request_that_takes_no_session_decodes_nothing_and_says_nothing() {
    let events = Events::default();
    for request in [get(), from_ada(), from_ada_due(), with_cookie("__Host-session=garbage")] {
        let app = App::new().route("/", to(async || "hello")).wrap(events.sessions());
        assert!(send(app, request).await.is_untouched());
    }
    assert!(events.take().is_empty());
}

#[actix_web::test]
async fn a_session_that_is_only_read_is_not_written_but_varies() {
    let handler = async |session: Session<Visitor>| format!("{:?}", session.user);
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), from_ada()).await;
    assert!(reply.all("set-cookie").is_empty() && reply.all("cache-control").is_empty());
    assert_eq!((reply.all("vary"), reply.text.as_str()), (vec!["Cookie"], "Some(\"Ada\")"));
}

#[actix_web::test]
async fn a_session_that_is_taken_and_not_looked_at_says_nothing() {
    let app = App::new().route("/", to(looks_away)).wrap(sessions());
    assert!(send(app, from_ada()).await.is_untouched());
}

#[actix_web::test]
async fn the_real_status_decides_and_server_errors_and_408_save_nothing() {
    let answering = |status: u16| {
        to(move |mut session: Session<Visitor>| async move {
            session.visits += 1;
            HttpResponse::new(StatusCode::from_u16(status).unwrap())
        })
    };
    for status in [200, 204, 303, 304, 400, 404, 499] {
        let reply = send(App::new().route("/", answering(status)).wrap(sessions()), get()).await;
        assert!(reply.saved().is_some(), "{status}");
    }
    for status in [408, 500, 502, 503, 599] {
        let events = Events::default();
        let app = App::new().route("/", answering(status)).wrap(events.sessions());
        let reply = send(app, get()).await;
        assert_eq!(reply.status.as_u16(), status);
        assert!(reply.all("set-cookie").is_empty(), "{status}");
        assert_eq!((reply.all("vary"), events.take()), (vec!["Cookie"], vec!["abandoned".into()]));
    }
    let reversed = || sessions().save_if(|status| status == StatusCode::BAD_GATEWAY);
    let reply = send(App::new().route("/", answering(502)).wrap(reversed()), get()).await;
    assert!(reply.saved().is_some());
    let reply = send(App::new().route("/", answering(200)).wrap(reversed()), get()).await;
    assert!(reply.saved().is_none());
}

#[actix_web::test]
async fn a_log_out_counts_whatever_the_status() {
    for status in [200, 302, 408, 500, 503] {
        let handler = move |mut session: Session<Visitor>| async move {
            session.flush();
            HttpResponse::new(StatusCode::from_u16(status).unwrap())
        };
        let events = Events::default();
        let app = App::new().route("/", to(handler)).wrap(events.sessions());
        assert!(send(app, from_ada()).await.is_cleared(), "{status}");
        assert_eq!(events.take(), ["cleared"], "{status}");
    }
}

#[actix_web::test]
async fn a_log_in_begins_a_session_with_a_new_id() {
    async fn log_in(mut session: Session<Visitor>) -> String {
        let before = session.id();
        session.log_in(ada());
        (before != session.id()).to_string()
    }
    let reply = send(App::new().route("/", to(log_in)).wrap(sessions()), from_ada()).await;
    assert_eq!((reply.saved(), reply.text.as_str()), (Some(ada()), "true"));
}

#[actix_web::test]
async fn a_renewal_goes_out_where_the_session_is_taken() {
    let events = Events::default();
    let app = || App::new().route("/", to(looks_away)).wrap(events.sessions());
    assert_eq!(send(app(), from_ada_due()).await.saved(), Some(ada()));
    assert_eq!(events.take(), ["renewed"]);
    assert!(send(app(), from_ada()).await.is_untouched());
}

#[actix_web::test]
async fn an_eager_middleware_renews_and_clears_on_every_response() {
    let events = Events::default();
    let app = || App::new().route("/", to(async || "")).wrap(events.sessions().eager(true));
    assert_eq!(send(app(), from_ada_due()).await.saved(), Some(ada()));
    assert!(send(app(), with_cookie("__Host-session=malformed")).await.is_cleared());
    assert_eq!(events.take(), ["renewed", "rejected", "cleared"]);
    assert!(send(app(), from_ada()).await.is_untouched());
    assert!(send(app(), get()).await.is_untouched());
}

#[actix_web::test]
async fn headers_that_are_there_are_merged() {
    async fn handler(mut session: Session<Visitor>) -> HttpResponse {
        session.visits += 1;
        HttpResponse::Ok()
            .insert_header((VARY, "Accept-Encoding"))
            .insert_header((CACHE_CONTROL, "public, s-maxage=60, max-age=60"))
            .insert_header((SET_COOKIE, "other=1"))
            .finish()
    }
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), get()).await;
    assert_eq!(reply.all("vary"), ["Accept-Encoding", "Cookie"]);
    assert_eq!(reply.all("cache-control"), ["private, max-age=60"]);
    assert_eq!(reply.all("set-cookie").len(), 2);
}

#[actix_web::test]
async fn headers_of_a_response_without_a_session_stay_as_they_are() {
    let handler = async || {
        let mut response = HttpResponse::Ok();
        response.append_header((VARY, "Origin")).append_header((VARY, "Accept-Encoding"));
        response.append_header((CACHE_CONTROL, "public")).finish()
    };
    let reply = send(App::new().route("/", to(handler)).wrap(sessions()), from_ada()).await;
    assert_eq!(reply.all("vary"), ["Origin", "Accept-Encoding"]);
    assert_eq!(reply.all("cache-control"), ["public"]);
}

#[actix_web::test]
async fn cookies_in_several_headers_are_read() {
    let visits = Visitor { visits: 6, ..Visitor::default() };
    let request = with_cookie("a=b").append_header(("cookie", visitor(&visits, now())));
    assert_eq!(send(App::new().route("/", to(count)).wrap(sessions()), request).await.text, "7");
}

#[actix_web::test]
async fn the_clock_is_the_middlewares() {
    let tomorrow = || sessions().clock(|| now() + Duration::DAY);
    let visits = Visitor { visits: 6, ..Visitor::default() };
    let request = with_cookie(visitor(&visits, now()));
    assert_eq!(send(App::new().route("/", to(count)).wrap(tomorrow()), request).await.text, "1");
}
