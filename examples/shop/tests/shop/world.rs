//! A shop for one test: a server with its Redis, its SQLite and some users.

use std::env::temp_dir;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;

use crate::client::Browser;
use crate::process::Process;
use crate::redis::Redis;

/// The password of every user.
pub const PASSWORD: &str = "correct-horse";

pub struct World {
    folder: PathBuf,
    pub redis: Redis,
    server: Option<Process>,
    pub port: u16,
}

impl World {
    /// Starts a shop with the users ada, bob and admin.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = temp_dir().join(format!("hardtack-shop-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let redis = Redis::start_in(&folder);
        let mut world = Self { folder, redis, server: None, port: 0 };
        world.add_user(&["ada"]);
        world.add_user(&["admin", "--admin"]);
        world.add_users_like_ada(["bob"]);
        world.start(0);
        world
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        command
            .env("SHOP_KEYS", "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")
            .env("SHOP_DATABASE", self.database())
            .env("SHOP_REDIS", format!("redis://127.0.0.1:{}", self.redis.port))
            .env("SHOP_PORT", "0");
        command
    }

    fn database(&self) -> PathBuf {
        self.folder.join("shop.db")
    }

    pub fn add_user(&self, arguments: &[&str]) {
        let mut command = self.command();
        command.arg("add-user").args(arguments).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// Adds users with the hash of ada's password, because hashing one for each would be slow.
    pub fn add_users_like_ada<'n>(&self, names: impl IntoIterator<Item = &'n str>) {
        let mut database = self.sqlite();
        let copying = database.transaction().unwrap();
        for name in names {
            let copy = "INSERT INTO users (name, password_hash, is_admin)
                        SELECT ?1, password_hash, 0 FROM users WHERE name = 'ada'";
            copying.execute(copy, [name]).unwrap();
        }
        copying.commit().unwrap();
    }

    /// Opens a connection to the shop's database.
    pub fn sqlite(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }

    pub fn start(&mut self, clock_ahead_secs: u32) {
        let mut command = self.command();
        let log = std::fs::File::create(self.folder.join("shop.log")).unwrap();
        command.env("SHOP_CLOCK_AHEAD", clock_ahead_secs.to_string());
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.server = Some(Process(child));
        let (_, port) = line.trim().rsplit_once(':').unwrap_or_else(|| panic!("{}", self.log()));
        self.port = port.parse().unwrap();
    }

    pub fn stop(&mut self) {
        self.server.take().unwrap().stop();
    }

    /// Restarts the server with its clock ahead, and tells the browsers its new port.
    pub fn restart<const N: usize>(&mut self, clock_ahead_secs: u32, browsers: [&mut Browser; N]) {
        self.stop();
        self.start(clock_ahead_secs);
        for browser in browsers {
            browser.port = self.port;
        }
    }

    /// Returns the log of the server.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("shop.log")).unwrap()
    }

    pub fn browser(&self) -> Browser {
        Browser { port: self.port, agent: "Mozilla/5.0 (X11; Linux) Firefox/140.0", cookie: None }
    }

    pub fn browser_of(&self, user: &str) -> Browser {
        let mut browser = self.browser();
        browser.log_in(user);
        browser
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
