//! The allocations of a request that does not take its session.

use core::convert::Infallible;

use axum::http::{Request, Response};
use tower::{Layer as _, Service as _, service_fn};

use crate::support::*;

fn allocations(cookie: Option<&str>) -> u64 {
    let mut service = layer().layer(service_fn(|_: Request<()>| {
        core::future::ready(Ok::<_, Infallible>(Response::new(())))
    }));
    let mut request = Request::new(());
    if let Some(cookie) = cookie {
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
    }
    let mut request = Some(request);
    let counted = allocation_counter::measure(|| {
        let response = service.call(request.take().unwrap());
        let mut response = core::pin::pin!(response);
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        assert!(response.as_mut().poll(&mut context).is_ready());
    });
    counted.count_total
}

#[test]
fn an_untouched_request_costs_at_most_five_allocations() {
    let cookie = visitor(&ada(), now());
    for cookie in [None, Some("a=b"), Some(cookie.as_str())] {
        assert!(allocations(cookie) <= 5, "{cookie:?}: {}", allocations(cookie));
    }
}
