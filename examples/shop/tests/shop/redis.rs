//! A Redis server for one test.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::Process;

pub struct Redis {
    pub port: u16,
    folder: PathBuf,
    process: Option<Process>,
}

impl Redis {
    pub fn start_in(folder: &Path) -> Self {
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let folder = folder.join("redis");
        let mut redis = Self { port, folder, process: None };
        redis.start();
        redis
    }

    pub fn start(&mut self) {
        std::fs::create_dir_all(&self.folder).unwrap();
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--dir"]);
        command.arg(&self.folder).stdout(Stdio::null());
        let process = command.spawn().expect("redis-server, of Debian's package of that name");
        self.process = Some(Process(process));
        while !self.say("PING").is_some_and(|answer| answer.starts_with("+PONG")) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn stop(&mut self) {
        self.process.take().unwrap().stop();
    }

    /// Deletes all its data. Redis must be stopped.
    pub fn lose_everything(&self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }

    pub fn signal(&self, signal: &str) {
        self.process.as_ref().unwrap().signal(signal);
    }

    /// Sends one command, and returns the start of the reply.
    pub fn say(&self, command: &str) -> Option<String> {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        write!(socket, "{command}\r\n").ok()?;
        let mut answer = [0; 512];
        let length = socket.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer[..length]).into_owned())
    }
}
