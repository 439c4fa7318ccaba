//! Services of tower without axum: bodies and futures of any kind.

use core::convert::Infallible;
use std::rc::Rc;

use axum::http::header::SET_COOKIE;
use axum::http::{Request, Response};
use hardtack::tower::{Session, SessionLayer};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};

use crate::support::*;

/// A body that is neither `Default`, nor `Send`, nor a body of the crate http-body.
struct Paper(Rc<str>);

#[tokio::test]
async fn futures_need_not_be_send_nor_bodies_default() {
    let service =
        ServiceBuilder::new().layer(layer()).service_fn(async |request: Request<Paper>| {
            let text = Rc::clone(&request.body().0);
            let mut session = Session::<Visitor>::take(request.extensions()).await.unwrap();
            session.notes.push(text.as_ref().to_owned());
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(Response::new(Paper(text)))
        });
    let response = service.oneshot(Request::new(Paper(Rc::from("note")))).await.unwrap();
    assert_eq!(saved(&response).unwrap().notes, ["note"]);
    assert_eq!(&*response.body().0, "note");
}

#[tokio::test]
async fn a_check_need_not_be_send() {
    let layer = layer().check(|_| {
        let local = Rc::new(());
        async move {
            tokio::task::yield_now().await;
            drop(local);
            Ok(hardtack::tower::Verdict::Accept)
        }
    });
    let service = layer.layer(service_fn(async |request: Request<()>| {
        let session = Session::<Visitor>::take(request.extensions()).await.unwrap();
        Ok::<_, Infallible>(Response::new(session.user.clone()))
    }));
    let mut request = Request::new(());
    *request.headers_mut() = from_ada().headers().clone();
    assert_eq!(service.oneshot(request).await.unwrap().body().as_deref(), Some("Ada"));
}

#[tokio::test]
async fn a_layer_without_a_system_clock_takes_the_hosts() {
    let layer = SessionLayer::<Visitor>::with_clock(cookie(), now);
    let service = layer.layer(service_fn(async |request: Request<()>| {
        Session::<Visitor>::take(request.extensions()).await.unwrap().visits += 1;
        Ok::<_, Infallible>(Response::new(()))
    }));
    let response = service.oneshot(Request::new(())).await.unwrap();
    assert!(response.headers().contains_key(SET_COOKIE));
    assert!(saved(&response).is_some());
}
