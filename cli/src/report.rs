//! The output of a command, and its failures.

use core::fmt::Display;

use serde::Serialize;
use zeroize::Zeroizing;

/// The output of a command.
#[derive(Default)]
pub struct Report {
    /// For standard output.
    pub text: Zeroizing<String>,
    /// For standard output instead of `text`, if JSON was asked for.
    pub json: Zeroizing<String>,
    /// For standard error: explanations to a person.
    pub notes: String,
    /// Whether the result is negative, such as a refused token.
    pub is_refused: bool,
}

impl Report {
    pub fn new(text: String, json: &impl Serialize) -> Self {
        let json = serde_json::to_string_pretty(json).unwrap_or_default();
        let json = Zeroizing::new(format!("{json}\n"));
        Self { text: Zeroizing::new(text), json, ..Self::default() }
    }
}

/// The reason why a command failed.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The input is refused.
    Refused(String),
    /// The arguments are invalid.
    Usage(String),
    /// The system failed.
    System(String),
}

impl Failure {
    pub fn refused(sentence: impl Display) -> Self {
        Self::Refused(sentence.to_string())
    }

    pub fn usage(sentence: impl Display) -> Self {
        Self::Usage(sentence.to_string())
    }

    pub fn system(sentence: impl Display) -> Self {
        Self::System(sentence.to_string())
    }

    pub fn sentence(&self) -> &str {
        let (Self::Refused(sentence) | Self::Usage(sentence) | Self::System(sentence)) = self;
        sentence
    }

    /// Returns the exit status, as documented in `--help`.
    pub fn status(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::System(_) => 3,
        }
    }
}
