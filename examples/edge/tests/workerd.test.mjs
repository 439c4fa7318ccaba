// The module and the guarding Worker in Cloudflare's own runtime.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { configuration, native, vectors, wasm } from './artefacts.mjs'
import { hostileTokens } from './hostile.mjs'
import { serveNative, serveWorker } from './process.mjs'
import { Codec } from '../hardtack.mjs'

const HARDTACK_KEYS = randomBytes(32).toString('base64')
const NOW = Math.floor(Date.now() / 1000)
const SITE = { purpose: 'hardtack/example/session', keys: HARDTACK_KEYS, maxAge: 7200, maxRequestedAge: 30 * 86_400 }
const site = Codec.signed(wasm('hardtack'), SITE)
const [vector] = vectors.cases

let tester
let worker
let server

before(async () => {
  tester = await serveWorker(configuration('tester.capnp'))
  worker = await serveWorker(configuration('../config.capnp'), { HARDTACK_KEYS })
  server = await serveNative({ HARDTACK_KEYS })
})

after(() => Promise.all([tester, worker, server].map((running) => running?.stop())))

async function ask(path, question) {
  const response = await fetch(tester.url + path, { method: 'POST', body: JSON.stringify(question) })
  assert.equal(response.status, 200)
  return response.json()
}

const page = (base, cookie) => fetch(`${base}/`, { redirect: 'manual', headers: { cookie } })
const bodyOf = async (response) => [response.status, await response.text()]

async function logIn(base, form) {
  const response = await fetch(`${base}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })
  assert.equal(response.status, 303)
  const [cookie] = response.headers.getSetCookie()
  return { cookie, value: cookie.split(';')[0] }
}

test('workerd: every vector', async () => {
  const { cases, renewals } = await ask('/vectors', { vectors })
  assert.deepEqual([...cases.failures, ...renewals.failures], [])
  console.log(`workerd: ${cases.passed} cases, ${renewals.passed} renewals`)
})

test('workerd: 10 000 hostile cookies: the native answers, and no more memory', async () => {
  const tokens = hostileTokens(vector.token)
  const { answers, grown } = await ask('/answers', { vector, tokens })
  const ofNative = execFileSync(native, ['answers'], { input: tokens.join('\n'), encoding: 'utf8' }).trimEnd().split('\n')
  assert.deepEqual(answers, ofNative)
  assert.equal(grown, 0)
})

test('the Worker: nobody is sent to log in, who logged in is told who it is', async () => {
  const anybody = await page(worker.url, '')
  assert.deepEqual([anybody.status, anybody.headers.get('location')], [303, '/login'])
  const { cookie, value } = await logIn(worker.url, { name: 'Ada' })
  assert.match(cookie, /^session=[\w-]+; HttpOnly; SameSite=Lax; Path=\/$/)
  assert.deepEqual(await bodyOf(await page(worker.url, value)), [200, 'Hello, Ada\n'])
})

test('the Worker: a fresh session is not sent again, an older one is renewed', async () => {
  const token = (age) => site.begin({ name: 'Ada', theme: 'dark' }, NOW - age, { expiry: { after: 600 } })
  const fresh = await page(worker.url, `session=${token(0)}`)
  assert.deepEqual([fresh.status, fresh.headers.getSetCookie()], [200, []])
  const older = await page(worker.url, `other=1; session=${token(400)}`)
  const [, renewed] = older.headers.getSetCookie()[0].match(/^session=([\w-]+); HttpOnly; SameSite=Lax; Path=\/; Max-Age=600$/)
  const { data, startedAt, issuedAt } = site.decode(renewed, NOW)
  assert.deepEqual([data, startedAt], [{ name: 'Ada', theme: 'dark' }, NOW - 400])
  assert.ok(issuedAt >= NOW)
  const expired = await page(worker.url, `session=${token(600)}`)
  assert.equal(expired.status, 303)
})

test('the Worker: bad cookies, odd ones, several', async () => {
  const [one, two] = ['Ada', 'Eve'].map((name) => `session=${site.begin({ name }, NOW)}`)
  const status = async (cookie) => (await page(worker.url, cookie)).status
  assert.equal(await status(`session=rubbish; ${one}`), 200, 'a stale twin locks nobody out')
  assert.equal(await status(`${one}; ${one}`), 200)
  assert.equal(await status(`${one}; ${two}`), 303, 'somebody planted one')
  assert.equal(await status(one.replace('session', 'Session')), 303)
  assert.equal(await status(`session=${'A'.repeat(5000)}`), 303)
  assert.equal(await status(`session=${site.begin({ theme: 'dark' }, NOW)}`), 303, 'nobody by name')
})

test('the Worker: forms from other sites, names that are none', async () => {
  const post = (headers, form) => fetch(`${worker.url}/login`, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(form) })
  assert.equal((await post({ origin: 'https://elsewhere.test' }, { name: 'Eve' })).status, 403)
  assert.equal((await post({ origin: worker.url }, { name: 'Ada' })).status, 303)
  for (const name of ['', ' ', 'x'.repeat(65), 'a\nb']) assert.equal((await post({}, { name })).status, 422)
  assert.match(await (await fetch(`${worker.url}/login`)).text(), /<form method="post">/)
})

test('who logged in at the native server is known to the Worker, and the other way round', async () => {
  for (const form of [{ name: 'Ada' }, { name: 'Grace', remember: 'on' }]) {
    const there = await logIn(server.url, form)
    assert.deepEqual(await bodyOf(await page(worker.url, there.value)), [200, `Hello, ${form.name}\n`])
    const here = await logIn(worker.url, form)
    const me = await fetch(`${server.url}/api/me`, { headers: { cookie: here.value } })
    assert.equal(me.status, 200)
    assert.equal((await me.json()).name, form.name)
    assert.equal(here.cookie.includes('Max-Age=2592000'), 'remember' in form)
    assert.equal(there.cookie.includes('Max-Age=2592000'), 'remember' in form)
  }
})
