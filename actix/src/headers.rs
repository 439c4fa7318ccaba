//! Translates headers and statuses between actix-web and the crate http.
//!
//! Both crates allow the same bytes, so every value can be translated.

use actix_web::http::{StatusCode as ActixStatus, header as actix};
use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

/// Returns the headers of a request that hold its session.
pub(crate) fn of_request(from: &actix::HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values(from, &actix::COOKIE) {
        headers.append(COOKIE, value);
    }
    headers
}

/// Returns the headers of a response that the session's headers are merged with.
pub(crate) fn of_response(from: &actix::HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values(from, &actix::VARY) {
        headers.append(VARY, value);
    }
    for value in values(from, &actix::CACHE_CONTROL) {
        headers.append(CACHE_CONTROL, value);
    }
    headers
}

/// Writes the headers that [`of_response`] returned and the layer changed into their response.
pub(crate) fn put_back(from: &HeaderMap, to: &mut actix::HeaderMap) {
    to.remove(actix::VARY);
    to.remove(actix::CACHE_CONTROL);
    for (there, here) in [
        (VARY, actix::VARY),
        (CACHE_CONTROL, actix::CACHE_CONTROL),
        (SET_COOKIE, actix::SET_COOKIE),
    ] {
        for value in from.get_all(there) {
            if let Ok(value) = actix::HeaderValue::from_bytes(value.as_bytes()) {
                to.append(here.clone(), value);
            }
        }
    }
}

fn values(from: &actix::HeaderMap, name: &actix::HeaderName) -> impl Iterator<Item = HeaderValue> {
    from.get_all(name).filter_map(|value| HeaderValue::from_bytes(value.as_bytes()).ok())
}

pub(crate) fn status(from: ActixStatus) -> StatusCode {
    StatusCode::from_u16(from.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(crate) fn actix_status(from: StatusCode) -> ActixStatus {
    ActixStatus::from_u16(from.as_u16()).unwrap_or(ActixStatus::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_status_survives_the_way_there_and_back() {
        let bytes: Vec<u8> = (0x20..=0x7e).chain(0x80..=0xff).collect();
        let mut headers = actix::HeaderMap::new();
        headers.append(actix::VARY, actix::HeaderValue::from_bytes(&bytes).unwrap());
        headers.append(actix::VARY, actix::HeaderValue::from_static("Origin"));
        headers.append(actix::SET_COOKIE, actix::HeaderValue::from_static("other=1"));
        let before = headers.clone();
        put_back(&of_response(&before), &mut headers);
        for name in [actix::VARY, actix::SET_COOKIE] {
            assert!(headers.get_all(&name).eq(before.get_all(&name)));
        }
        for code in 100..1000 {
            let there = status(ActixStatus::from_u16(code).unwrap());
            assert_eq!((there.as_u16(), actix_status(there).as_u16()), (code, code));
        }
    }
}
