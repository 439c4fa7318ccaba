//! A minimal HTTP/1.1 client on one connection, sufficient for the site's responses.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

pub struct Client {
    stream: BufReader<TcpStream>,
}

#[derive(Default)]
pub struct Response {
    pub status: u16,
    pub body: String,
    /// The name and value of the cookie that the response sets.
    pub set_cookie: Option<String>,
}

impl Client {
    pub fn connect(site: SocketAddr) -> Self {
        let stream = TcpStream::connect(site).expect("a connection");
        stream.set_nodelay(true).expect("an option of the socket");
        Self { stream: BufReader::new(stream) }
    }

    pub fn get(&mut self, path: &str, cookie: &str) -> Response {
        let request = format!("GET {path} HTTP/1.1\r\nhost: load\r\ncookie: {cookie}\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).expect("a request that is sent");
        let mut response = Response { status: self.status(), ..Response::default() };
        let mut length = 0;
        while let Some((name, value)) = self.header() {
            match name.as_str() {
                "content-length" => length = value.parse().expect("a length"),
                "set-cookie" => {
                    let pair = value.split(';').next().expect("a cookie").to_owned();
                    assert_eq!(response.set_cookie.replace(pair), None, "one cookie, one header");
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a whole body");
        response.body = String::from_utf8(body).expect("text");
        response
    }

    fn status(&mut self) -> u16 {
        self.line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    fn header(&mut self) -> Option<(String, String)> {
        let line = self.line();
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}
