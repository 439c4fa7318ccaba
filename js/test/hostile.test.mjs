// 300,000 hostile cookies: none throws, none is accepted, and memory does not grow.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Codec, Key, KeyRing, SessionCookie } from '../dist/index.js'
import { generator, hostileTokens } from './support/hostile.mjs'

const COUNT = 300_000
const LEAST_ROUND = 50_000
const GROWTH = 4 << 20
const now = 1_790_000_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const heap = () => {
  collect()
  return process.memoryUsage().heapUsed
}

for (const mode of ['signed', 'encrypted']) {
  const codec = Codec[mode]({ purpose: 'shop/test/session', keys: new KeyRing(Key.generate()), maxAge: 7200 })
  const sessions = new SessionCookie({ codec })
  const token = sessions.codec.begin({ user: 7, name: 'Ada', cart: [1, 2, 3] }, { now })
  const below = generator(0xc0ffee)
  const headers = [
    (token) => `__Host-session=${token}`,
    (token) => `a=b; __Host-session=${token}; c`,
    (token) => `__Host-session =\t${token} ;; =; __Host-session`,
    (token) => `__Host-session=${token}; __Host-session=${token}x; __Host-session="${token}"`,
    (token) => `${token}; ${token}=${token}`,
  ]

  test(`${mode}: ${COUNT / 2} hostile cookies`, () => {
    const counts = {}
    let atRest
    let done = 0
    for (const hostile of hostileTokens(token, COUNT / 2)) {
      const session = sessions.read(headers[below(headers.length)](hostile), { now })
      const kind = session.rejected ?? 'none'
      counts[kind] = (counts[kind] ?? 0) + 1
      if (Object.keys(session.data).length > 0) assert.fail(`accepted: ${hostile}`)
      done += 1
      if (done === LEAST_ROUND) atRest = heap()
    }
    const grown = heap() - atRest
    console.log(`${mode}: ${JSON.stringify(counts)}, heap ${(grown / 1024).toFixed(0)} kB`)
    assert.ok(grown < GROWTH, `the heap grew by ${grown} bytes`)
    for (const kind of ['too_long', 'malformed', 'unsupported_version', 'bad_signature', 'unknown_key']) assert.ok(counts[kind] > 0, kind)
  })
}
