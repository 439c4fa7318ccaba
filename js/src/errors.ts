// Why a token was refused, or could not be created.

/** Why a token was refused: one kind per row of FORMAT.md's table "Decode". */
export type Refusal =
  | 'too_long'
  | 'malformed'
  | 'unsupported_version'
  | 'wrong_mode'
  | 'unknown_key'
  | 'bad_signature'
  | 'retired_key'
  | 'not_yet_valid'
  | 'expired'
  | 'revoked'
  | 'payload'

/** Why a {@link SessionError} was thrown. */
export type FailureKind =
  | Refusal
  | 'other_codec'
  | 'other_cookie'
  | 'time_out_of_range'
  | 'expiry_not_later'
  | 'expiry_too_long'

/** The result of decoding a token that was refused. */
export interface Refused {
  readonly ok: false
  /** Why, as a stable name for metrics and logs. Do not show it to visitors. */
  readonly kind: Refusal
}

/** Thrown if a token or cookie cannot be created. Holds no key, token or session data. */
export class SessionError extends Error {
  /** Why, as a stable name for metrics and logs. */
  readonly kind: FailureKind

  /** @internal */
  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** Throws if a session is no longer valid. */
export function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw new SessionError(refusal, `the session is no longer valid: ${refusal}`)
}
