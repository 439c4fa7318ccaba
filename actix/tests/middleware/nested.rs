//! Two middlewares around one route.

use actix_web::App;
use actix_web::web::{Data, Path, scope, to};
use hardtack::time::Duration;
use hardtack::web::SessionCookie;
use hardtack_actix::{Session, SessionMiddleware, Verdict};

use crate::support::*;

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

fn wishes(name: &str) -> SessionMiddleware<Wishes> {
    SessionMiddleware::new(named(name)).clock(now)
}

#[actix_web::test]
async fn middlewares_of_different_types_nest() {
    async fn both(mut visitor: Session<Visitor>, mut wishes: Session<Wishes>) -> &'static str {
        visitor.visits += 1;
        wishes.wishes += 1;
        ""
    }
    let inner = scope("").route("/", to(both)).wrap(wishes("__Host-wishes"));
    let reply = send(App::new().service(inner).wrap(sessions()), get()).await;
    let names: Vec<&str> =
        reply.all("set-cookie").iter().map(|set| set.split('=').next().unwrap()).collect();
    assert_eq!(names, ["__Host-wishes", "__Host-session"]);
    assert_eq!(reply.all("vary"), ["Cookie"]);
}

#[actix_web::test]
async fn of_two_equal_middlewares_the_outer_one_serves() {
    for inner in [sessions(), sessions().clock(|| now() + Duration::weeks(52))] {
        let events = Events::default();
        let inner = scope("").route("/", to(count)).wrap(inner);
        let reply = send(App::new().service(inner).wrap(events.sessions()), from_ada()).await;
        assert_eq!((reply.saved().unwrap().visits, events.take()), (1, vec!["saved".to_owned()]));
    }
}

#[actix_web::test]
async fn two_types_under_one_cookie_name_are_an_error_for_both() {
    let wish = async |_: Session<Wishes>| String::new();
    for route in [to(count), to(wish)] {
        let app = App::new().route("/", route).wrap(wishes("__Host-session")).wrap(sessions());
        let reply = send(app, from_ada()).await;
        assert_eq!(reply.status, 500);
        assert!(reply.is_untouched());
        assert!(reply.text.contains("write the same cookie"), "{}", reply.text);
    }
}

#[actix_web::test]
async fn one_cookie_name_with_two_codecs_is_an_error() {
    let other = SessionCookie::builder(cookie().codec().clone()).build().unwrap();
    let inner = SessionMiddleware::<Visitor>::new(other).clock(now);
    let app = App::new().route("/", to(count)).wrap(inner).wrap(sessions());
    assert_eq!(send(app, get()).await.status, 500);
}

#[actix_web::test]
async fn an_outer_middleware_does_not_stand_in_for_an_inner_ones_check() {
    let checked = sessions().check(|_| async { Ok(Verdict::Refuse("never")) });
    let app = App::new().route("/", to(count)).wrap(checked).wrap(sessions());
    assert_eq!(send(app, from_ada()).await.status, 500);
}

/// actix-web panics if a middleware keeps the request while inner services route it.
#[actix_web::test]
async fn scopes_with_data_and_paths_are_routed_below_the_middleware() {
    async fn add(mut session: Session<Visitor>, step: Data<u32>, times: Path<u32>) -> String {
        session.visits += **step * *times;
        session.visits.to_string()
    }
    let inner = scope("/inner").app_data(Data::new(2_u32)).route("/{times}", to(add));
    let app = App::new().service(scope("/outer").service(inner)).wrap(sessions());
    let reply = send(app, from_ada().uri("/outer/inner/21")).await;
    assert_eq!((reply.text.as_str(), reply.saved().unwrap().visits), ("42", 42));
}
