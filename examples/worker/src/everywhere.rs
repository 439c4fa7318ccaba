//! "Log out everywhere": each user's cutoff, in Workers KV.

use axum::extract::State;
use axum::response::Redirect;
use hardtack::tower::{BoxError, Candidate, Session, Verdict};
use hardtack::web::Map;
use hardtack::{Codec, Cutoff};
use worker::kv::KvStore;
use worker::send::SendFuture;

use crate::{now, user};

#[derive(Clone)]
pub struct Cutoffs {
    kv: KvStore,
    codec: Codec,
}

impl Cutoffs {
    pub fn new(kv: KvStore, codec: Codec) -> Self {
        Self { kv, codec }
    }

    /// Refuses sessions that began before their user's cutoff.
    pub fn check(&self) -> impl Fn(Candidate<'_, Map>) -> Checked + Clone + use<> {
        let cutoffs = self.clone();
        move |session| {
            let (cutoffs, user, start) = (cutoffs.clone(), user(&session), session.started_at());
            Box::pin(SendFuture::new(async move {
                let (Some(user), Some(start)) = (user, start) else { return Ok(Verdict::Accept) };
                let ended = start < cutoffs.of(&user).await?.instant();
                Ok(if ended { Verdict::Refuse("logged out everywhere") } else { Verdict::Accept })
            }))
        }
    }

    /// Returns the cutoff of a user, or 1970 if the user never logged out everywhere.
    pub async fn of(&self, user: &str) -> Result<Cutoff, String> {
        let stored = self.kv.get(user).text().await.map_err(|error| error.to_string())?;
        let seconds = stored.map_or(Ok(0), |seconds| seconds.parse());
        seconds.map(Cutoff::from_unix_timestamp).map_err(|error| error.to_string())
    }

    /// Ends a user's sessions. The cutoff is deleted once no token from before it can be valid.
    async fn end(&self, user: &str) -> Result<(), String> {
        let cutoff = self.codec.cutoff_at(now()).unix_timestamp();
        let stored = self.kv.put(user, cutoff.to_string()).map_err(|error| error.to_string())?;
        let stored = stored.expiration_ttl(self.codec.max_lifetime().as_secs());
        stored.execute().await.map_err(|error| error.to_string())
    }
}

type Checked = std::pin::Pin<Box<dyn Future<Output = Result<Verdict, BoxError>> + Send>>;

#[worker::send]
pub async fn log_out_everywhere(
    State(cutoffs): State<Cutoffs>,
    mut session: Session<Map>,
) -> Result<Redirect, String> {
    if let Some(user) = user(&session) {
        cutoffs.end(&user).await?;
    }
    session.flush();
    Ok(Redirect::to("/"))
}
