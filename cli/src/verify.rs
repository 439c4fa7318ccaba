//! The codec that `hardtack inspect` verifies with.

use core::time::Duration;

use hardtack::{Codec, CodecBuilder, Cutoff, DecodeError, KeyRing, Mode, Verified};
use time::OffsetDateTime;

use crate::arguments::Verify;
use crate::input;
use crate::payload::Payload;
use crate::report::Failure;
use crate::span;

const FOREVER: Duration = Duration::from_secs(span::LONGEST);

/// Keys and the options of a codec.
pub struct Verifier<'o> {
    keys: KeyRing,
    purpose: &'o str,
    options: &'o Verify,
}

impl<'o> Verifier<'o> {
    /// Reads the keys; `None` without `--keys-env`.
    pub fn new(options: &'o Verify) -> Result<Option<Self>, Failure> {
        let (Some(name), Some(purpose)) = (&options.keys_env, &options.purpose) else {
            return Ok(None);
        };
        let list = input::from_variable(name)?;
        let keys = KeyRing::from_base64_list(&list)
            .map_err(|error| Failure::refused(format!("environment variable {name}: {error}")))?
            .overlap(options.overlap);
        let verifier = Self { keys, purpose, options };
        // Makes an option that no codec accepts a usage error, whatever the input is.
        verifier.codec(Mode::Signed, None)?;
        Ok(Some(verifier))
    }

    /// Verifies a token from the cookie of this name. Uses `mode` unless the options set one.
    pub fn decode(
        &self,
        token: &[u8],
        mode: Mode,
        cookie_name: Option<&[u8]>,
        now: OffsetDateTime,
    ) -> Result<Result<Verified<Payload>, DecodeError>, Failure> {
        let codec = self.codec(self.options.mode.unwrap_or(mode), cookie_name)?;
        Ok(codec.decode_at(token, now))
    }

    fn codec(&self, mode: Mode, cookie_name: Option<&[u8]>) -> Result<Codec, Failure> {
        let max_age = self.options.max_age.unwrap_or(FOREVER);
        let builder = match mode {
            Mode::Encrypted => Codec::encrypted(self.purpose, &self.keys, max_age),
            _ => Codec::signed(self.purpose, &self.keys, max_age),
        };
        let codec = self.limited(builder).build().map_err(Failure::usage)?;
        let others = self.options.context.iter().map(String::as_bytes);
        let parts: Vec<&[u8]> = cookie_name.into_iter().chain(others).collect();
        codec.with_context(&parts).map_err(Failure::usage)
    }

    fn limited<'k>(&self, builder: CodecBuilder<'k>) -> CodecBuilder<'k> {
        let options = self.options;
        let mut builder = builder.leeway(options.leeway).max_len(options.max_len);
        builder = match options.absolute_timeout {
            Some(timeout) => builder.absolute_timeout(timeout),
            None => builder.no_absolute_timeout(),
        };
        if let Some(age) = options.max_requested_age {
            builder = builder.max_requested_age(age);
        }
        if let Some(instant) = options.not_before {
            builder = builder.not_before(Cutoff::at(instant));
        }
        match &options.schema {
            Some(schema) => builder.compact(schema),
            None => builder,
        }
    }
}
