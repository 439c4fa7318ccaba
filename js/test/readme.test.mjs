// Tests the README's programs: every import exists, and those that can run do what the README says.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const blocksOf = (page) => {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8')
  return [...text.matchAll(/^```(js|ts)\n(.*?)^```$/gms)].map(([, loader, contents]) => ({ loader, contents }))
}
const blocks = blocksOf('../README.md')
process.env.SESSION_KEYS = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

async function load({ loader, contents }) {
  const stdin = { contents, loader, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }
  const { outputFiles, warnings } = await build({ stdin, bundle: true, format: 'esm', platform: 'neutral', write: false, logLevel: 'silent' })
  assert.deepEqual(warnings, [])
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
}

const cookieOf = (response) => response.headers.getSetCookie()[0].split(';')[0]

test('every program of the README loads', async () => {
  assert.equal(blocks.length, 5)
  for (const block of blocks) await load(block)
})

test('the Worker logs in, remembers and logs out', async () => {
  const { default: worker } = await load(blocks[0])
  const visit = (path, init) => worker.fetch(new Request(`https://shop.test${path}`, init), process.env)
  const login = await visit('/login', { method: 'POST', body: new URLSearchParams({ name: 'Ada', remember: 'on' }) })
  assert.match(login.headers.getSetCookie()[0], /Max-Age=2592000$/)
  const headers = { cookie: cookieOf(login) }
  assert.equal(await (await visit('/', { headers })).text(), 'Hello, Ada\n')
  assert.equal(cookieOf(await visit('/logout', { method: 'POST', headers })), '__Host-session=')
})

test('a hook reads and commits', async () => {
  const { handle } = await load(blocks[1])
  const event = { request: new Request('https://shop.test/'), locals: {} }
  const response = await handle({ event, resolve: ({ locals }) => { locals.session.data.user = 7; return new Response('x') } })
  assert.match(cookieOf(response), /^__Host-session=./)
})

test('a typed session starts empty', async () => {
  const { sessions } = await load(blocks[2])
  assert.deepEqual(sessions.read(null).data, { user: null, cart: [] })
})

test('a session that logs out is on the list, and accepted no more', async () => {
  const { site } = await load(blocks[3])
  const { SessionCookie, Codec, KeyRing } = await import('../dist/index.js')
  const list = new Map()
  const REVOKED = { get: async (id) => list.get(id) ?? null, put: async (id, value, options) => list.set(id, options) }
  const codec = Codec.signed({ purpose: 'shop/production/session', keys: KeyRing.fromBase64List(process.env.SESSION_KEYS), maxAge: 7200 })
  const sessions = new SessionCookie({ codec, isRevoked: (id) => list.has(id) })
  const cookie = `__Host-session=${sessions.codec.begin({ user: 7 }, { id: '0a'.repeat(16) })}`
  await site({ SESSION_KEYS: process.env.SESSION_KEYS, REVOKED })(new Request('https://shop.test/', { headers: { cookie } }))
  assert.deepEqual([...list], [['0a'.repeat(16), { expirationTtl: 7260 }]])
  assert.equal(sessions.read(cookie).rejected, 'revoked_id')
})

test('the guard of docs/edge.md passes a visitor on, and sends others to log in', async (t) => {
  const [guard] = blocksOf('../../docs/edge.md')
  const { default: worker } = await load(guard)
  const { SessionCookie, Codec, KeyRing } = await import('../dist/index.js')
  const keys = KeyRing.fromBase64List(process.env.SESSION_KEYS)
  const sessions = new SessionCookie({ codec: Codec.signed({ purpose: 'shop/production/session', keys, maxAge: 7200 }) })
  t.mock.method(globalThis, 'fetch', async () => new Response('origin'))
  const visit = (cookie) => worker.fetch(new Request('https://shop.test/', { headers: { cookie } }), process.env)
  assert.equal((await visit('')).status, 303)
  const own = `__Host-session=${sessions.codec.begin({ user: 7 })}`
  assert.equal(await (await visit(`__Host-session=planted; ${own}`)).text(), 'origin')
})
