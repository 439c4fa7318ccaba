//! ```text
//! PORT=3000 cargo run --manifest-path examples/actix/Cargo.toml
//! curl -i -d Ada http://127.0.0.1:3000/login
//! ```

use std::env;
use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};

use actix_web::{App, HttpServer};
use hardtack::{Key, KeyRing};
use hardtack_example_actix::{cookie, routes};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cookie = cookie(&keys()?)?;
    let port = env::var("PORT").map_or(Ok(0), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    println!("http://{}", listener.local_addr()?);
    let server = HttpServer::new(move || App::new().configure(routes(cookie.clone())));
    Ok(server.workers(1).listen(listener)?.run().await?)
}

fn keys() -> Result<KeyRing, Box<dyn Error>> {
    if let Ok(list) = env::var("HARDTACK_KEYS") {
        return Ok(KeyRing::from_base64_list(&list)?);
    }
    eprintln!("WARNING: HARDTACK_KEYS is not set: this key lasts for this run only");
    Ok(KeyRing::new(Key::generate()?))
}
