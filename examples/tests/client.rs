//! An HTTP/1.1 client over a plain socket, so that tests control every byte that is sent.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A response.
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Reply {
    /// The values of all headers of that name.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// The one header of that name, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        match self.headers(name)[..] {
            [] => "",
            [value] => value,
            ref several => panic!("{name} {} times: {several:?}", several.len()),
        }
    }

    /// `Set-Cookie` as `name=value`, without its attributes.
    pub fn cookie(&self) -> Option<&str> {
        self.header("set-cookie").split(';').next().filter(|pair| !pair.is_empty())
    }
}

/// Sends `method path`, with these lines as further headers and a body.
pub fn send(to: SocketAddr, method: &str, path: &str, lines: &[String], body: &str) -> Reply {
    let mut socket = TcpStream::connect(to).unwrap();
    let lines: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
    let length = body.len();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n{lines}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut reply = String::new();
    socket.read_to_string(&mut reply).unwrap();
    parse(&reply)
}

fn parse(reply: &str) -> Reply {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

/// A browser's part: it keeps one cookie and sends it back.
#[derive(Clone)]
pub struct Browser {
    pub to: SocketAddr,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn new(to: SocketAddr) -> Self {
        Self { to, cookie: None }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "")
    }

    pub fn post(&mut self, path: &str, form: &str) -> Reply {
        self.send("POST", path, form)
    }

    fn send(&mut self, method: &str, path: &str, form: &str) -> Reply {
        let mut lines = vec!["Content-Type: application/x-www-form-urlencoded".to_owned()];
        lines.extend(self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}")));
        let reply = send(self.to, method, path, &lines, form);
        self.keep(&reply);
        reply
    }

    fn keep(&mut self, reply: &Reply) {
        let Some(pair) = reply.cookie() else { return };
        let cleared = reply.header("set-cookie").contains("; Max-Age=0");
        self.cookie = (!cleared).then(|| pair.to_owned());
    }
}
