use crate::world::{PASSWORD, World};

#[test]
fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let world = World::new();
    let wrong_password = world.browser().try_to_log_in("ada", "wrong-horse", "");
    let wrong_name = world.browser().try_to_log_in("eve", "wrong-horse", "");
    assert_eq!(wrong_password.status, 422);
    assert_eq!(wrong_name.status, 422);
    assert_eq!(wrong_password.body, wrong_name.body);
    assert_eq!(wrong_name.text("mistake"), Some("The name or the password is wrong."));
    assert_eq!(world.browser().try_to_log_in("ADA", PASSWORD, "").status, 303);
}

#[test]
fn after_ten_wrong_passwords_the_right_one_has_to_wait() {
    let world = World::new();
    let mut at_work = world.browser_of("ada");
    let mut eve = world.browser();
    for name in ["ada", "nobody"] {
        for _ in 0..10 {
            assert_eq!(eve.try_to_log_in(name, "wrong-horse", "").status, 422);
        }
        let refused = eve.try_to_log_in(name, PASSWORD, "");
        assert_eq!((refused.status, refused.header("retry-after")), (429, "900"));
    }
    assert_eq!(eve.try_to_log_in("ADA", PASSWORD, "").status, 429, "nor in other letters");
    assert_eq!(at_work.name().as_deref(), Some("ada"));
    eve.log_in("bob");
}

#[test]
fn a_confirmation_counts_as_an_attempt() {
    let world = World::new();
    let mut thief = world.browser_of("ada");
    let statuses: Vec<u16> = (0..11)
        .map(|_| thief.post("/confirm", "password=wrong-horse&page=devices").status)
        .collect();
    assert_eq!(statuses[..10], [422; 10]);
    assert_eq!(statuses[10], 429);
}

#[test]
fn bodies_are_bounded_and_a_long_password_is_a_wrong_one() {
    let world = World::new();
    let mut browser = world.browser();
    assert_eq!(browser.try_to_log_in("ada", &"x".repeat(9000), "").status, 413);
    assert_eq!(browser.try_to_log_in("ada", &"x".repeat(2000), "").status, 422);
    assert_eq!(browser.post("/log-in", "name=ada").status, 422);
    assert_eq!(browser.cookie, None);
}

#[test]
fn a_planted_session_is_not_the_one_that_logs_in() {
    let world = World::new();
    let mut planted = world.browser();
    planted.post("/cart/add", "item=1");
    let mut victim = planted.clone();
    victim.log_in("ada");
    assert_ne!(victim.cookie, planted.cookie);
    assert_eq!(planted.name(), None);
    assert_eq!(victim.name().as_deref(), Some("ada"));
}

#[test]
fn a_password_is_stored_as_argon2id_of_the_advised_cost() {
    let world = World::new();
    let hash: String = world
        .sqlite()
        .query_row("SELECT password_hash FROM users WHERE name = 'ada'", [], |row| row.get(0))
        .unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[test]
fn a_name_and_a_user_agent_are_text_and_not_markup() {
    let world = World::new();
    world.add_user(&["<i>\"&'"]);
    let mut browser = world.browser();
    browser.agent = "\"><script>alert(1)</script>";
    browser.log_in("%3Ci%3E%22%26'");
    let page = browser.get("/devices").body;
    assert!(page.contains("&lt;i&gt;&quot;&amp;"), "{page}");
    assert!(!page.contains("<script") && !page.contains("<i>"));
}

#[test]
fn the_log_has_no_password_and_no_cookie() {
    let world = World::new();
    let mut ada = world.browser_of("ada");
    let mut copy = ada.clone();
    ada.post("/log-out", "");
    copy.get("/");
    copy.try_to_log_in("ada", "wrong-horse", "");
    let log = world.log();
    assert!(log.contains("session refused: ended"), "{log}");
    let token = copy.cookie.as_deref().unwrap_or("none");
    assert!(!log.contains(PASSWORD) && !log.contains("wrong-horse") && !log.contains(token));
}

#[test]
fn the_first_log_in_after_a_restart_of_redis_succeeds() {
    let mut world = World::new();
    world.browser_of("ada");
    world.redis.stop();
    world.redis.start();
    assert_eq!(world.browser_of("ada").name().as_deref(), Some("ada"));
}
