use crate::client::Browser;
use crate::world::World;

fn number_of(world: &World, name: &str) -> i64 {
    let number = "SELECT id FROM users WHERE name = ?1";
    world.sqlite().query_row(number, [name], |row| row.get(0)).unwrap()
}

fn end(browser: &mut Browser, user: i64) -> u16 {
    browser.post("/admin/end", &format!("user={user}")).status
}

#[test]
fn an_admin_ends_all_sessions_of_one_user() {
    let world = World::new();
    let mut admin = world.browser_of("admin");
    let (mut ada, mut again) = (world.browser_of("ada"), world.browser_of("ada"));
    let mut bob = world.browser_of("bob");
    assert!(admin.get("/admin").body.contains("2 sessions"));
    assert_eq!(end(&mut admin, number_of(&world, "ada")), 303);
    assert_eq!((ada.name(), again.name()), (None, None));
    assert_eq!(bob.name().as_deref(), Some("bob"));
    assert_eq!(admin.name().as_deref(), Some("admin"));
    assert!(!admin.get("/admin").body.contains("2 sessions"));
    assert_eq!(end(&mut admin, 999), 404);
}

#[test]
fn for_others_there_are_no_pages_of_admins() {
    let world = World::new();
    let (mut ada, mut bob) = (world.browser_of("ada"), world.browser_of("bob"));
    assert_eq!(ada.get("/admin").status, 404);
    assert_eq!(end(&mut ada, number_of(&world, "bob")), 404);
    assert_eq!(bob.name().as_deref(), Some("bob"));
    assert_eq!(world.browser().get("/admin").header("location"), "/log-in");
}

#[test]
fn an_admin_whose_role_is_withdrawn_loses_it_with_the_next_request() {
    let world = World::new();
    let mut admin = world.browser_of("admin");
    assert_eq!(admin.get("/admin").status, 200);
    world.sqlite().execute("UPDATE users SET is_admin = 0", []).unwrap();
    assert_eq!(admin.get("/admin").status, 404);
}

#[test]
fn an_admin_confirms_as_well() {
    let mut world = World::new();
    let (mut admin, mut ada) = (world.browser_of("admin"), world.browser_of("ada"));
    world.restart(11 * 60, [&mut admin, &mut ada]);
    assert_eq!(end(&mut admin, number_of(&world, "ada")), 303);
    assert!(admin.get("/admin").text("notice").unwrap().contains("give your password"));
    assert_eq!(ada.name().as_deref(), Some("ada"));
}
