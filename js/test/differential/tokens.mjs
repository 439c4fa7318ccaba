// Random questions about tokens, and JavaScript's results.

import { Codec, inspect, Key, KeyRing, SessionError } from '../../dist/index.js'
import { concat, fromHex, toBase64Url, toHex, utf8 } from '../../dist/bytes.js'
import { DerivedKey } from '../../dist/derived-key.js'
import { writeHeader } from '../../dist/header.js'
import { pack } from '../../dist/pack.js'
import { unpack } from '../../dist/unpack.js'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { contextBytes, framed } from '../../dist/context.js'
import { same } from '../support/same.mjs'
import { object, value } from './random.mjs'

const NOW = 1_790_000_000
const DAY = 86_400

export function codecSpec(random, changes = {}) {
  const maxAge = random.pick([1, 3, 60, 3600, 3600, 7201, DAY])
  const keys = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, (_, at) => ringKey(random, at))
  return {
    mode: random.pick(['signed', 'encrypted']),
    purpose: random.pick(['s', 'shop/test/session', 'приватный', ' session ', '__Host-session']),
    keys,
    overlap: random.pick([0, 60, 3600]),
    maxAge,
    maxRequestedAge: random.pick([null, maxAge, maxAge + 1, 2 * maxAge + 100, 30 * DAY]),
    absoluteTimeout: random.pick([null, 1, maxAge, 2 * maxAge, 30 * DAY, 400 * DAY]),
    leeway: random.pick([0, 1, 30, 60]),
    notBefore: random.chance(3) ? NOW + random.between(-90, 60) : null,
    renewAfter: random.chance(3) ? random.pick([1, 30, maxAge]) : null,
    maxLength: random.pick([4096, 4096, 4096, 8192, 300, 120]),
    context: random.list(2, () => toHex(random.bytes(random.pick([0, 1, 8, 40])))),
    ...changes,
  }
}

function ringKey(random, at) {
  const key = toHex(random.bytes(random.pick([32, 32, 33, 64])))
  if (at === 0) return { key, signsFrom: null, retiredAt: null }
  // Two keys that would sign at once are refused.
  const signsFrom = random.chance(2) ? NOW + random.between(-50, 49) * 10 + at : null
  return { key, signsFrom, retiredAt: signsFrom === null && random.chance(2) ? NOW + random.between(-100, 100) : null }
}

export function ringOf({ keys: [first, ...others], overlap }) {
  const add = (ring, { key, signsFrom, retiredAt }) => {
    if (signsFrom !== null) return ring.activateAt(Key.fromHex(key), signsFrom)
    return retiredAt === null ? ring.verifyWith(Key.fromHex(key)) : ring.retire(Key.fromHex(key), retiredAt)
  }
  return others.reduce(add, new KeyRing(Key.fromHex(first.key)).overlap(overlap))
}

export function codecOf(spec) {
  const { mode, purpose, maxAge, maxRequestedAge, absoluteTimeout, leeway, notBefore, renewAfter, maxLength, context } = spec
  const codec = Codec[mode]({
    purpose,
    keys: ringOf(spec),
    maxAge,
    maxRequestedAge: maxRequestedAge ?? undefined,
    absoluteTimeout: absoluteTimeout ?? 'none',
    leeway,
    notBefore: notBefore ?? undefined,
    renewAfter: renewAfter ?? undefined,
    maxLength,
  })
  return codec.withContext(...context.map((part) => fromHex(part) ?? new Uint8Array()))
}

/** Returns true if a random configuration is valid. Both sides refuse an invalid one. */
export function isAllowed({ maxAge, maxRequestedAge }) {
  return maxRequestedAge === null || maxRequestedAge >= maxAge
}

const near = (random, spec) => (random.chance(2) ? NOW : NOW + random.pick([0, 1, -1, spec.maxAge - 1, spec.maxAge, spec.maxAge + 1, spec.leeway, -spec.leeway, -spec.leeway - 1, random.between(-200, 200)]))

function expiry(random, spec, now) {
  const most = spec.maxRequestedAge ?? spec.maxAge
  const seconds = random.pick([0, 1, 60, most - 1, most, most + 1, 2 ** 32, random.below(most + 1)])
  return random.pick(['policy', 'browser_close', { after: seconds }, { at: now + random.pick([-1, 0, 1, seconds]) }])
}

const id = (random) => toHex(random.bytes(16))
const hexOf = (value) => toHex(pack(value))
const KEYS = new WeakMap()

/** Returns a token with any header and payload, and a valid signature. */
function crafted(random, spec) {
  const isEncrypted = spec.mode === 'encrypted'
  if (!KEYS.has(spec)) {
    const slot = (key) => ({ key: Key.fromHex(key), signsFrom: 0, retiredAt: 0 })
    KEYS.set(spec, spec.keys.map(({ key }) => new DerivedKey(slot(key), spec.purpose, isEncrypted ? xchacha20poly1305 : undefined)))
  }
  const key = random.pick(KEYS.get(spec))
  const issuedAt = random.chance(20) ? random.pick([0, 5, 2 ** 32 - 1]) : NOW + random.pick([0, 0, -1, 1, random.between(-300, 60)])
  const expiryKind = random.below(4)
  let header = writeHeader({
    isEncrypted,
    keyId: key.number,
    issuedAt,
    startedAt: issuedAt - Math.min(issuedAt, random.pick([0, 0, 1, 60, 3600, random.below(issuedAt + 1)])),
    id: random.chance(2) ? id(random) : undefined,
    expiryKind,
    expirySeconds: expiryKind === 1 || expiryKind === 2 ? random.pick([1, 60, 3600, 2 ** 32 - 1, random.between(1, 10_000)]) : 0,
  })
  if (random.chance(4)) header[random.below(header.length)] ^= 1 << random.below(8)
  if (random.chance(12)) header = [...header, ...random.bytes(random.below(3))]
  const context = contextBytes(spec.context.map((part) => framed(fromHex(part) ?? new Uint8Array())))
  return toBase64Url(concat(header, ...key.seal(concat(header, context), payload(random))))
}

function payload(random) {
  const written = pack(value(random))
  const kinds = [
    () => written,
    () => pack(object(random)),
    () => random.bytes(random.below(20)),
    () => written.subarray(0, random.below(written.length + 1)),
    () => concat(written, random.bytes(random.below(3))),
    () => { const changed = written.slice(); changed[random.below(changed.length)] ^= 1 << random.below(8); return changed },
    () => concat(Array(random.between(60, 68)).fill(0x91), [0xc0]),
    () => fromHex(random.pick(['ca3fc00000', 'cb4008000000000000', 'cd0001', 'd3ffffffffffffffff', 'd9016a', 'dc0001c0', 'de000161c0', 'c70500aabbccddee', 'd40107', 'd6ff00000000', '82a16101a16102', '820101cc0102', 'a1ff', 'a3eda080', 'c1', 'c7020700'])),
  ]
  return random.pick(kinds)()
}

function damaged(random, token) {
  const at = random.below(token.length)
  const letter = random.pick([...'ABCDwxyz0189-_'])
  return random.pick([
    () => token.slice(0, at) + letter + token.slice(at + 1),
    () => token.slice(0, at),
    () => token + letter,
    () => `${token}=`,
    () => token.slice(0, at) + random.pick(['é', ' ', '+', '\u{1f9c2}']) + token.slice(at),
    () => toBase64Url(random.bytes(random.below(90))),
  ])()
}

/** Returns a codec, and the questions about it. */
export function question(random, steps) {
  let spec
  do spec = codecSpec(random); while (!isAllowed(spec))
  const codec = codecOf(spec)
  const tokens = []
  const made = () => {
    const now = near(random, spec)
    try {
      const expiry = random.chance(2) ? { after: random.between(1, spec.maxAge) } : 'policy'
      return codec.begin(object(random), { now, expiry, id: random.chance(2) ? id(random) : undefined })
    } catch {
      return crafted(random, spec)
    }
  }
  const token = () => {
    const fresh = random.chance(3) ? made() : crafted(random, spec)
    tokens.push(fresh)
    const one = random.pick(tokens)
    return one !== '' && random.chance(5) ? damaged(random, one) : one
  }
  const kinds = [
    () => { const now = random.chance(20) ? random.pick([-1, 0, 2 ** 32 - 1, 2 ** 32]) : near(random, spec); return { op: 'begin', payload: hexOf(random.chance(30) ? 'x'.repeat(5000) : value(random)), now, id: random.chance(2) ? id(random) : null, expiry: random.chance(2) ? expiry(random, spec, now) : null } },
    () => ({ op: 'decode', token: token(), now: near(random, spec) }),
    () => ({ op: 'decode', token: token(), now: near(random, spec) }),
    () => ({ op: 'decode', token: made(), now: near(random, spec) }),
    () => ({ op: 'renew', token: made(), now: near(random, spec), at: near(random, spec) }),
    () => ({ op: 'renew', token: token(), now: near(random, spec), at: near(random, spec) }),
    () => { const at = near(random, spec); return { op: 'update', token: random.chance(2) ? made() : token(), now: near(random, spec), at, payload: hexOf(value(random)), id: random.chance(3) ? id(random) : null, expiry: random.chance(3) ? expiry(random, spec, at) : null } },
    () => ({ op: 'inspect', token: token() }),
  ]
  return { question: { token: { codec: spec, steps: Array.from({ length: steps }, () => random.pick(kinds)()) } }, codec }
}

/** Returns the form in which the results of both sides are compared. */
export function disagreement(codec, step, theirs) {
  const ours = answer(codec, step)
  if (step.op === 'decode' && theirs.data !== undefined) {
    const { data, ...claims } = theirs
    const isEqual = ours.error === undefined && same(ours.data, unpack(fromHex(data))) && same(ours.claims, claims)
    return isEqual ? undefined : { ours, theirs }
  }
  if (same(ours.error === undefined ? (ours.token === undefined ? ours : { token: ours.token }) : { error: ours.error }, theirs)) return undefined
  return step.op === 'renew' && isRewritten(codec, step, ours, theirs) ? undefined : { ours, theirs }
}

/** JavaScript renews a payload as it is, Rust in its own form: the session must be the same. */
function isRewritten(codec, step, ours, theirs) {
  const session = codec.decode(step.token, { now: step.now })
  if (!session.ok) return false
  const { payload } = payloadOf(session.data)
  if (ours.token === undefined || theirs.token === undefined) return [ours, theirs].some(({ error }) => error === 'too_long') && payload
  const now = Math.max(step.now, step.at)
  const [a, b] = [ours, theirs].map(({ token }) => codec.decode(token, { now }))
  return a.ok && b.ok && same(a.data, b.data) && same(claimsOf(a), claimsOf(b))
}

const payloadOf = (data) => ({ payload: pack(data) })
const claimsOf = ({ id, keyId, startedAt, issuedAt, expiresAt, expiry }) => ({ id: id ?? null, keyId, startedAt, issuedAt, expiresAt, expiry })

function answer(codec, step) {
  const { op, token, now, at } = step
  const issue = { id: step.id ?? undefined, expiry: step.expiry ?? undefined }
  if (op === 'inspect') {
    const { ok, kind, unverified } = inspect(token)
    if (!ok) return { error: kind }
    const { version, tokenLength, ...rest } = unverified
    return { ...rest, id: rest.id ?? null }
  }
  if (op === 'begin') return attempt(() => codec.begin(unpack(fromHex(step.payload)), { ...issue, now }))
  const session = codec.decode(token, { now })
  if (op === 'decode') {
    return session.ok ? { data: session.data, claims: { ...claimsOf(session), renewal: session.renewal(now) ?? null } } : { error: session.kind }
  }
  if (!session.ok) return { decode: session.kind }
  if (op === 'renew') return attempt(() => codec.renew(session, { now: at }))
  return attempt(() => codec.update(session, unpack(fromHex(step.payload)), { ...issue, now: at }))
}

function attempt(make) {
  try {
    return { token: make() }
  } catch (error) {
    if (error instanceof SessionError) return { error: error.kind }
    throw error
  }
}
