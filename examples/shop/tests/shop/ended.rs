use crate::client::Browser;
use crate::world::{PASSWORD, World};

/// Returns two sessions of ada: a valid one, and a copy of one that was ended.
fn here_and_ended(world: &World) -> (Browser, Browser) {
    let (here, mut ended) = (world.browser_of("ada"), world.browser_of("ada"));
    let copy = ended.clone();
    assert_eq!(ended.post("/log-out", "").status, 303);
    (here, copy)
}

/// Users who are logged in get a 503. Other visitors are served.
fn assert_fails_closed(world: &World, here: &Browser, ended: &Browser) {
    for browser in [here, ended] {
        let reply = browser.clone().get("/");
        assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
        assert_eq!(reply.header("set-cookie"), "");
        assert_eq!(browser.clone().post("/log-out", "").status, 503);
    }
    let mut visitor = world.browser();
    assert_eq!(visitor.post("/cart/add", "item=1").status, 303);
    assert_eq!(visitor.things(), 1);
    assert_eq!(visitor.try_to_log_in("ada", PASSWORD, "").status, 503);
    assert_eq!((visitor.things(), visitor.name()), (1, None));
}

fn assert_only_here(here: &Browser, ended: &Browser) {
    assert_eq!(ended.clone().name(), None);
    assert_eq!(here.clone().name().as_deref(), Some("ada"));
    assert_eq!(here.clone().sessions().len(), 1);
}

#[test]
fn while_redis_is_down_nobody_comes_back_and_afterwards_service_resumes() {
    let mut world = World::new();
    let (here, ended) = here_and_ended(&world);
    world.redis.stop();
    assert_fails_closed(&world, &here, &ended);
    world.redis.start();
    assert_only_here(&here, &ended);
    assert_eq!(world.browser_of("ada").name().as_deref(), Some("ada"));
}

#[test]
fn a_redis_that_comes_back_empty_brings_nobody_back() {
    let mut world = World::new();
    let (here, ended) = here_and_ended(&world);
    world.redis.stop();
    world.redis.lose_everything();
    world.redis.start();
    assert_only_here(&here, &ended);
    world.redis.say("FLUSHALL").unwrap();
    assert_only_here(&here, &ended);
}

#[test]
fn a_redis_that_hangs_is_one_that_is_down() {
    let world = World::new();
    let (here, ended) = here_and_ended(&world);
    world.redis.signal("STOP");
    assert_fails_closed(&world, &here, &ended);
    world.redis.signal("CONT");
    assert_only_here(&here, &ended);
}

#[test]
fn a_log_out_that_redis_did_not_take_is_caught_up_before_the_next_request() {
    let world = World::new();
    let (mut here, mut leaving) = (world.browser_of("ada"), world.browser_of("ada"));
    let copy = leaving.clone();
    world.redis.say("REPLICAOF 127.0.0.1 1").unwrap(); // From now on it responds, but refuses writes.
    assert_eq!(leaving.post("/log-out", "").status, 503);
    assert_eq!(here.get("/").status, 503);
    world.redis.say("REPLICAOF NO ONE").unwrap();
    assert_only_here(&here, &copy);
}

#[test]
fn a_server_that_starts_while_redis_is_down_serves_when_it_is_up() {
    let mut world = World::new();
    let (mut here, mut ended) = here_and_ended(&world);
    world.redis.stop();
    world.restart(0, [&mut here, &mut ended]);
    assert_fails_closed(&world, &here, &ended);
    world.redis.start();
    assert_only_here(&here, &ended);
}

#[test]
fn while_redis_hangs_many_at_once_are_answered_before_they_are_given_up() {
    let mut world = World::new();
    let (mut here, mut ended) = here_and_ended(&world);
    world.restart(0, [&mut here, &mut ended]);
    world.redis.signal("STOP");
    std::thread::scope(|scope| {
        let ask = || here.clone().get("/").header("retry-after").to_owned();
        let asking: Vec<_> = (0..32).map(|_| scope.spawn(ask)).collect();
        // A request that reaches the time limit gets a response without this header.
        assert!(asking.into_iter().all(|thread| thread.join().unwrap() == "5"));
    });
    world.redis.signal("CONT");
    assert_only_here(&here, &ended);
}
