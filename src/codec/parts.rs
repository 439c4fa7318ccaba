//! The codec in parts, for the web layer: what would be written, under which claims, until when.

use serde::Serialize;
use time::OffsetDateTime;

use super::Codec;
use crate::claims::Claims;
use crate::error::{EncodeError, PayloadFault, RenewError};
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

    /// [`Codec::reissue`] of a session that another codec verified: its start and id stay, the rest
    /// is as this codec has it.
    pub(crate) fn adopt(&self, proof: &Proof, change: &Change) -> Result<Claims, RenewError> {
        self.shared.policy.check(&proof.claims, change.now.unix_timestamp())?;
        self.reissued(proof, change)
    }

    pub(crate) fn same_binding(&self, other: &Self) -> bool {
        self.binding == other.binding
    }
}
