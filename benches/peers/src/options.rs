use std::path::{Path, PathBuf};

pub const USAGE: &str = "cargo run --release [--profile fat] [--features ring] -- [OPTIONS]
  --requests            measure whole requests instead of the codecs
  --markdown PATH       write the table there as well
  --charts DIR          where the charts go (../../docs; with the feature ring: nowhere)
  --no-charts           draw nothing
  --check               exit with 1 unless everything in the list of checks holds
  --rounds N            visits to every operation (2000)
  --no-python           leave out Django and itsdangerous
  --record PATH         keep the measurements, for --other-cipher of a build with the other cipher
  --other-cipher PATH   show hardtack with the other cipher, from what that build recorded";

pub struct Options {
    pub markdown: Option<PathBuf>,
    pub charts: Option<PathBuf>,
    pub record: Option<PathBuf>,
    pub other_cipher: Option<PathBuf>,
    pub requests: bool,
    pub check: bool,
    pub python: bool,
    pub rounds: usize,
}

impl Default for Options {
    fn default() -> Self {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        // The README's charts are those of the default build.
        let charts = (!cfg!(feature = "ring")).then_some(docs);
        Self {
            markdown: None,
            charts,
            record: None,
            other_cipher: None,
            requests: false,
            check: false,
            python: true,
            rounds: 2000,
        }
    }
}

impl Options {
    pub fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = args.next() {
            options.take(&argument, &mut args)?;
        }
        Ok(options)
    }

    fn take(
        &mut self,
        argument: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), String> {
        let mut value = || rest.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
        match argument {
            "--requests" => self.requests = true,
            "--check" => self.check = true,
            "--no-charts" => self.charts = None,
            "--no-python" => self.python = false,
            "--markdown" => self.markdown = Some(value()?.into()),
            "--charts" => self.charts = Some(value()?.into()),
            "--record" => self.record = Some(value()?.into()),
            "--other-cipher" => self.other_cipher = Some(value()?.into()),
            "--rounds" => {
                self.rounds = value()?.parse().ok().filter(|&rounds| rounds > 0).ok_or(USAGE)?
            }
            _ => return Err(format!("{argument}?\n{USAGE}")),
        }
        Ok(())
    }
}
