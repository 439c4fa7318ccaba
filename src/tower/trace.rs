//! Events for the crate tracing.

use tracing::{debug, error, info, warn};

use super::event::Event;

/// Emits an event at a level: `debug` for expected events, `info` for events that anyone can cause,
/// `warn` for lost data, and `error` for mistakes in the program.
pub(super) fn emit(event: &Event, cookie: &str) {
    let kind = event.kind();
    match event {
        Event::Rejected(reason) if !reason.is_expected() => {
            info!(target: "hardtack", kind, reason = reason.kind(), cookie, "{event}");
        }
        Event::Rejected(reason) => {
            debug!(target: "hardtack", kind, reason = reason.kind(), cookie, "{event}");
        }
        Event::Refused(reason) => {
            info!(target: "hardtack", kind, reason, cookie, "{event}");
        }
        Event::Saved | Event::Renewed | Event::Cleared => {
            debug!(target: "hardtack", kind, cookie, "{event}");
        }
        Event::Abandoned(_) | Event::StillHeld => {
            warn!(target: "hardtack", kind, cookie, "{event}");
        }
        Event::CheckFailed(_)
        | Event::TooLong { .. }
        | Event::NotSaved(_)
        | Event::Lost
        | Event::Misused(_) => {
            error!(target: "hardtack", kind, cookie, "{event}");
        }
    }
}

// These tests are not in tests/tower, because tracing decides once per process whether an event has
// a subscriber.
#[cfg(test)]
#[cfg(feature = "axum")]
mod tests {
    use std::sync::{Arc, Mutex};

    use ::axum::Router;
    use ::axum::body::Body;
    use ::axum::http::{HeaderMap, Request, StatusCode};
    use ::axum::routing::any;
    use ::tower::ServiceExt as _;
    use time::OffsetDateTime;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use crate::tower::{Session, SessionLayer};
    use crate::web::{Map, SessionCookie};
    use crate::{Codec, Key, KeyRing};

    /// Collects the level and the kind of each event of hardtack.
    #[derive(Clone, Default)]
    struct Collector(Arc<Mutex<Vec<(String, String)>>>);

    struct Kind(String);

    impl Visit for Kind {
        fn record_str(&mut self, field: &Field, value: &str) {
            if field.name() == "kind" {
                value.clone_into(&mut self.0);
            }
            assert!(!value.contains("Ada"), "session data in {}", field.name());
        }

        fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
            assert!(!format!("{value:?}").contains("Ada"), "session data in {}", field.name());
        }
    }

    impl Subscriber for Collector {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "hardtack"
        }

        fn event(&self, event: &Event<'_>) {
            let mut kind = Kind(String::new());
            event.record(&mut kind);
            self.0.lock().unwrap().push((event.metadata().level().to_string(), kind.0));
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    async fn count(mut session: Session<Map>) {
        session.insert("visits", 1);
    }

    async fn fails(mut session: Session<Map>) -> StatusCode {
        session.insert("user", "Ada");
        StatusCode::BAD_GATEWAY
    }

    async fn too_much(mut session: Session<Map>) {
        session.insert("notes", "x".repeat(5000));
    }

    fn cookie() -> SessionCookie {
        let keys =
            KeyRing::new(Key::from_base64("dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo=").unwrap());
        let two_hours = core::time::Duration::from_secs(7200);
        let codec = Codec::signed("shop", &keys, two_hours).build().unwrap();
        SessionCookie::builder(codec).build().unwrap()
    }

    /// Returns the `Cookie` header of Ada's session.
    fn ada(at: OffsetDateTime) -> String {
        let mut session = cookie().read_at::<Map>(&HeaderMap::new(), at);
        session.insert("user", "Ada");
        let mut headers = HeaderMap::new();
        cookie().write_at(&session, StatusCode::OK, at, &mut headers).unwrap();
        headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn events_have_sensible_levels_and_no_session_data() {
        let collector = Collector::default();
        let _guard = tracing::subscriber::set_default(collector.clone());
        let app = Router::new()
            .route("/", any(count))
            .route("/fails", any(fails))
            .route("/too-much", any(too_much))
            .route("/twice", any(async |_: Session<Map>, _: Session<Map>| ()))
            .layer(SessionLayer::<Map>::new(cookie()));
        let now = OffsetDateTime::now_utc();
        let (good, expired) = (ada(now), ada(now - time::Duration::hours(3)));
        for (path, cookie, expected) in [
            ("/", good.as_str(), &[("DEBUG", "saved")][..]),
            ("/", &expired, &[("DEBUG", "rejected"), ("DEBUG", "saved")]),
            ("/", "__Host-session=x", &[("INFO", "rejected"), ("DEBUG", "saved")]),
            ("/fails", "", &[("WARN", "abandoned")]),
            ("/too-much", "", &[("ERROR", "too_long")]),
            ("/twice", "", &[("ERROR", "taken")]),
        ] {
            let request = Request::builder().uri(path).header("cookie", cookie);
            app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let seen = std::mem::take(&mut *collector.0.lock().unwrap());
            let seen: Vec<(&str, &str)> =
                seen.iter().map(|(level, kind)| (level.as_str(), kind.as_str())).collect();
            assert_eq!(seen, expected, "{path}");
        }
    }
}
