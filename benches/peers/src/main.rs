//! hardtack beside the libraries one would otherwise take: one process, one table, two charts.

mod candidates;
mod chart;
mod check;
mod measure;
mod options;
mod other_cipher;
mod peer;
mod python;
mod report;
mod requests;
mod row;
mod scaling;
mod session;
mod table;
mod versions;

use std::error::Error;
use std::process::{Command, ExitCode};
use std::{fs, io};

use candidates::{
    ActixPrivate, ActixSigned, AesGcmByHand, BiscottiEncrypted, BiscottiSigned, Branca, Compact,
    CompactEncrypted, Encrypted, Fernet, HmacByHand, JsonWebToken, Pasetors, PrivateJson,
    PrivateMessagePack, RustyPaseto, Seshcookie, Signed, SignedJson, SignedMessagePack,
    SignedTokens,
};
use measure::Field;
use options::Options;
use row::Row;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if BACKTRACES.iter().any(|name| std::env::var_os(name).is_some()) {
        return without_backtraces();
    }
    match Options::from_args(std::env::args().skip(1)) {
        Ok(options) => run(&options),
        Err(complaint) => {
            eprintln!("{complaint}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    if options.requests {
        return run_requests(options);
    }
    let rows = rows(options)?;
    let scaling = scaling::measure(options.rounds);
    let verdict = check::all(&rows, &scaling);
    let report = report::markdown(&rows, &scaling, &verdict, options);
    io::Write::write_all(&mut io::stdout(), report.as_bytes())?;
    if let Some(path) = &options.markdown {
        fs::write(path, &report)?;
    }
    if let Some(directory) = &options.charts {
        chart::performance(&directory.join("performance.svg"), &rows)?;
        chart::scaling(&directory.join("scaling.svg"), &scaling)?;
    }
    Ok(if options.check && verdict.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn run_requests(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let (table, verdict) = requests::report(options.rounds);
    let report = report::requests(&table, &verdict, options);
    io::Write::write_all(&mut io::stdout(), report.as_bytes())?;
    if let Some(path) = &options.markdown {
        fs::write(path, &report)?;
    }
    Ok(if options.check && verdict.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

const BACKTRACES: [&str; 2] = ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE"];

/// biscotti's errors would record a backtrace: a developer's setting, which no server should be measured with.
fn without_backtraces() -> Result<ExitCode, Box<dyn Error>> {
    let mut again = Command::new(std::env::current_exe()?);
    for name in BACKTRACES {
        again.env_remove(name);
    }
    let status = again.args(std::env::args_os().skip(1)).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rows(options: &Options) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = field().run(options.rounds);
    if let Some(path) = &options.record {
        fs::write(path, serde_json::to_vec(&rows)?)?;
    }
    if let Some(path) = &options.other_cipher {
        let other: Vec<Row> = serde_json::from_slice(&fs::read(path)?)?;
        rows.extend(other_cipher::rows(&other, &rows));
    }
    if options.python {
        let found = python::measure(options.rounds.div_ceil(10));
        rows.extend(
            found
                .inspect_err(|reason| eprintln!("left out Django and itsdangerous: {reason}"))
                .unwrap_or_default(),
        );
    }
    Ok(rows)
}

fn field() -> Field {
    let mut field = Field::default();
    field.enter::<Signed>();
    field.enter::<Compact>();
    field.enter::<HmacByHand>();
    field.enter::<SignedTokens>();
    field.enter::<SignedMessagePack>();
    field.enter::<SignedJson>();
    field.enter::<BiscottiSigned>();
    field.enter::<JsonWebToken>();
    field.enter::<ActixSigned>();
    field.enter::<Encrypted>();
    field.enter::<CompactEncrypted>();
    field.enter::<AesGcmByHand>();
    field.enter::<PrivateMessagePack>();
    field.enter::<PrivateJson>();
    field.enter::<BiscottiEncrypted>();
    field.enter::<Seshcookie>();
    field.enter::<Fernet>();
    field.enter::<Branca>();
    field.enter::<Pasetors>();
    field.enter::<RustyPaseto>();
    field.enter::<ActixPrivate>();
    field
}
