// Tests the site in workerd together with the JavaScript package. scripts/edge makes build/.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Miniflare } from 'miniflare'
import { Codec, KeyRing, SessionCookie } from '../../js/dist/index.js'

const SESSION_KEYS = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const DAY = 86_400
const origin = 'https://shop.test'
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const module = (type, name) => ({ type, path: name, contents: readFileSync(path(`build/${name}`)) })
const codec = Codec.encrypted({
  purpose: 'shop/production/session',
  keys: KeyRing.fromBase64List(SESSION_KEYS),
  maxAge: 7200,
  maxRequestedAge: 30 * DAY,
})
const sessions = new SessionCookie({ codec })
let worker

before(async () => {
  worker = new Miniflare({
    modules: [module('ESModule', 'worker.mjs'), module('CompiledWasm', 'site_bg.wasm')],
    bindings: { SESSION_KEYS },
    kvNamespaces: ['CUTOFFS'],
    compatibilityDate: '2026-01-01',
  })
  await worker.ready
})
after(() => worker.dispose())

const page = async (cookie) => (await worker.dispatchFetch(origin, { headers: { cookie } })).text()
const post = (to, cookie, form = {}) =>
  worker.dispatchFetch(origin + to, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams(form) })
const sent = (response) => response.headers.getSetCookie()[0] ?? ''
const logIn = async (form) => sent(await post('/login', '', form))
const cookieOf = (setCookie) => setCookie.split(';')[0]

test('a visitor logs in and out', async () => {
  assert.equal(await page(''), 'nobody')
  const login = await logIn({ user: 'Ada' })
  assert.match(login, /^__Host-session=.*; HttpOnly; SameSite=Lax; Secure; Path=\/; Max-Age=7200$/)
  assert.equal(await page(cookieOf(login)), 'Ada')
  const logout = await post('/logout', cookieOf(login))
  assert.equal(logout.status, 303)
  assert.match(sent(logout), /^__Host-session=; .*Max-Age=0/)
})

test('a visitor is remembered for 30 days', async () => {
  const login = await logIn({ user: 'Grace', remember: 'on' })
  assert.match(login, /Max-Age=2592000$/)
  assert.deepEqual(sessions.read(cookieOf(login)).expiry, { after: 30 * DAY })
})

test('a session past half of its life is renewed', async () => {
  const old = sessions.codec.begin({ user: 'Ada' }, { now: Date.now() / 1000 - 4000 })
  const response = await worker.dispatchFetch(origin, { headers: { cookie: `__Host-session=${old}` } })
  assert.equal(await response.text(), 'Ada')
  assert.equal(sessions.read(cookieOf(sent(response))).data.user, 'Ada')
})

test("a log-out everywhere ends all of the user's sessions and nobody else's", async () => {
  const [here, there, others] = [await logIn({ user: 'Ada' }), await logIn({ user: 'Ada' }), await logIn({ user: 'Bob' })].map(cookieOf)
  assert.match(sent(await post('/everywhere', here)), /Max-Age=0/)
  assert.equal(await page(here), 'nobody')
  assert.equal(await page(there), 'nobody')
  assert.equal(await page(others), 'Bob')
  assert.equal(await page(cookieOf(await logIn({ user: 'Ada' }))), 'Ada')
})

test('of several cookies of one name the valid one counts', async () => {
  const cookie = cookieOf(await logIn({ user: 'Bob' }))
  assert.equal(await page(`__Host-session=planted; ${cookie}`), 'Bob')
})
