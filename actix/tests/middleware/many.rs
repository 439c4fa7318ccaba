//! Many visitors on one service, whose requests reuse each other's memory.

use actix_web::App;
use actix_web::test::{call_service, init_service, read_body};
use actix_web::web::to;
use hardtack_actix::{Handle, Session};

use crate::support::*;

async fn count(handle: Handle<Visitor>, mut session: Session<Visitor>) -> String {
    tokio::task::yield_now().await;
    session.visits += 1;
    drop(session);
    tokio::task::yield_now().await;
    handle.with(|session| format!("{:?} {}", session.user, session.visits)).unwrap()
}

#[actix_web::test]
async fn a_request_in_the_memory_of_another_one_has_its_own_session() {
    let service = init_service(App::new().route("/", to(count)).wrap(sessions())).await;
    for (request, expected) in
        [(from_ada(), "Some(\"Ada\") 1"), (get(), "None 1"), (from_ada(), "Some(\"Ada\") 1")]
    {
        let response = call_service(&service, request.to_request()).await;
        assert_eq!(read_body(response).await, expected);
    }
}

#[actix_web::test]
async fn of_many_visitors_at_once_none_is_mixed_up_and_none_is_lost() {
    let service = init_service(App::new().route("/", to(count)).wrap(sessions())).await;
    let service = std::rc::Rc::new(service);
    let mut tasks = Vec::new();
    for name in 0..50 {
        let service = std::rc::Rc::clone(&service);
        tasks.push(actix_web::rt::spawn(async move {
            let me = Visitor { user: Some(format!("visitor {name}")), ..Visitor::default() };
            let mut cookie = visitor(&me, now());
            for visit in 1..=20 {
                let response = call_service(&*service, with_cookie(&cookie).to_request()).await;
                let set = response.headers().get("set-cookie").unwrap().to_str().unwrap();
                cookie = set.split(';').next().unwrap().to_owned();
                assert_eq!(read_body(response).await, format!("{:?} {visit}", me.user));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}
