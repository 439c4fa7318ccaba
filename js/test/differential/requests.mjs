// Random questions about requests with a session cookie, and JavaScript's results.

import { SessionCookie, SessionError } from '../../dist/index.js'
import { fromHex, toHex } from '../../dist/bytes.js'
import { pack } from '../../dist/pack.js'
import { unpack } from '../../dist/unpack.js'
import { inContextOf } from '../../dist/web/bound.js'
import { codecOf, codecSpec, isAllowed } from './tokens.mjs'

const NOW = 1_790_000_000

const KEYS = ['a', 'cart', 'name', 'user', 'visits']
const hexOf = (value) => toHex(pack(value))

/** Returns a value that Rust's `Map` can hold: nil, booleans, numbers, text, lists, and maps with sorted text keys. */
function item(random, depth = 2) {
  const kinds = [() => random.pick([null, true, false, 0, 7, -7, 2 ** 40, 2n ** 63n, 1.5, '', 'Ada', 'ÿ', 'x'.repeat(40)])]
  const nested = [() => random.list(3, () => item(random, depth - 1)), () => map(random, depth - 1)]
  return random.pick(depth > 0 ? [...kinds, ...nested] : kinds)()
}

function map(random, depth = 1) {
  return sorted(Object.fromEntries(random.list(3, () => [random.pick(KEYS), item(random, depth)])))
}

/** Sorts the keys as a `BTreeMap` does. */
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))

function attributes(random) {
  const common = { path: null, domain: null, secure: true, httpOnly: true, sameSite: 'Lax', partitioned: false, context: [], name: '__Host-session' }
  if (!random.chance(4)) return { ...common, context: random.list(2, () => toHex(random.bytes(random.below(9)))) }
  return {
    name: random.pick(['__Host-session', 'session', '__Secure-id', '__Http-a', '__Host-Http-a', 'a b', '', '__host-x', "!#$%&'*+-.^_`|~"]),
    path: random.pick([null, '/', '/app', 'app', '/a b', '/a;b', '/a"b', '/é', `/${'a'.repeat(1024)}`, "/~!$&'()*+,:@[]=%20"]),
    domain: random.pick([null, null, 'example.org', '.example.org', 'a_b.example.org', 'localhost', '127.0.0.1', '::1', 'a..b', 'example.org.', 'münchen.de', '-a.org', '..a.b']),
    secure: !random.chance(3),
    httpOnly: !random.chance(4),
    sameSite: random.pick(['Strict', 'Lax', 'None']),
    partitioned: random.chance(4),
    context: [],
  }
}

export function question(random, count) {
  const allowed = (changes) => {
    let spec
    do spec = codecSpec(random, { maxLength: random.pick([4096, 4096, 8192]), ...changes }); while (!isAllowed(spec))
    return spec
  }
  const codec = allowed({})
  const previous = random.chance(4)
    ? {
        codec: allowed({ ...(random.chance(2) ? { keys: codec.keys, purpose: codec.purpose } : {}), context: random.pick([codec.context, codec.context, [], ['aa']]) }),
        until: NOW + random.pick([-10, 0, 1, 1000, 100_000]),
        isUnbound: random.chance(3),
      }
    : null
  const cookie = attributes(random)
  const ids = random.chance(4) ? [] : Array.from({ length: 12 }, () => toHex(random.bytes(16)))
  const spec = { codec, previous, cookie, ids, saveEveryRequest: random.chance(8) }
  const sessions = sessionCookieOf(spec, new Set())
  if (sessions === undefined) return { question: { web: { ...spec, requests: [] } } }
  const pool = new Pool(random, spec, sessions)
  let now = NOW
  const requests = Array.from({ length: count }, () => {
    now += random.pick([0, 0, 1, 1, codec.leeway, codec.maxAge >> 1, random.below(codec.maxAge + 2)])
    return request(random, spec, pool, now)
  })
  return { question: { web: { ...spec, requests } } }
}

/** A placeholder for the value that the last response set. */
const JAR = '\u0001'

/** Returns valid and invalid cookie values. */
class Pool {
  #random
  #makers

  constructor(random, { codec, previous, cookie, ids }, sessions) {
    this.#random = random
    const bound = (codec) => [...cookie.context].reduce((bound, part) => bound.withContext(fromHex(part) ?? new Uint8Array()), codec)
    const others = [sessions.codec, codecOf(codec), bound(codecOf(codec))]
    if (previous) {
      const earlier = codecOf(previous.codec)
      others.push(earlier, inContextOf(earlier, sessions.codec), inContextOf(earlier, sessions.codec), bound(earlier))
    }
    const id = () => random.pick([undefined, random.pick([...ids, toHex(random.bytes(16))])])
    const token = (codec, now) => {
      try {
        const expiry = random.pick(['policy', 'policy', 'browser_close', { after: 1 + random.below(codec.maxAge) }, { at: now + 1 + random.below(codec.maxAge) }])
        return codec.begin(random.chance(12) ? random.pick([[1], 'x', null, new Map([[1, 2]]), new Uint8Array(2)]) : map(random), { now, id: id(), expiry })
      } catch (error) {
        if (error instanceof SessionError) return 'none'
        throw error
      }
    }
    this.#makers = [
      (now) => token(sessions.codec, now),
      (now) => token(sessions.codec, now - random.below(codec.maxAge + 3)),
      (now) => token(random.pick(others), now - random.pick([0, 1, 100])),
      () => random.pick(['', 'none', '!', '"', 'A'.repeat(4097), 'é', 'Q'.repeat(80)]),
    ]
  }

  value(now) {
    return this.#random.pick(this.#makers)(now)
  }
}

function request(random, spec, pool, now) {
  const { name } = spec.cookie
  const pair = (value) => random.pick([`${name}=${value}`, `${name}=${value}`, ` ${name}\t= ${value}\t`, `a=b; ${name}=${value}`])
  const own = random.chance(4) ? [] : [pair(JAR)]
  const planted = random.chance(3) ? random.list(3, () => pair(pool.value(now))) : []
  const noise = random.chance(6) ? [random.pick(['a=b', '', '=', name, `${name}x=1`, `x${name}=${JAR}`, `\u00a0${name}=${JAR}`, `${name.toUpperCase()}=${JAR}`])] : []
  const many = random.chance(40) ? Array.from({ length: random.between(178, 183) }, (_, at) => `${name}=!${at}`) : []
  const all = [...planted, ...own, ...noise, ...many]
  const cookies = random.chance(3) ? all.map((pair) => [pair]) : [all]
  const at = now + random.pick([0, 0, 0, 0, 1, 60, spec.codec.maxAge])
  return {
    cookies,
    now,
    steps: random.list(4, () => step(random, spec, now)),
    revokedBefore: random.chance(12) && spec.ids.length ? [random.pick(spec.ids)] : [],
    revokedAfter: random.chance(12) && spec.ids.length ? [random.pick(spec.ids)] : [],
    status: random.pick([200, 200, 200, 303, 404, 499, 500, 503]),
    at,
    headers: random.pick([
      [], [], [['vary', 'Accept']], [['vary', 'accept, COOKIE']], [['vary', '*']], [['cache-control', 'public, max-age=60']],
      [['cache-control', 'no-store']], [['cache-control', 's-maxage=1, Private']], [['set-cookie', 'a=b'], ['vary', ''], ['cache-control', ', PUBLIC ,s-maxage=5,x']],
    ]),
  }
}

function step(random, { codec }, now) {
  const most = codec.maxRequestedAge ?? codec.maxAge
  const kinds = [
    () => ({ op: 'set', key: random.pick(KEYS), value: hexOf(random.chance(60) ? 'x'.repeat(4000) : item(random)) }),
    () => ({ op: 'set', key: random.pick(KEYS), value: hexOf(item(random)) }),
    () => ({ op: 'set', key: 'visits', value: hexOf(random.below(9)) }),
    () => ({ op: 'remove', key: random.pick(KEYS) }),
    () => ({ op: random.pick(['clear', 'flush', 'cycleId']) }),
    () => ({ op: 'logIn', data: hexOf(map(random)) }),
    () => ({ op: 'logInAfter', cutoff: now + random.pick([-50, 0, 1, codec.leeway, codec.leeway + 1]), data: hexOf(map(random)) }),
    () => ({ op: 'setExpiry', expiry: random.pick(['policy', 'browser_close', { after: random.pick([0, 1, most, most + 1, random.below(most + 1)]) }, { at: now + random.pick([0, 1, most, most + 1]) }]) }),
    () => ({ op: 'revokeBefore', cutoff: now + random.pick([-100, -1, 0, 1]) }),
    () => ({ op: random.pick(['data', 'id', 'startedAt', 'expiry', 'expiresAt', 'isEmpty', 'isModified']) }),
    () => ({ op: 'secondsLeft', now: now + random.pick([0, 5, 10_000_000]) }),
  ]
  return random.pick(kinds)()
}

export function sessionCookieOf({ codec, previous, cookie, ids, saveEveryRequest }, revoked) {
  const { context, name, path, domain, secure, httpOnly, sameSite, partitioned } = cookie
  let next = 0
  try {
    const sessions = new SessionCookie({
      codec: codecOf(codec),
      acceptPrevious: previous === null ? undefined : { ...previous, codec: codecOf(previous.codec) },
      name,
      path: path ?? undefined,
      domain: domain ?? undefined,
      secure,
      httpOnly,
      sameSite,
      partitioned,
      saveEveryRequest,
      isRevoked: (id) => revoked.has(id),
      idSource: ids.length === 0 ? 'none' : () => ids[next++ % ids.length],
    })
    return sessions.withContext(...context.map((part) => fromHex(part) ?? new Uint8Array()))
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Returns the results of all requests of a question. */
export function answers(spec) {
  const revoked = new Set()
  const sessions = sessionCookieOf(spec, revoked)
  if (sessions === undefined) return { error: 'cookie' }
  let jar = ''
  return spec.requests.map((request) => {
    const cookies = request.cookies.map((pairs) => pairs.filter((pair) => jar || !pair.includes(JAR)).map((pair) => pair.replaceAll(JAR, jar)).join('; '))
    const found = answer(sessions, revoked, { ...request, cookies })
    const { setCookie } = found.response
    if (setCookie) jar = setCookie.slice(spec.cookie.name.length + 1, setCookie.indexOf(';'))
    return found
  })
}

function answer(sessions, revoked, { cookies, now, steps, revokedBefore, revokedAfter, status, at, headers }) {
  for (const id of revokedBefore) revoked.add(id)
  const session = sessions.read(cookies, { now })
  const { rejected = null, hadCookie } = session
  const results = steps.map((step) => taken(session, step))
  const { isAccessed } = session
  for (const id of revokedAfter) revoked.add(id)
  return { rejected, hadCookie, steps: results, isAccessed, isModified: session.isModified, response: response(sessions, session, status, at, headers) }
}

function response(sessions, session, status, now, given) {
  let found
  try {
    found = sessions.headersFor(session, status, { now })
  } catch (error) {
    if (error instanceof SessionError) return { error: error.kind }
    throw error
  }
  const headers = new Headers(given)
  found.applyTo(headers)
  const { action, setCookie = null, vary } = found
  const joined = { vary: headers.get('vary') ?? '', cacheControl: headers.get('cache-control') ?? '' }
  return { action, setCookie, vary, headers: joined, cookies: headers.getSetCookie().length }
}

function taken(session, { op, key, value, data, cutoff, expiry, now }) {
  switch (op) {
    case 'set':
      session.data = sorted({ ...session.data, [key]: unpack(fromHex(value)) })
      return null
    case 'remove': {
      const { [key]: _, ...rest } = session.data
      session.data = rest
      return null
    }
    case 'clear': session.clear(); return null
    case 'flush': return session.flush() ?? null
    case 'logIn': session.logIn(unpack(fromHex(data))); return null
    case 'logInAfter': session.logInAfter(cutoff, unpack(fromHex(data))); return null
    case 'cycleId': session.cycleId(); return null
    case 'setExpiry':
      try {
        session.setExpiry(expiry)
        return null
      } catch (error) {
        if (error instanceof SessionError) return error.kind
        throw error
      }
    case 'revokeBefore': return session.revokeBefore(cutoff)
    case 'data': return hexOf(session.data)
    case 'secondsLeft': return session.secondsLeft(now)
    default: return session[op] ?? null
  }
}
