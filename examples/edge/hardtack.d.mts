/** Seconds since the Unix epoch; parts of a second are rounded down. */
export type Seconds = number

/** A key in base64, or one that verifies only what was issued until it retired. */
export type Key = string | { key: string; retiredAt: Seconds }

export interface Options {
  /** What the tokens are for, and where: `shop/production/session`. */
  purpose: string
  /** The first signs, all verify. Text holds keys separated by commas. */
  keys: string | readonly Key[]
  /** How long a token lives, in seconds. */
  maxAge: number
  /** How long a session lives, however often it is renewed: 30 days unless set, `Infinity` for ever. */
  absoluteTimeout?: number
  /** The most that a session may ask for; `maxAge` unless set. */
  maxRequestedAge?: number
  /** By how many seconds a token may be issued in the future; 60 unless set. */
  leeway?: number
  /** Ends every session that began before it. */
  notBefore?: Seconds
  /** Of a token, in bytes; 4096 unless set. */
  maxLength?: number
  /** The age in seconds at which a renewal is due; half of the life unless set. */
  renewAfter?: number
  /** The name of a compact layout: the Rust side's `compact`. The data is an array then. */
  schema?: string
}

export type Expiry =
  | 'policy'
  | 'browser_close'
  /** Seconds, from every renewal anew. */
  | { after: number }
  /** An instant, which no renewal moves. */
  | { at: Seconds }

export interface Session<T> {
  data: T
  /** 32 hexadecimal digits. */
  id: string | null
  keyId: number
  startedAt: Seconds
  issuedAt: Seconds
  expiresAt: Seconds
  expiry: Expiry
  renewalDue: boolean
  error?: undefined
}

/** FORMAT.md's names. For the log: to a visitor, a bad cookie is no cookie. */
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

export class HardtackError extends Error {
  /** A `Refusal`, or `configuration`, `time_out_of_range`, `expiry_not_later`, `expiry_too_long`, … */
  readonly kind: string
}

export class Codec {
  private constructor()

  /** Anybody can read its tokens, nobody without a key can change them. */
  static signed(module: WebAssembly.Module, options: Options): Codec
  /** Needs a module that was built with encryption. */
  static encrypted(module: WebAssembly.Module, options: Options): Codec

  /** A codec of the same keys whose tokens are good together with these parts alone: a tenant, a device. */
  withContext(parts: readonly (string | Uint8Array)[]): Codec

  /** Throws on nothing that a visitor can send. */
  decode<T = unknown>(token: string, nowSeconds: Seconds): Session<T> | { error: Refusal }
  /** A token of a new session. `id` is from `sessionId`. */
  begin(data: unknown, nowSeconds: Seconds, options?: { id?: string; expiry?: Expiry }): string
  /** A token of the same session with other data: its start, its id and its kind of expiry stay. */
  update(token: string, data: unknown, nowSeconds: Seconds): string
  /** A token of the same session, issued now. */
  renew(token: string, nowSeconds: Seconds): string
}

/** A name for a new session, from the host's random generator. Not a secret. */
export function sessionId(): string
