// What both entries export.

export type { Instant } from './check.js'
export type { CodecOptions, DecodeOptions, IssueOptions, Now } from './codec.js'
export type { ContextPart } from './context.js'
export { SessionError, type FailureKind, type Refusal, type Refused } from './errors.js'
export { inspect, type Unverified } from './inspect.js'
export { Key, KeyRing } from './keys.js'
export { Extension } from './pack.js'
export { cutoffAfter, type Expiry, type Limits } from './policy.js'
export { generateSessionId } from './session-id.js'
export { Verified, type Renewal } from './verified.js'
