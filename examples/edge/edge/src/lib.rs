//! hardtack behind a C ABI, for `hardtack.mjs`. It imports nothing: no clock, no random generator.
//!
//! One call: `input(length)` makes room; JavaScript writes the arguments that are bytes there, one
//! behind the other; an operation takes their lengths and whatever is a number, and answers with
//! the length of what it left at `output()`: the result, or, if negative, the reason for none.
//! A number that is not given is NaN, which is what `undefined` becomes on its way here.
//!
//! A context is its parts, each behind its length as two bytes, the higher first.

mod fault;
mod host;
mod numbers;
mod session;
mod value;

use host::answer;

/// Makes room for `length` bytes of arguments and says where; null for more than there is.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    host::input(length)
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    host::output()
}

/// Adds a key in base64. The first signs.
#[unsafe(no_mangle)]
pub extern "C" fn add_key(key: usize, retired_at: f64) -> i32 {
    answer(|host, arguments| host.add_key(arguments.text(key)?, retired_at))
}

/// Makes the codec of the keys so far. An infinite `absolute_timeout` is none.
#[unsafe(no_mangle)]
pub extern "C" fn configure(
    purpose: usize,
    schema: usize,
    encrypted: u32,
    max_age: f64,
    absolute_timeout: f64,
    max_requested_age: f64,
    leeway: f64,
    not_before: f64,
    max_length: f64,
    renew_after: f64,
) -> i32 {
    answer(|host, arguments| {
        let policy = numbers::Policy { max_age, absolute_timeout, max_requested_age, leeway, not_before, max_length, renew_after };
        host.configure(arguments.text(purpose)?, arguments.text(schema)?, encrypted != 0, &policy)
    })
}

/// A token of a new session. `id`: 16 bytes or none. `expiry`: FORMAT.md's kind, and its seconds.
#[unsafe(no_mangle)]
pub extern "C" fn begin(context: usize, data: usize, id: usize, now: f64, expiry: u32, seconds: f64) -> i32 {
    answer(|host, arguments| {
        let (context, data, id) = (arguments.bytes(context)?, arguments.bytes(data)?, arguments.bytes(id)?);
        host.begin(context, data, id, now, numbers::expiry(expiry, seconds)?)
    })
}

/// The session in a token: a MessagePack array.
#[unsafe(no_mangle)]
pub extern "C" fn decode(context: usize, token: usize, now: f64) -> i32 {
    answer(|host, arguments| host.decode(arguments.bytes(context)?, arguments.bytes(token)?, now))
}

/// A token of the same session with other data.
#[unsafe(no_mangle)]
pub extern "C" fn update(context: usize, token: usize, data: usize, now: f64) -> i32 {
    answer(|host, arguments| {
        let (context, token, data) = (arguments.bytes(context)?, arguments.bytes(token)?, arguments.bytes(data)?);
        host.update(context, token, data, now)
    })
}

/// A token of the same session, issued now.
#[unsafe(no_mangle)]
pub extern "C" fn renew(context: usize, token: usize, now: f64) -> i32 {
    answer(|host, arguments| host.renew(arguments.bytes(context)?, arguments.bytes(token)?, now))
}
