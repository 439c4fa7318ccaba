//! `hardtack generate`.

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use zeroize::Zeroizing;

use crate::arguments::{Arguments, Generate};
use crate::report::{Failure, Report};

pub fn run(what: &Generate) -> Result<Report, Failure> {
    let text = match what {
        Generate::Man { command } => man(command.as_deref())?,
        Generate::Completions { shell } => completions(*shell),
    };
    let text = String::from_utf8(text).map_err(Failure::system)?;
    Ok(Report { text: Zeroizing::new(text), ..Report::default() })
}

fn man(name: Option<&str>) -> Result<Vec<u8>, Failure> {
    let mut all = Arguments::command();
    all.build();
    let command = match name {
        None => Some(&all),
        Some(name) => all.find_subcommand(name),
    };
    let Some(command) = command else {
        return Err(Failure::usage("there is no such command; see hardtack --help"));
    };
    let page = command.get_display_name().unwrap_or("hardtack").to_owned();
    let mut text = Vec::new();
    Man::new(command.clone()).title(page).render(&mut text).map_err(Failure::system)?;
    Ok(text)
}

fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "hardtack", &mut text);
    text
}
