//! The rules for saving sessions.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use axum::response::IntoResponse;
use axum::routing::any;
use hardtack::tower::Session;

use crate::support::*;

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

#[tokio::test]
async fn a_changed_session_is_saved_when_the_handler_drops_it() {
    let app = Router::new().route("/", any(count)).layer(layer());
    let response = send(&app, get()).await;
    assert_eq!(saved(&response).unwrap().visits, 1);
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(response.headers()[CACHE_CONTROL], "private");
    let again = with_cookie(&sent_back(response.headers()).unwrap());
    let response = send(&app, again).await;
    assert_eq!(saved(&response).unwrap().visits, 2);
    assert_eq!(text(response).await, "2");
}

#[tokio::test]
async fn a_request_that_takes_no_session_decodes_nothing_and_says_nothing() {
    let events = Events::default();
    let app = Router::new().route("/", any(|| async { "hello" })).layer(events.layer());
    for request in [get(), from_ada(), from_ada_due(), with_cookie("__Host-session=garbage")] {
        assert!(is_untouched(&send(&app, request).await));
    }
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn a_session_that_is_only_read_is_not_written_but_varies() {
    let app = Router::new()
        .route("/", any(|session: Session<Visitor>| async move { format!("{:?}", session.user) }))
        .layer(layer());
    let response = send(&app, from_ada()).await;
    assert!(!response.headers().contains_key(SET_COOKIE));
    assert!(!response.headers().contains_key(CACHE_CONTROL));
    assert_eq!(response.headers()[VARY], "Cookie");
    assert_eq!(text(response).await, "Some(\"Ada\")");
}

#[tokio::test]
async fn a_session_that_is_taken_and_not_looked_at_says_nothing() {
    let app = Router::new().route("/", any(async |_: Session<Visitor>| ())).layer(layer());
    assert!(is_untouched(&send(&app, from_ada()).await));
}

#[tokio::test]
async fn errors_that_a_question_mark_returns_save_by_the_same_rules() {
    async fn fails(mut session: Session<Visitor>) -> Result<(), StatusCode> {
        session.visits += 1;
        Err(StatusCode::IM_A_TEAPOT)?;
        Ok(())
    }
    let app = Router::new().route("/", any(fails)).layer(layer());
    let response = send(&app, get()).await;
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(saved(&response).unwrap().visits, 1);
}

fn answering(status: u16) -> Router {
    let handler = move |mut session: Session<Visitor>| async move {
        session.visits += 1;
        StatusCode::from_u16(status).unwrap()
    };
    Router::new().route("/", any(handler))
}

#[tokio::test]
async fn the_real_status_decides_and_server_errors_and_408_save_nothing() {
    for status in [200, 204, 303, 304, 400, 404, 499] {
        let response = send(&answering(status).layer(layer()), get()).await;
        assert!(saved(&response).is_some(), "{status}");
    }
    for status in [408, 500, 502, 503, 599] {
        let events = Events::default();
        let response = send(&answering(status).layer(events.layer()), get()).await;
        assert_eq!(response.headers().get(SET_COOKIE), None, "{status}");
        assert_eq!(response.headers()[VARY], "Cookie", "{status}");
        assert_eq!(events.take(), ["abandoned"], "{status}");
    }
}

#[tokio::test]
async fn a_function_overrides_which_statuses_save() {
    let layer = layer().save_if(|status| status == StatusCode::BAD_GATEWAY);
    assert!(saved(&send(&answering(502).layer(layer.clone()), get()).await).is_some());
    assert!(saved(&send(&answering(200).layer(layer), get()).await).is_none());
}

#[tokio::test]
async fn a_log_out_counts_whatever_the_status() {
    for status in [200, 302, 408, 500, 503] {
        let handler = move |mut session: Session<Visitor>| async move {
            session.flush();
            StatusCode::from_u16(status).unwrap()
        };
        let events = Events::default();
        let app = Router::new().route("/", any(handler)).layer(events.layer());
        assert!(is_cleared(&send(&app, from_ada()).await), "{status}");
        assert_eq!(events.take(), ["cleared"], "{status}");
    }
}

#[tokio::test]
async fn a_log_in_begins_a_session_with_a_new_id() {
    async fn log_in(mut session: Session<Visitor>) {
        let notes = std::mem::take(&mut session.notes);
        session.log_in(Visitor { user: Some("Ada".to_owned()), notes, visits: 0 });
    }
    let app = Router::new().route("/", any(log_in)).layer(layer());
    let before = Visitor { notes: vec!["x".to_owned()], visits: 3, user: None };
    let response = send(&app, with_cookie(&visitor(&before, now()))).await;
    let expected = Visitor { notes: vec!["x".to_owned()], ..ada() };
    assert_eq!(saved(&response), Some(expected));
}

#[tokio::test]
async fn a_renewal_goes_out_where_the_session_is_taken() {
    let events = Events::default();
    let app = Router::new().route("/", any(async |_: Session<Visitor>| ())).layer(events.layer());
    assert_eq!(saved(&send(&app, from_ada_due()).await), Some(ada()));
    assert_eq!(events.take(), ["renewed"]);
    assert!(is_untouched(&send(&app, from_ada()).await));
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn an_eager_layer_renews_and_clears_on_every_response() {
    let events = Events::default();
    let app = Router::new().route("/", any(|| async {})).layer(events.layer().eager(true));
    assert_eq!(saved(&send(&app, from_ada_due()).await), Some(ada()));
    assert_eq!(events.take(), ["renewed"]);
    assert!(is_cleared(&send(&app, with_cookie("__Host-session=malformed")).await));
    assert_eq!(events.take(), ["rejected", "cleared"]);
    assert!(is_untouched(&send(&app, from_ada()).await));
    assert!(is_untouched(&send(&app, get()).await));
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn save_every_request_reads_without_being_asked() {
    use hardtack::tower::SessionLayer;
    use hardtack::web::SessionCookie;
    let cookie = SessionCookie::builder(codec("shop")).save_every_request(true).build().unwrap();
    let layer = SessionLayer::<Visitor>::new(cookie).clock(now);
    let app = Router::new().route("/", any(|| async {})).layer(layer);
    assert_eq!(saved(&send(&app, from_ada()).await), Some(ada()));
    assert!(is_untouched(&send(&app, get()).await));
}

#[tokio::test]
async fn headers_that_are_there_are_merged() {
    async fn handler(mut session: Session<Visitor>) -> impl IntoResponse {
        session.visits += 1;
        [
            (VARY, "Accept-Encoding"),
            (CACHE_CONTROL, "public, s-maxage=60, max-age=60"),
            (SET_COOKIE, "other=1"),
        ]
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    let response = send(&app, get()).await;
    let all = |name| response.headers().get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(all(VARY), ["Accept-Encoding", "Cookie"]);
    assert_eq!(all(CACHE_CONTROL), ["private, max-age=60"]);
    assert_eq!(all(SET_COOKIE).len(), 2);
}

#[tokio::test]
async fn cookies_in_several_headers_are_read() {
    let app = Router::new().route("/", any(count)).layer(layer());
    let mut request = with_cookie("a=b");
    let visits = Visitor { visits: 6, ..Visitor::default() };
    request.headers_mut().append("cookie", visitor(&visits, now()).parse().unwrap());
    assert_eq!(text(send(&app, request).await).await, "7");
}

#[tokio::test]
async fn the_clock_is_the_layers() {
    let app =
        Router::new().route("/", any(count)).layer(layer().clock(|| now() + time::Duration::DAY));
    assert_eq!(text(send(&app, from_ada()).await).await, "1");
    let expired = Visitor { visits: 6, ..Visitor::default() };
    assert_eq!(text(send(&app, with_cookie(&visitor(&expired, now()))).await).await, "1");
}
