//! Answers questions about tokens, and about requests with a session cookie, as the library does. A question is a line
//! of JSON on standard input, and so is its answer on standard output.

mod codec;
mod hex;
mod shapes;
mod token;
mod web;

use std::io::{BufRead, Write};

use serde::Deserialize;
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Question {
    Shapes(Box<shapes::Question>),
    Token(Box<token::Question>),
    Web(Box<web::Question>),
}

fn main() -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        serde_json::to_writer(&mut out, &answer(&line?)?)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(line: &str) -> Result<Value, Failure> {
    match serde_json::from_str(line)? {
        Question::Shapes(question) => question.answer(),
        Question::Token(question) => question.answer(),
        Question::Web(question) => question.answer(),
    }
}
