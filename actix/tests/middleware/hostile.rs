//! Cookies that are malformed, forged, expired or huge, and the cost of a request.

use actix_web::App;
use actix_web::dev::Service as _;
use actix_web::test::init_service;
use actix_web::web::to;
use hardtack::time::Duration;
use hardtack_actix::Session;

use crate::support::*;

async fn reads(session: Session<Visitor>) -> String {
    session.user.clone().unwrap_or_default()
}

fn hostile() -> Vec<Vec<u8>> {
    let good = visitor(&ada(), now());
    let (name, value) = good.split_once('=').unwrap();
    let mut forged = good.clone().into_bytes();
    let middle = name.len() + 1 + value.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let texts = [
        format!("{name}="),
        format!("{name}=garbage"),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        format!("{name}=\"{value}\""),
        format!("{name}={}", "A".repeat(64 * 1024)),
        format!("{name}={}", "=; ".repeat(20 * 1024)),
        (0..3000).map(|n| format!("{name}={n}")).collect::<Vec<_>>().join("; "),
        visitor(&ada(), now() - Duration::DAY),
        visitor(&ada(), now() + Duration::DAY),
        ";;;=;=;".to_owned(),
    ];
    let others = [forged, [name.as_bytes(), b"=\xff\xfe\x80"].concat()];
    texts.into_iter().map(String::into_bytes).chain(others).collect()
}

fn shown(cookie: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(&cookie[..cookie.len().min(60)])
}

#[actix_web::test]
async fn hostile_cookies_are_an_empty_session_and_no_500() {
    for cookie in hostile() {
        let lazy = App::new().route("/", to(reads)).wrap(sessions());
        let eager = App::new().route("/", to(async || "")).wrap(sessions().eager(true));
        for reply in
            [send(lazy, with_cookie(&cookie)).await, send(eager, with_cookie(&cookie)).await]
        {
            assert_eq!((reply.status.as_u16(), reply.saved()), (200, None), "{}", shown(&cookie));
            assert_eq!(reply.text, "", "{}", shown(&cookie));
        }
    }
}

#[actix_web::test]
async fn a_good_cookie_among_bad_ones_is_found() {
    let good = visitor(&ada(), now());
    for cookie in [format!("__Host-session=x; {good}"), format!("{good}; __Host-session=x")] {
        let app = App::new().route("/", to(reads)).wrap(sessions());
        assert_eq!(send(app, with_cookie(cookie)).await.text, "Ada");
    }
}

/// The first request fills actix-web's pools. Later requests must not keep memory.
#[actix_web::test]
async fn hostile_cookies_leave_nothing_behind() {
    let service = init_service(App::new().route("/", to(reads)).wrap(sessions())).await;
    for cookie in hostile() {
        let mut left = 0;
        for _ in 0..3 {
            let mut call = Box::pin(async {
                drop(service.call(with_cookie(&cookie).to_request()).await.unwrap());
            });
            let mut context = core::task::Context::from_waker(core::task::Waker::noop());
            let counted = allocation_counter::measure(|| {
                assert!(call.as_mut().poll(&mut context).is_ready());
            });
            left = counted.bytes_current;
        }
        assert!(left <= 0, "{left} bytes of {}", shown(&cookie));
    }
}

/// Counts the allocations that the middleware adds to a request.
#[actix_web::test]
async fn an_untouched_request_costs_at_most_eleven_allocations_more() {
    let bare = init_service(App::new().route("/", to(async || ""))).await;
    let wrapped = init_service(App::new().route("/", to(async || "")).wrap(sessions())).await;
    macro_rules! allocations {
        ($service:expr) => {{
            let mut count = 0;
            for _ in 0..3 {
                let request = from_ada().to_request();
                let mut context = core::task::Context::from_waker(core::task::Waker::noop());
                let counted = allocation_counter::measure(|| {
                    let mut call = Box::pin($service.call(request));
                    assert!(call.as_mut().poll(&mut context).is_ready());
                });
                count = counted.count_total;
            }
            count
        }};
    }
    let (bare, wrapped) = (allocations!(bare), allocations!(wrapped));
    assert!(wrapped <= bare + 11, "{bare} without, {wrapped} with");
}
