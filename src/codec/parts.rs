//! The codec in parts, for the web layer: what would be written, under which claims, until when.

use serde::Serialize;
use time::OffsetDateTime;

use super::Codec;
use crate::claims::Claims;
use crate::error::{DecodeError, EncodeError, PayloadFault, RenewError};
use crate::policy;
use crate::start::Change;
use crate::token::payload;
use crate::verified::Proof;

impl Codec {
    /// What `data` would be written as.
    pub(crate) fn payload<T>(&self, data: &T) -> Result<Vec<u8>, PayloadFault>
    where
        T: Serialize + ?Sized,
    {
        let mut written = Vec::new();
        payload::write(data, self.shared.layout, &mut written).map(|()| written)
    }

    /// A token of these claims and this payload.
    pub(crate) fn encode_payload(
        &self,
        claims: &Claims,
        payload: Result<Vec<u8>, PayloadFault>,
        out: &mut String,
    ) -> Result<(), EncodeError> {
        self.encode(claims, |out| payload.map(|payload| out.extend_from_slice(&payload)), out)
    }

    /// When a token of these claims dies.
    pub(crate) fn expires_at(&self, claims: &Claims) -> OffsetDateTime {
        policy::instant(self.shared.policy.expires_at(claims))
    }

    /// [`Codec::reissue`] of a session that `other` verified and still holds valid. Its start, id
    /// and expiry stay; from now on it lives by this codec's policy.
    pub(crate) fn adopt(
        &self,
        other: &Self,
        proof: &Proof,
        change: &Change,
    ) -> Result<Claims, RenewError> {
        let mut claims = other.reissue(proof, &Change::at(change.now))?;
        self.shared.policy.check(&claims, change.now.unix_timestamp())?;
        claims.mode = self.shared.mode;
        claims.key_id = self.shared.ring.signer().id;
        if let Some(expiry) = change.expiry {
            claims.expiry = self.shared.policy.claim(expiry, claims.issued_at)?;
        }
        Ok(claims)
    }

    /// Whether a server whose clock shows `now` takes a token of these claims for one of the future.
    pub(crate) fn is_of_the_future(&self, claims: &Claims, now: OffsetDateTime) -> bool {
        let checked = self.shared.policy.check(claims, now.unix_timestamp());
        checked == Err(DecodeError::NotYetValid)
    }

    pub(crate) fn same_binding(&self, other: &Self) -> bool {
        self.binding == other.binding
    }
}
