// Runs every vector of FORMAT.md in any runtime.

import { Codec, Key, KeyRing, SessionError } from '../../dist/index.js'
import { unpack } from '../../dist/unpack.js'
import { same } from './same.mjs'

/** Returns the results of the failed vectors, and the number that passed. */
export function checkVectors({ cases, renewals }) {
  return {
    cases: check(cases, decoded, expectedOf),
    renewals: check(renewals, renewed, ({ expect }) => expect),
    again: check(cases.filter(isEncodable), encodedAgain, ({ token }) => token),
  }
}

export function codecOf(vector) {
  const options = {
    purpose: vector.purpose,
    keys: ringOf(vector.keys),
    maxAge: vector.max_age,
    absoluteTimeout: vector.absolute_timeout ?? 'none',
    maxRequestedAge: vector.longest_max_age ?? undefined,
    leeway: vector.leeway,
    notBefore: vector.not_before ?? undefined,
    maxLength: vector.max_len,
  }
  return Codec[vector.mode](options).withContext(...vector.context.map(fromHex))
}

export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function ringOf([signer, ...others]) {
  const add = (ring, { key, activates_at, retired_at }) => {
    if (activates_at !== undefined) return ring.activateAt(Key.fromHex(key), activates_at)
    return retired_at === null ? ring.verifyWith(Key.fromHex(key)) : ring.retire(Key.fromHex(key), retired_at)
  }
  return others.reduce(add, new KeyRing(Key.fromHex(signer.key)))
}

function check(vectors, outcomeOf, expected) {
  const failures = vectors
    .map((vector) => ({ name: vector.name, got: outcomeOf(vector), expected: expected(vector) }))
    .filter(({ got, expected }) => !same(got, expected))
  return { passed: vectors.length - failures.length, failures }
}

function decoded(vector) {
  const session = codecOf(vector).decode(vector.token, { now: vector.now })
  if (!session.ok) return { error: session.kind }
  const { data, id, keyId, startedAt, issuedAt, expiresAt, expiry } = session
  return { data, id, keyId, startedAt, issuedAt, expiresAt, expiry }
}

function expectedOf({ expect: { ok, error }, longest_max_age, max_age }) {
  if (error) return { error }
  return {
    data: unpack(fromHex(ok.payload)),
    id: ok.session_id ?? undefined,
    keyId: ok.key_id.toString(16).padStart(2, '0'),
    startedAt: ok.started_at,
    issuedAt: ok.issued_at,
    expiresAt: ok.expires_at,
    expiry: expiryOf(ok, longest_max_age ?? max_age),
  }
}

/** The codec returns an instant after the policy's cap. */
function expiryOf({ expiry: [kind, seconds], issued_at }, longest) {
  if (kind === 'after') return { after: seconds }
  return kind === 'at' ? { at: issued_at + Math.min(seconds, longest) } : kind
}

function renewed(vector) {
  const codec = codecOf(vector)
  const session = codec.decode(vector.token, { now: vector.now })
  if (!session.ok) return { decode: session.kind }
  try {
    const now = vector.renew_at
    const { changed_payload: changed } = vector
    return { token: changed === null ? codec.renew(session, { now }) : codec.update(session, unpack(fromHex(changed)), { now }) }
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    return { error: error.kind }
  }
}

function isEncodable({ expect: { ok } }) {
  return ok !== undefined
}

/** The key that verified must sign again, so this ring has only that key. */
function encodedAgain(vector) {
  const { key_index, payload, issued_at, started_at, session_id, expiry } = vector.expect.ok
  const codec = codecOf({ ...vector, keys: [vector.keys[key_index]] })
  const kinds = ['policy', 'after', 'at', 'browser_close']
  const claims = {
    isEncrypted: vector.mode === 'encrypted',
    keyId: vector.expect.ok.key_id,
    startedAt: started_at,
    issuedAt: issued_at,
    id: session_id ?? undefined,
    expiryKind: kinds.indexOf(expiry[0]),
    expirySeconds: expiry[1],
  }
  return codec.issue(claims, fromHex(payload))
}
