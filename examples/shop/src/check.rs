//! Checks whether the session of a valid cookie is still allowed. The layer runs the check before a
//! handler gets a session, and again before a response writes one.

use hardtack::tower::{BoxError, Candidate, Verdict};

use crate::shop::Shop;
use crate::visitor::Visitor;

impl Shop {
    /// Looks up the user's row and the list of ended sessions. An error becomes a response of 503.
    ///
    /// Accepts a visitor who is not logged in without a look-up, so carts work while a store is down.
    pub fn check(
        &self,
        candidate: &Candidate<'_, Visitor>,
    ) -> impl Future<Output = Result<Verdict, BoxError>> + Send + use<> {
        let (user, id, start) = (candidate.user, candidate.id(), candidate.started_at());
        let shop = self.clone();
        async move {
            let Some(user) = user else { return Ok(Verdict::Accept) };
            let Some(user) = shop.accounts.find(user).await? else {
                return Ok(Verdict::Refuse("the account is gone"));
            };
            if start.is_some_and(|start| start < user.cutoff.instant()) {
                return Ok(Verdict::Refuse("logged out everywhere"));
            }
            let Some(id) = id else { return Ok(Verdict::Refuse("no ID")) };
            if shop.ended.has(id, shop.now()).await? {
                return Ok(Verdict::Refuse("ended"));
            }
            if start.is_some() {
                shop.devices.note_visit(id, shop.now()).await;
            }
            Ok(Verdict::Accept)
        }
    }
}
