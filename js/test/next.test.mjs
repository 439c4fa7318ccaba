// Next.js itself: built, started, and visited. A route handler, a server component, a server action, middleware.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Codec, KeyRing, SessionCookie } from '@hardtack/session'

const SESSION_KEYS = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const codec = Codec.signed({ purpose: 'shop/test/session', keys: KeyRing.fromBase64List(SESSION_KEYS), maxAge: 7200 })
const sessions = new SessionCookie({ codec, name: 'session', secure: false })

const cwd = fileURLToPath(new URL('next', import.meta.url))
const next = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url))
const env = { ...process.env, SESSION_KEYS, NEXT_TELEMETRY_DISABLED: '1' }

let server
let base
before(async () => {
  await promisify(execFile)(process.execPath, [next, 'build'], { cwd, env })
  server = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', '127.0.0.1'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: server.stdout })) {
    base = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]
    if (base) break
  }
})
after(async () => {
  server?.kill()
  if (server?.exitCode === null) await once(server, 'exit')
})

const visit = (path, cookie = '', init = {}) => fetch(base + path, { redirect: 'manual', headers: { cookie }, ...init })
const sent = (response) => response.headers.getSetCookie().map((line) => line.split(';')[0])
const page = async (cookie) => (await (await visit('/', cookie)).text()).match(/user: (?:<!-- -->)?(\w+)/)[1]

test('a route handler logs in and out, and a server component reads', async () => {
  assert.equal(await page(), 'nobody')
  const login = await visit('/login/Ada')
  assert.deepEqual([login.status, login.headers.get('cache-control')], [303, 'private'])
  const [cookie] = sent(login)
  assert.equal(await page(cookie), 'Ada')
  assert.deepEqual(sent(await visit('/logout', cookie)), ['session='])
})

test('middleware guards a path, and renews what is due', async () => {
  assert.equal((await visit('/guarded')).status, 307)
  const fresh = `session=${sessions.codec.begin({ user: 'Ada' })}`
  const guarded = await visit('/guarded', fresh)
  assert.deepEqual([await guarded.text(), sent(guarded)], ['for members', []])
  const old = `session=${sessions.codec.begin({ user: 'Ada' }, { now: Date.now() / 1000 - 4000 })}`
  const renewed = sent(await visit('/renewed', old))
  assert.equal(renewed.length, 1)
  assert.equal(sessions.read(renewed[0]).data.user, 'Ada')
})

test('a server action writes', async () => {
  const form = new FormData()
  for (const [, name] of (await (await visit('/action')).text()).matchAll(/name="(\$ACTION_[^"]*)"/g)) form.set(name, '')
  form.set('name', 'Grace')
  const [cookie] = sent(await visit('/action', '', { method: 'POST', body: form, headers: { origin: base } }))
  assert.equal(await page(cookie), 'Grace')
})
