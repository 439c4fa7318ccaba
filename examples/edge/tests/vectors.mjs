// Every vector through hardtack.mjs, in whatever runtime this is loaded.

import { isDeepStrictEqual } from 'node:util'
import { Codec, HardtackError } from '../hardtack.mjs'
import { unpack } from '../msgpack.mjs'

/** How many passed, and what each of the others came to. */
export function checkVectors(module, { cases, renewals }) {
  return { cases: check(cases, module, decoded, expectedOf), renewals: check(renewals, module, renewed, (vector) => vector.expect) }
}

export function codecOf(module, vector) {
  const make = vector.mode === 'signed' ? Codec.signed : Codec.encrypted
  return make(module, optionsOf(vector)).withContext(vector.context.map(fromHex))
}

export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function check(vectors, module, answerOf, expected) {
  const failures = vectors
    .map((vector) => ({ name: vector.name, got: answerOf(codecOf(module, vector), vector), expected: expected(vector) }))
    .filter(({ got, expected }) => !isDeepStrictEqual(got, expected))
  return { passed: vectors.length - failures.length, failures }
}

function optionsOf({ purpose, keys, max_age: maxAge, absolute_timeout, longest_max_age, leeway, not_before, max_len }) {
  return {
    purpose,
    keys: keys.map(({ key, retired_at, activates_at }) => ({
      key: base64(fromHex(key)) + (activates_at === undefined ? '' : `@${new Date(activates_at * 1000).toISOString()}`),
      retiredAt: retired_at ?? undefined,
    })),
    maxAge,
    absoluteTimeout: absolute_timeout ?? Infinity,
    maxRequestedAge: longest_max_age ?? undefined,
    leeway,
    notBefore: not_before ?? undefined,
    maxLength: max_len,
  }
}

function decoded(codec, { token, now }) {
  const { renewalDue, ...session } = codec.decode(token, now)
  return session
}

function expectedOf({ expect: { ok, error }, longest_max_age, max_age }) {
  if (error) return { error }
  return {
    data: unpack(fromHex(ok.payload)),
    id: ok.session_id,
    keyId: ok.key_id,
    startedAt: ok.started_at,
    issuedAt: ok.issued_at,
    expiresAt: ok.expires_at,
    expiry: expiryOf(ok, longest_max_age ?? max_age),
  }
}

/** An instant is given back as the policy caps it. */
function expiryOf({ expiry: [kind, seconds], issued_at }, maxRequestedAge) {
  if (kind === 'after') return { after: seconds }
  return kind === 'at' ? { at: issued_at + Math.min(seconds, maxRequestedAge) } : kind
}

function renewed(codec, { token, now, renew_at, changed_payload }) {
  const { error } = codec.decode(token, now)
  if (error) return { decode: error }
  try {
    const again = changed_payload === null
      ? codec.renew(token, renew_at)
      : codec.update(token, unpack(fromHex(changed_payload)), renew_at)
    return { token: again }
  } catch (failure) {
    if (!(failure instanceof HardtackError)) throw failure
    return { error: failure.kind }
  }
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes))
}
