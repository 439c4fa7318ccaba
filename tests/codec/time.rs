//! The range of times, their rounding, and clocks that jump.

use core::time::Duration;

use crate::support::{
    self, DAY, HOUR, MAX_AGE, MODES, NOW, SECOND, at, builder, key, ring, signed,
};
use hardtack::{
    Codec, CodecBuilder, ConfigError, Cutoff, DecodeError, EncodeError, Expiry, IssueOptions,
    KeyRing, Mode, RenewError, Renewal, Verified,
};
use time::{OffsetDateTime, UtcOffset};

/// The last second that a token can represent.
const LAST: i64 = 0xffff_ffff;
/// The maximum span of a policy.
const LONGEST: u64 = 1 << 37;
/// The first and the last instant of `OffsetDateTime`.
const DAWN: OffsetDateTime = time::PrimitiveDateTime::MIN.assume_utc();
const DUSK: OffsetDateTime = time::PrimitiveDateTime::MAX.assume_utc();
const MOMENT: Duration = Duration::from_nanos(1);
/// One nanosecond less than a second.
const PART: Duration = Duration::from_nanos(999_999_999);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn with(options: impl FnOnce(CodecBuilder<'_>) -> CodecBuilder<'_>) -> Codec {
    options(builder(Mode::Signed, &ring(&[1]))).build().unwrap()
}

fn decode(codec: &Codec, token: &str, now: OffsetDateTime) -> Result<Verified<u8>, DecodeError> {
    codec.decode_at(token, now)
}

fn error(codec: &Codec, token: &str, now: OffsetDateTime) -> Option<DecodeError> {
    decode(codec, token, now).err()
}

fn begun(codec: &Codec, start: impl Into<IssueOptions>) -> (String, Verified<u8>) {
    let start = start.into();
    let token = codec.begin_at(&7, start).unwrap();
    let issued_at = hardtack::inspect(&token).unwrap().unverified_issued_at();
    let session = decode(codec, &token, issued_at).unwrap();
    (token, session)
}

// Out of range

#[test]
fn a_session_that_begins_before_1970_or_after_2106_is_refused() {
    let begin = |seconds| signed().begin_at(&7, at(seconds));
    for seconds in [0, 1, LAST - 1, LAST] {
        assert!(begin(seconds).is_ok(), "{seconds}");
    }
    let ends = [DAWN.unix_timestamp(), DUSK.unix_timestamp()];
    for seconds in [-1, -LAST, LAST + 1, LAST + 2, 1 << 35, ends[0], ends[1]] {
        assert_eq!(begin(seconds), Err(EncodeError::TimeOutOfRange { seconds }));
    }
}

#[test]
fn an_expiry_before_the_session_s_start_is_refused() {
    let begin = |expiry| signed().begin_at(&7, IssueOptions::at(NOW).expiry(expiry));
    for expiry in [
        Expiry::After(Duration::ZERO),
        Expiry::After(PART),
        Expiry::At(NOW),
        Expiry::At(NOW - SECOND),
        Expiry::At(NOW + PART),
        Expiry::At(OffsetDateTime::UNIX_EPOCH),
        Expiry::At(DAWN),
    ] {
        assert_eq!(begin(expiry), Err(EncodeError::ExpiryNotLater), "{expiry:?}");
    }
    assert!(begin(Expiry::After(SECOND)).is_ok());
    assert!(begin(Expiry::At(NOW + SECOND)).is_ok());
}

#[test]
fn an_expiry_above_max_requested_age_is_refused() {
    let begin = |expiry| signed().begin_at(&7, IssueOptions::at(NOW).expiry(expiry));
    for expiry in [
        Expiry::After(MAX_AGE + SECOND),
        Expiry::After(secs(1 << 32)),
        Expiry::After(Duration::MAX),
        Expiry::At(NOW + MAX_AGE + SECOND),
        Expiry::At(DUSK),
    ] {
        let requested = match expiry {
            Expiry::After(life) => life,
            Expiry::At(instant) => (instant - NOW).unsigned_abs(),
            _ => unreachable!("only spans and instants are too long"),
        };
        let requested = secs(requested.as_secs());
        let refused = Err(EncodeError::ExpiryTooLong { requested, limit: MAX_AGE });
        assert_eq!(begin(expiry), refused, "{expiry:?}");
    }
    assert!(begin(Expiry::After(MAX_AGE + PART)).is_ok());
    assert!(begin(Expiry::At(NOW + MAX_AGE)).is_ok());
}

#[test]
fn an_expiry_that_a_token_cannot_represent_is_refused_even_if_the_policy_allows_it() {
    let codec = with(|builder| builder.max_requested_age(secs(LONGEST)).no_absolute_timeout());
    let begin = |expiry| codec.begin_at(&7, IssueOptions::at(NOW).expiry(expiry));
    let most = secs(u64::from(u32::MAX));
    assert!(begin(Expiry::After(most)).is_ok());
    assert!(begin(Expiry::At(NOW + most)).is_ok());
    let refused = Err(EncodeError::ExpiryTooLong { requested: most + SECOND, limit: most });
    assert_eq!(begin(Expiry::After(most + SECOND)), refused);
    assert_eq!(begin(Expiry::At(NOW + most + SECOND)), refused);
}

#[test]
fn a_span_beyond_any_calendar_is_refused_when_the_codec_is_built() {
    type Setter = fn(CodecBuilder<'_>, Duration) -> CodecBuilder<'_>;
    let options: [(&str, Setter); 4] = [
        ("max_requested_age", |builder, span| {
            builder.max_requested_age(span).no_absolute_timeout()
        }),
        ("absolute_timeout", |builder, span| builder.absolute_timeout(span)),
        ("leeway", |builder, span| builder.leeway(span)),
        ("renew_after", |builder, span| builder.renew_after(span)),
    ];
    let keys = ring(&[1]);
    for (what, option) in options {
        let build = |span| option(builder(Mode::Signed, &keys), span).build();
        assert!(build(secs(LONGEST)).is_ok(), "{what}");
        for seconds in [LONGEST + 1, u64::MAX] {
            let (span, limit) = (secs(seconds), secs(LONGEST));
            let error = ConfigError::SpanTooLong { what, span, limit };
            assert_eq!(build(secs(seconds)).unwrap_err(), error);
        }
    }
    let max_age = |span| Codec::signed("shop", &keys, span).no_absolute_timeout().build();
    assert!(max_age(secs(LONGEST)).is_ok());
    let (what, span, limit) = ("max_age", Duration::MAX, secs(LONGEST));
    let error = ConfigError::SpanTooLong { what, span, limit };
    assert_eq!(max_age(Duration::MAX).unwrap_err(), error);
}

#[test]
fn a_span_of_less_than_a_second_is_refused_if_it_would_end_every_session() {
    let keys = ring(&[1]);
    for span in [Duration::ZERO, PART] {
        let zero = |what| ConfigError::ZeroSpan { what };
        let build = || builder(Mode::Signed, &keys);
        assert_eq!(Codec::signed("shop", &keys, span).build().unwrap_err(), zero("max_age"));
        let refused = build().absolute_timeout(span).build().unwrap_err();
        assert_eq!(refused, zero("absolute_timeout"));
        assert_eq!(build().renew_after(span).build().unwrap_err(), zero("renew_after"));
        assert!(build().leeway(span).build().is_ok());
    }
}

#[test]
fn a_max_requested_age_below_max_age_is_refused() {
    let keys = ring(&[1]);
    let build = |longest| builder(Mode::Signed, &keys).max_requested_age(longest).build();
    let refused = |most| ConfigError::MaxRequestedAgeBelowMaxAge {
        max_requested_age: most,
        max_age: MAX_AGE,
    };
    assert_eq!(build(secs(7199)).unwrap_err(), refused(secs(7199)));
    assert_eq!(build(Duration::ZERO).unwrap_err(), refused(Duration::ZERO));
    assert!(build(MAX_AGE).is_ok());
}

#[test]
fn the_longest_spans_and_the_last_second_together_overflow_nothing() {
    let longest = secs(LONGEST);
    let keys = ring(&[1]);
    let codec = Codec::signed("shop", &keys, longest)
        .max_requested_age(longest)
        .absolute_timeout(longest)
        .leeway(longest)
        .renew_after(longest)
        .build()
        .unwrap();
    let (token, session) = begun(&codec, at(LAST));
    assert_eq!(session.expires_at(), at(LAST + (1 << 37)));
    assert_eq!(codec.max_lifetime(), 2 * longest);
    assert!(decode(&codec, &token, at(LAST + (1 << 37) - 1)).is_ok());
    assert_eq!(error(&codec, &token, at(LAST + (1 << 37))), Some(DecodeError::Expired));
    assert!(decode(&codec, &token, OffsetDateTime::UNIX_EPOCH).is_ok(), "within the leeway");
    assert_eq!(session.renewal(DUSK), None, "the timeout is the expiry");
}

// Rounding

#[test]
fn parts_of_a_second_are_rounded_down() {
    let (token, session) = begun(&signed(), NOW + PART);
    assert_eq!((session.started_at(), session.issued_at()), (NOW, NOW));
    assert!(decode(&signed(), &token, NOW + MAX_AGE - MOMENT).is_ok());
    assert_eq!(error(&signed(), &token, NOW + MAX_AGE), Some(DecodeError::Expired));
    let codec = Codec::signed(support::PURPOSE, &ring(&[1]), MAX_AGE + PART).build().unwrap();
    assert_eq!(codec.max_age(), MAX_AGE);
}

#[test]
fn a_moment_before_1970_is_before_1970() {
    let begun = signed().begin_at(&7, OffsetDateTime::UNIX_EPOCH - MOMENT);
    assert_eq!(begun, Err(EncodeError::TimeOutOfRange { seconds: -1 }));
}

#[test]
fn a_time_zone_changes_nothing() {
    let token = signed().begin_at(&7, NOW).unwrap();
    for (hours, minutes) in [(14, 0), (-12, 0), (5, 45)] {
        let now = NOW.to_offset(UtcOffset::from_hms(hours, minutes, 0).unwrap());
        assert_eq!(signed().begin_at(&7, now).unwrap(), token);
        assert_eq!(decode(&signed(), &token, now).unwrap().started_at(), now);
    }
}

#[test]
fn a_cutoff_is_rounded_up() {
    let seconds = NOW.unix_timestamp();
    for (cutoff, rounded) in [
        (Cutoff::at(NOW), seconds),
        (Cutoff::at(NOW + MOMENT), seconds + 1),
        (Cutoff::at(NOW - MOMENT), seconds),
        (Cutoff::at(OffsetDateTime::UNIX_EPOCH - MOMENT), 0),
    ] {
        assert_eq!(cutoff.unix_timestamp(), rounded);
    }
}

#[test]
fn a_cutoff_at_the_ends_of_time_ends_nothing_or_everything() {
    let session = begun(&signed(), NOW).1;
    for seconds in [i64::MIN, -1, 0] {
        assert_eq!(session.started_since(Cutoff::from_unix_timestamp(seconds)), Ok(()));
    }
    let latest = [Cutoff::from_unix_timestamp(i64::MAX), Cutoff::at(DUSK)];
    for cutoff in latest {
        assert_eq!(session.started_since(cutoff), Err(DecodeError::Revoked));
        let instant = cutoff.instant();
        assert!(instant >= DUSK - SECOND, "{instant}");
    }
}

#[test]
fn retiring_is_rounded_down_and_its_second_still_counts() {
    let retired = |retired_at| ring(&[2]).retire(key(1), retired_at).unwrap();
    let read = |keys: KeyRing| {
        let token = signed().begin_at(&7, NOW).unwrap();
        error(&builder(Mode::Signed, &keys).build().unwrap(), &token, NOW)
    };
    assert_eq!(read(retired(NOW)), None);
    assert_eq!(read(retired(NOW + MOMENT)), None);
    for earlier in [NOW - MOMENT, NOW - SECOND, at(-1), DAWN] {
        assert_eq!(read(retired(earlier)), Some(DecodeError::RetiredKey));
    }
}

// At the second

#[test]
fn a_token_lives_until_the_second_before_its_expiry() {
    let codec = with(|builder| builder.max_requested_age(DAY));
    for (expiry, expires_at) in [
        (Expiry::Policy, NOW + MAX_AGE),
        (Expiry::After(SECOND), NOW + SECOND),
        (Expiry::At(NOW + DAY), NOW + DAY),
        (Expiry::BrowserClose, NOW + MAX_AGE),
    ] {
        let (token, session) = begun(&codec, IssueOptions::at(NOW).expiry(expiry));
        assert_eq!(session.expires_at(), expires_at);
        assert!(decode(&codec, &token, expires_at - SECOND).is_ok());
        assert_eq!(error(&codec, &token, expires_at), Some(DecodeError::Expired));
    }
}

#[test]
fn the_leeway_accepts_a_token_from_the_future_and_extends_no_expiry() {
    let codec = with(|builder| builder.leeway(secs(5)));
    let token = codec.begin_at(&7, NOW).unwrap();
    assert!(decode(&codec, &token, NOW - secs(5)).is_ok());
    assert_eq!(error(&codec, &token, NOW - secs(6)), Some(DecodeError::NotYetValid));
    assert_eq!(error(&codec, &token, NOW + MAX_AGE), Some(DecodeError::Expired));
    let none = with(|builder| builder.leeway(Duration::ZERO));
    assert!(decode(&none, &token, NOW).is_ok());
    assert_eq!(error(&none, &token, NOW - MOMENT), Some(DecodeError::NotYetValid));
}

#[test]
fn the_leeway_defaults_to_sixty_seconds() {
    let token = signed().begin_at(&7, NOW).unwrap();
    assert!(decode(&signed(), &token, NOW - secs(60)).is_ok());
    assert_eq!(error(&signed(), &token, NOW - secs(61)), Some(DecodeError::NotYetValid));
}

#[test]
fn no_renewal_outlives_the_absolute_timeout() {
    for &mode in MODES {
        let keys = ring(&[1]);
        let codec = builder(mode, &keys).absolute_timeout(3 * HOUR).build().unwrap();
        let (_, session) = begun(&codec, NOW);
        let late = NOW + HOUR + HOUR / 2;
        let renewed = codec.renew_at(&session, late).unwrap();
        let session = decode(&codec, &renewed, late).unwrap();
        assert_eq!(session.expires_at(), NOW + 3 * HOUR);
        let last = NOW + 3 * HOUR - SECOND;
        assert!(codec.renew_at(&session, last).is_ok());
        let over = codec.renew_at(&session, last + SECOND);
        assert_eq!(over, Err(RenewError::NoLongerValid(DecodeError::Expired)));
    }
}

#[test]
fn a_fixed_instant_is_renewed_up_to_its_last_second() {
    let (_, session) = begun(&signed(), IssueOptions::at(NOW).expiry(Expiry::At(NOW + HOUR)));
    let last = NOW + HOUR - SECOND;
    let renewed = signed().renew_at(&session, last).unwrap();
    assert_eq!(decode(&signed(), &renewed, last).unwrap().expires_at(), NOW + HOUR);
    let over = signed().renew_at(&session, NOW + HOUR);
    assert_eq!(over, Err(RenewError::NoLongerValid(DecodeError::Expired)));
}

#[test]
fn half_of_a_life_is_rounded_up() {
    for (life, due) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)] {
        let (_, session) =
            begun(&signed(), IssueOptions::at(NOW).expiry(Expiry::After(secs(life))));
        assert_eq!(session.renewal(NOW + secs(due) - MOMENT), None, "{life}");
        assert_eq!(session.renewal(NOW + secs(due)), Some(Renewal::Age), "{life}");
    }
}

// Clocks that jump

#[test]
fn a_clock_that_jumps_back_by_less_than_the_leeway_moves_no_token_backward() {
    for &mode in MODES {
        let codec = builder(mode, &ring(&[1])).build().unwrap();
        let (token, session) = begun(&codec, NOW);
        let back = NOW - secs(60);
        assert_eq!(decode(&codec, &token, back).unwrap().issued_at(), NOW);
        assert_eq!(session.renewal(back), None);
        let renewed = decode(&codec, &codec.renew_at(&session, back).unwrap(), back).unwrap();
        assert_eq!((renewed.started_at(), renewed.issued_at()), (NOW, NOW));
        assert_eq!(renewed.expires_at(), NOW + MAX_AGE);
    }
}

#[test]
fn a_clock_that_jumps_back_further_refuses_until_it_is_right_again() {
    let (token, session) = begun(&signed(), NOW);
    let distant = [NOW - secs(61), OffsetDateTime::UNIX_EPOCH, at(-1), DAWN];
    for back in distant {
        assert_eq!(error(&signed(), &token, back), Some(DecodeError::NotYetValid));
        let renewed = signed().renew_at(&session, back);
        assert_eq!(renewed, Err(RenewError::NoLongerValid(DecodeError::NotYetValid)));
        assert_eq!(session.renewal(back), None);
    }
    assert!(decode(&signed(), &token, NOW).is_ok());
}

#[test]
fn a_clock_that_jumps_forward_expires_and_back_again_does_not_harm() {
    let (token, session) = begun(&signed(), NOW);
    let distant = [NOW + MAX_AGE, at(LAST), DUSK];
    for forward in distant {
        assert_eq!(error(&signed(), &token, forward), Some(DecodeError::Expired));
        let renewed = signed().renew_at(&session, forward);
        assert_eq!(renewed, Err(RenewError::NoLongerValid(DecodeError::Expired)));
    }
    assert!(decode(&signed(), &token, NOW).is_ok());
}

#[test]
fn a_token_issued_by_a_fast_clock_is_not_valid_before_its_time() {
    let (fast, session) = begun(&signed(), NOW + HOUR);
    assert_eq!(error(&signed(), &fast, NOW), Some(DecodeError::NotYetValid));
    assert!(decode(&signed(), &fast, NOW + HOUR - secs(60)).is_ok());
    assert_eq!(session.started_at(), NOW + HOUR);
}

#[test]
fn a_session_of_1970_is_valid() {
    for &mode in MODES {
        let codec = builder(mode, &ring(&[1])).build().unwrap();
        let (token, session) = begun(&codec, OffsetDateTime::UNIX_EPOCH);
        assert_eq!(session.started_at(), OffsetDateTime::UNIX_EPOCH);
        assert!(decode(&codec, &token, at(-60)).is_ok(), "the leeway reaches before 1970");
        let renewed = decode(&codec, &codec.renew_at(&session, at(-60)).unwrap(), at(0)).unwrap();
        assert_eq!(renewed.issued_at(), OffsetDateTime::UNIX_EPOCH);
        let renewed = decode(&codec, &codec.renew_at(&session, at(60)).unwrap(), at(60)).unwrap();
        assert_eq!(renewed.started_at(), OffsetDateTime::UNIX_EPOCH);
    }
}

#[test]
fn a_session_that_lives_past_2106_is_read_and_not_issued_again() {
    let (token, session) = begun(&signed(), at(LAST - 10));
    assert_eq!(session.expires_at(), at(LAST - 10) + MAX_AGE);
    assert!(signed().renew_at(&session, at(LAST)).is_ok());
    let after = at(LAST + 1);
    assert!(decode(&signed(), &token, after).is_ok());
    let out_of_range = EncodeError::TimeOutOfRange { seconds: LAST + 1 };
    let expected = Err(RenewError::Encode(out_of_range));
    assert_eq!(signed().renew_at(&session, after), expected);
    assert_eq!(signed().update_at(&session, &8, IssueOptions::at(after)), expected);
}

#[test]
fn a_life_of_136_years_from_1970_to_2106_is_possible() {
    let codec = with(|builder| builder.max_requested_age(secs(LONGEST)).no_absolute_timeout());
    let whole = secs(u64::from(u32::MAX));
    let (_, session) = begun(&codec, IssueOptions::at(at(0)).expiry(Expiry::After(whole)));
    let last = at(LAST - 1);
    let renewed = codec.renew_at(&session, last).unwrap();
    let session = decode(&codec, &renewed, last).unwrap();
    assert_eq!((session.started_at(), session.expires_at()), (at(0), last + whole));
}
