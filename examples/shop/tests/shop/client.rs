//! A minimal browser. It keeps one cookie, and follows no redirect.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Reply {
    /// Returns the only header with that name, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let values: Vec<&str> = lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect();
        match values[..] {
            [] => "",
            [value] => value,
            _ => panic!("{name} several times: {values:?}"),
        }
    }

    /// Returns the text of the element with that ID.
    pub fn text(&self, id: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("id=\"{id}\""))?;
        let (_, rest) = rest.split_once('>')?;
        rest.split('<').next()
    }

    /// Returns the IDs of the sessions that the page offers to end.
    pub fn sessions(&self) -> Vec<&str> {
        let buttons = self.body.split("name=\"session\" value=\"").skip(1);
        buttons.map(|rest| rest.split('"').next().unwrap()).collect()
    }
}

#[derive(Clone)]
pub struct Browser {
    pub port: u16,
    pub agent: &'static str,
    /// `name=value`.
    pub cookie: Option<String>,
}

impl Browser {
    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "", &[])
    }

    pub fn post(&mut self, path: &str, form: &str) -> Reply {
        self.send("POST", path, form, &["Sec-Fetch-Site: same-origin"])
    }

    pub fn send(&mut self, method: &str, path: &str, form: &str, lines: &[&str]) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n", self.port);
        write!(request, "Connection: close\r\nUser-Agent: {}\r\n", self.agent).unwrap();
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}"));
        for line in lines.iter().copied().chain(cookie.as_deref()) {
            write!(request, "{line}\r\n").unwrap();
        }
        request += "Content-Type: application/x-www-form-urlencoded\r\n";
        write!(request, "Content-Length: {}\r\n\r\n{form}", form.len()).unwrap();
        let reply = exchange(self.port, &request);
        self.keep(&reply);
        reply
    }

    fn keep(&mut self, reply: &Reply) {
        let set = reply.header("set-cookie");
        let Some(pair) = set.split(';').next().filter(|pair| !pair.is_empty()) else { return };
        self.cookie = (!set.contains("; Max-Age=0")).then(|| pair.to_owned());
    }

    /// Logs in, and panics if that fails.
    pub fn log_in(&mut self, name: &str) {
        let reply = self.try_to_log_in(name, super::world::PASSWORD, "");
        assert_eq!(reply.status, 303, "{name}: {}", reply.body);
    }

    pub fn try_to_log_in(&mut self, name: &str, password: &str, more: &str) -> Reply {
        self.post("/log-in", &format!("name={name}&password={password}{more}"))
    }

    /// Returns the name of the user whom the shop shows as logged in.
    pub fn name(&mut self) -> Option<String> {
        let reply = self.get("/cart");
        assert_eq!(reply.status, 200);
        reply.text("who").map(str::to_owned)
    }

    pub fn things(&mut self) -> u32 {
        self.get("/cart").text("things").unwrap().parse().unwrap()
    }

    /// Returns the IDs of this user's sessions.
    pub fn sessions(&mut self) -> Vec<String> {
        let reply = self.get("/devices");
        assert_eq!(reply.status, 200);
        reply.sessions().into_iter().map(str::to_owned).collect()
    }
}

fn exchange(port: u16, request: &str) -> Reply {
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    socket.read_to_string(&mut reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}
