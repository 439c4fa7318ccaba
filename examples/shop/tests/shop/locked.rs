use crate::world::{PASSWORD, World};

#[test]
fn while_sqlite_is_locked_pages_are_served_and_what_would_write_is_refused_and_undone() {
    let world = World::new();
    let (mut ada, mut visitor) = (world.browser_of("ada"), world.browser());
    let session = ada.sessions().remove(0);
    assert_eq!(visitor.post("/cart/add", "item=3").status, 303);

    let lock = world.sqlite();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = visitor.try_to_log_in("ada", PASSWORD, "");
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    assert!(refused.body.contains("Please try again in a few seconds"));
    assert_eq!((visitor.things(), visitor.name()), (1, None));
    for (path, form) in [
        ("/log-out", String::new()),
        ("/log-out-everywhere", String::new()),
        ("/devices/end", format!("session={session}")),
    ] {
        assert_eq!(ada.post(path, &form).status, 503, "{path}");
    }
    assert_eq!(ada.post("/cart/add", "item=2").status, 303);
    lock.execute_batch("COMMIT").unwrap();

    assert_eq!((ada.name().as_deref(), ada.things()), (Some("ada"), 1));
    assert_eq!(ada.sessions().len(), 1, "the log-in that was refused is not listed");
    visitor.log_in("ada");
    assert_eq!((visitor.things(), visitor.name().as_deref()), (1, Some("ada")));
}

#[test]
fn many_that_wait_for_a_lock_are_answered_and_nobody_else_waits() {
    let world = World::new();
    let ada = world.browser_of("ada");
    let lock = world.sqlite();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let waiting: Vec<_> =
            (0..12).map(|_| scope.spawn(|| ada.clone().post("/log-out", "").status)).collect();
        assert_eq!(ada.clone().name().as_deref(), Some("ada"));
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap() == 503));
    });
    lock.execute_batch("COMMIT").unwrap();
    assert_eq!(ada.clone().post("/log-out", "").status, 303);
    assert_eq!(ada.clone().name(), None);
}
