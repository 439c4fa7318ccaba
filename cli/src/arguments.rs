//! The arguments of the command line. The doc comments are the texts of `--help` and of the man
//! pages.

use core::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand};
use clap_complete::Shell;
use hardtack::Mode;
use time::OffsetDateTime;

use crate::{clock, span};

/// The end of every `--help` and man page.
const AFTER: &str = "\
Keys and tokens are read from standard input or from the environment. Every user of a machine can
read the arguments of its processes, so no key is ever an argument. Input is limited to 1 MiB.

Exit status:
  0  success; the keys or the token are valid
  1  refused: the keys are weak or invalid, the token is invalid, or a rotation is not allowed now
  2  usage error, or an environment variable is not set
  3  input or output failed, or the system provides no random bytes";

/// Makes, rotates and checks session keys, and inspects tokens.
#[derive(Parser)]
#[command(name = "hardtack", version, propagate_version = true, after_help = AFTER)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make one key and print it
    Keygen(Keygen),
    /// Add a new key with the instant from which it signs, and print the new list
    Rotate(Rotate),
    /// Show the role of each key of a list, and any errors in the list
    Check(Check),
    /// Show the contents of a token, and verify it if keys are given
    Inspect(Box<Inspect>),
    /// Print a man page or a shell's completions
    Generate {
        #[command(subcommand)]
        what: Generate,
    },
}

impl Command {
    pub fn prints_json(&self) -> bool {
        match self {
            Self::Keygen(options) => options.json,
            Self::Rotate(options) => options.common.json,
            Self::Check(options) => options.common.json,
            Self::Inspect(options) => options.common.json,
            Self::Generate { .. } => false,
        }
    }
}

#[derive(Args)]
#[command(after_help = AFTER)]
pub struct Keygen {
    /// Print NAME=KEY, as a line of an env file
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The source of a list of keys.
#[derive(Args)]
pub struct KeySource {
    /// Read the list from this environment variable instead of standard input
    #[arg(long, value_name = "NAME")]
    pub keys_env: Option<String>,
    /// The server's overlap: how long a key verifies new tokens after the next key began to sign
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "1h")]
    pub overlap: Duration,
}

/// The options of every command that depends on the time.
#[derive(Args)]
pub struct Common {
    /// Judge as of this instant instead of the system's clock
    #[arg(long, value_name = "INSTANT", value_parser = clock::parse)]
    pub now: Option<OffsetDateTime>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Adds a new key to a list, with the instant from which it signs, and prints the new list.
///
/// The list is the value of the server's environment variable, or a line NAME=VALUE of an env file.
/// Deploy the new value to every server before the instant. The command prints the next steps to
/// standard error.
#[derive(Args)]
#[command(after_help = AFTER, group = ArgGroup::new("instant"))]
pub struct Rotate {
    #[command(flatten)]
    pub keys: KeySource,
    /// The instant from which the new key signs, such as 2026-12-01T00:00:00Z
    #[arg(long, value_name = "INSTANT", value_parser = clock::parse, group = "instant")]
    pub at: Option<OffsetDateTime>,
    /// How long from now the new key begins to sign [default: 1d]
    #[arg(long = "in", value_name = "SPAN", value_parser = span::parse, group = "instant")]
    pub after: Option<Duration>,
    /// The server's `codec.max_lifetime()`. Drops every key whose last token has expired
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    pub max_lifetime: Option<Duration>,
    /// Add a key even if another one already waits to sign
    #[arg(long)]
    pub allow_pending: bool,
    /// Print NAME=VALUE, as a line of an env file
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Do not print the next steps to standard error
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub common: Common,
}

/// Shows the role of each key of a list, and any errors in the list.
///
/// It shows which key signs now, which one is next, which ones can be removed, and which ones are
/// weak or published.
#[derive(Args)]
#[command(after_help = AFTER)]
pub struct Check {
    #[command(flatten)]
    pub keys: KeySource,
    /// The server's `codec.max_lifetime()`, to tell when an old key can be removed
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    pub max_lifetime: Option<Duration>,
    #[command(flatten)]
    pub common: Common,
}

/// Shows the contents of a token, and verifies it if keys are given.
///
/// Write a token to standard input, or Cookie and Set-Cookie headers, one per line. Without keys,
/// nothing is authenticated: an attacker may control every field. The values of cookies that are
/// not tokens are never shown.
#[derive(Args)]
#[command(after_help = AFTER)]
pub struct Inspect {
    /// Read the token from this argument instead of standard input. Every user of the machine can
    /// see it
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Inspect only cookies with this name. A session cookie's token is bound to the cookie's name
    #[arg(long, value_name = "NAME")]
    pub cookie_name: Option<String>,
    #[command(flatten)]
    pub verify: Verify,
    #[command(flatten)]
    pub common: Common,
}

/// The options of the codec that verifies. Limits that are not given are as lenient as possible.
#[derive(Args)]
#[command(next_help_heading = "Verification")]
pub struct Verify {
    /// Verify with the list of keys in this environment variable
    #[arg(long, value_name = "NAME", requires = "purpose")]
    pub keys_env: Option<String>,
    /// The codec's purpose, such as shop/production/session
    #[arg(long, value_name = "PURPOSE", requires = "keys_env")]
    pub purpose: Option<String>,
    /// Show the session's data, if the token is verified
    #[arg(long, requires = "keys_env")]
    pub show_payload: bool,
    /// The codec's mode, signed or encrypted [default: the token's]
    #[arg(long, value_name = "MODE", value_parser = mode, requires = "keys_env")]
    pub mode: Option<Mode>,
    /// The schema of a compact codec
    #[arg(long, value_name = "SCHEMA", requires = "keys_env")]
    pub schema: Option<String>,
    /// A further part of the context, after the cookie's name. May be repeated
    #[arg(long, value_name = "PART", requires = "keys_env")]
    pub context: Vec<String>,
    /// The codec's overlap of keys
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "1h")]
    pub overlap: Duration,
    /// The codec's `max_age` [default: without a limit]
    #[arg(long, value_name = "SPAN", value_parser = span::parse, requires = "keys_env")]
    pub max_age: Option<Duration>,
    /// The codec's `max_requested_age` [default: that of --max-age]
    #[arg(long, value_name = "SPAN", value_parser = span::parse, requires = "keys_env")]
    pub max_requested_age: Option<Duration>,
    /// The codec's absolute timeout [default: without a limit]
    #[arg(long, value_name = "SPAN", value_parser = span::parse, requires = "keys_env")]
    pub absolute_timeout: Option<Duration>,
    /// The codec's leeway
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "1m")]
    pub leeway: Duration,
    /// The codec's cut-off: sessions that began before it are refused
    #[arg(long, value_name = "INSTANT", value_parser = clock::parse, requires = "keys_env")]
    pub not_before: Option<OffsetDateTime>,
    /// The codec's longest token in characters
    #[arg(long, value_name = "CHARACTERS", default_value_t = 4096)]
    pub max_len: usize,
}

#[derive(Subcommand)]
pub enum Generate {
    /// Print the man page of hardtack, or of one of its commands
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

fn mode(text: &str) -> Result<Mode, &'static str> {
    match text {
        "signed" => Ok(Mode::Signed),
        "encrypted" => Ok(Mode::Encrypted),
        _ => Err("a mode is signed or encrypted"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_in_order() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_that_the_pages_show_is_accepted() {
        let pages = [include_str!("../../docs/keys.md"), include_str!("../README.md")];
        let lines = pages.iter().flat_map(|page| page.lines()).filter_map(command_of);
        let mut count = 0;
        for words in lines {
            let refused = Arguments::try_parse_from(&words).err().filter(clap::Error::use_stderr);
            assert!(refused.is_none(), "{words:?}");
            count += 1;
        }
        assert!(count > 5, "{count}");
    }

    /// The words of a command in a console or a crontab, without its redirections.
    fn command_of(line: &str) -> Option<Vec<&str>> {
        let is_command = line.starts_with("$ ") || line.contains(" && ");
        let (_, rest) = line.split_once("hardtack ").filter(|_| is_command)?;
        let is_argument = |word: &&str| !word.starts_with(['<', '>', '|', '&']);
        let words = rest.split([' ', ')']).take_while(is_argument);
        Some(std::iter::once("hardtack").chain(words).collect())
    }
}
