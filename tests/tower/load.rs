//! Hostile cookies, and many visitors at once.

use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::routing::any;
use hardtack::tower::{Handle, Session};

use crate::support::*;

async fn reads(session: Session<Visitor>) -> String {
    session.user.clone().unwrap_or_default()
}

fn hostile() -> Vec<String> {
    let good = visitor(&ada(), now());
    let value = good.strip_prefix("__Host-session=").unwrap().to_owned();
    let forged = {
        let mut bytes = value.clone().into_bytes();
        let last = bytes.len() / 2;
        bytes[last] = if bytes[last] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let expired = visitor(&ada(), now() - time::Duration::DAY);
    let future = visitor(&ada(), now() + time::Duration::DAY);
    let other = visitor(&ada(), now()).replace("__Host-session", "__host-session");
    vec![
        "__Host-session=".to_owned(),
        "__Host-session=garbage".to_owned(),
        format!("__Host-session={forged}"),
        format!("__Host-session={}", &value[..value.len() - 1]),
        format!("__Host-session={value}A"),
        format!("__Host-session=\"{value}\""),
        format!("__Host-session={}", "A".repeat(64 * 1024)),
        format!("__Host-session={}", "=; ".repeat(20 * 1024)),
        "__Host-session=x; ".repeat(3000),
        (0..3000).map(|n| format!("__Host-session={n}")).collect::<Vec<_>>().join("; "),
        expired,
        future,
        other,
        ";;;=;=;".to_owned(),
    ]
}

#[tokio::test]
async fn hostile_cookies_are_an_empty_session_and_no_500() {
    let lazy = Router::new().route("/", any(reads)).layer(layer());
    let eager = Router::new().route("/", any(|| async {})).layer(layer().eager(true));
    for cookie in hostile() {
        for app in [&lazy, &eager] {
            let response = send(app, with_cookie(&cookie)).await;
            assert_eq!(response.status(), 200);
            assert_eq!(saved(&response), None);
            assert_eq!(text(response).await, "", "{}", &cookie[..cookie.len().min(60)]);
        }
    }
}

#[tokio::test]
async fn bytes_that_are_not_text_are_an_empty_session() {
    let app = Router::new().route("/", any(reads)).layer(layer());
    let mut request = get();
    let bytes = axum::http::HeaderValue::from_bytes(b"__Host-session=\xff\xfe\x80").unwrap();
    request.headers_mut().insert("cookie", bytes);
    assert_eq!(text(send(&app, request).await).await, "");
}

#[tokio::test]
async fn a_good_cookie_among_bad_ones_is_found() {
    let app = Router::new().route("/", any(reads)).layer(layer());
    let good = visitor(&ada(), now());
    for cookie in [format!("__Host-session=x; {good}"), format!("{good}; __Host-session=x")] {
        assert_eq!(text(send(&app, with_cookie(&cookie)).await).await, "Ada");
    }
}

/// Checks that the memory of a request is freed after it, so that no cookie is kept.
#[tokio::test]
async fn hostile_cookies_leave_nothing_behind() {
    let app = Router::new().route("/", any(reads)).layer(layer());
    for cookie in hostile() {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { drop(send(&app, with_cookie(&cookie)).await) });
        };
        let left = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    run();
                    allocation_counter::measure(run).bytes_current
                })
                .join()
                .unwrap()
        });
        assert_eq!(left, 0, "{}", &cookie[..cookie.len().min(60)]);
    }
}

/// A small form of `scripts/load`: every visitor counts to the end in a session of its own.
#[tokio::test]
async fn of_many_visitors_at_once_none_is_mixed_up_and_none_is_lost() {
    async fn handler(handle: Handle<Visitor>, mut session: Session<Visitor>) -> String {
        tokio::task::yield_now().await;
        session.visits += 1;
        drop(session);
        tokio::task::yield_now().await;
        handle.with(|session| format!("{:?} {}", session.user, session.visits)).unwrap()
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    let mut tasks = tokio::task::JoinSet::new();
    for name in 0..100 {
        let app = app.clone();
        tasks.spawn(async move {
            let me = Visitor { user: Some(format!("visitor {name}")), ..Visitor::default() };
            let mut cookie = visitor(&me, now());
            for visit in 1..=30 {
                let response = send(&app, with_cookie(&cookie)).await;
                assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 1);
                cookie = sent_back(response.headers()).unwrap();
                let expected = format!("{:?} {visit}", me.user);
                assert_eq!(text(response).await, expected);
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}
