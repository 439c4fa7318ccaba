//! A small shop that keeps each session in one encrypted cookie. The README says how to start it.

mod accounts;
mod admin;
mod attempts;
mod cart;
mod check;
mod connection;
mod database;
mod devices;
mod ended;
mod error;
mod forms;
mod goods;
mod headers;
mod log_in;
mod notice;
mod pages;
mod passwords;
mod settings;
mod shop;
mod visitor;

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use tokio::net::TcpListener;

use settings::Settings;
use shop::Shop;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => serve().await,
        ["add-user", name] => add_user(name, false).await,
        ["add-user", name, "--admin"] => add_user(name, true).await,
        _ => Err("usage: shop | shop add-user NAME [--admin]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_env()?;
    let shop = Shop::open(&settings)?;
    for (name, password) in shop.add_first_users().await? {
        eprintln!("new user {name} with the password {password} (shown only now)");
    }
    let port = settings.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|error| format!("port {port}: {error}; set SHOP_PORT"))?;
    println!("http://localhost:{}", listener.local_addr()?.port());
    let router = shop::router(shop).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router).with_graceful_shutdown(told_to_stop()).await?;
    Ok(())
}

/// Adds a user. Reads the password from the first line of standard input.
async fn add_user(name: &str, is_admin: bool) -> Result<(), Box<dyn Error>> {
    let shop = Shop::open(&Settings::from_env()?)?;
    eprintln!("password:");
    let password = io::stdin().lines().next().transpose()?.unwrap_or_default();
    shop.add_user(name, password, is_admin).await?;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM. The server then finishes the requests that have begun.
async fn told_to_stop() {
    let interrupt = async {
        tokio::signal::ctrl_c().await.ok();
    };
    #[cfg(unix)]
    let terminate = async {
        let terminate = tokio::signal::unix::SignalKind::terminate();
        if let Ok(mut signals) = tokio::signal::unix::signal(terminate) {
            signals.recv().await;
        }
    };
    #[cfg(not(unix))]
    let terminate = core::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
