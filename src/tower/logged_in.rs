//! A trait that tells whether a visitor is logged in.

/// Session data that tells whether its visitor is logged in. The extractor `RequireLogIn` requires
/// it.
///
/// ```
/// use hardtack::tower::LoggedIn;
///
/// struct Visitor {
///     user: Option<String>,
///     cart: Vec<u32>,
/// }
///
/// impl LoggedIn for Visitor {
///     fn is_logged_in(&self) -> bool {
///         self.user.is_some()
///     }
/// }
///
/// assert!(!Visitor { user: None, cart: vec![7] }.is_logged_in());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell whether a visitor is logged in",
    label = "`RequireLogIn` needs it to",
    note = "a session may hold a cart before its visitor logs in: implement \
            `hardtack::tower::LoggedIn` for `{Self}`"
)]
pub trait LoggedIn {
    /// Returns true if the session's visitor is logged in.
    fn is_logged_in(&self) -> bool;
}
