// The vectors and hostile tokens in Deno, Bun, workerd and Chromium.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import workerd from 'workerd'
import { Codec, KeyRing, SessionCookie } from '@hardtack/session'

const run = (file, args) => promisify(execFile)(file, args, { maxBuffer: 1 << 26, timeout: 60_000 })
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const bin = (name) => path(`../node_modules/.bin/${name}`)
// Starts the binaries directly. The wrapper of bun needs its install script, and that of workerd survives `kill`.
const bun = path(`../node_modules/@oven/bun-linux-${process.arch === 'arm64' ? 'aarch64' : 'x64'}/bin/bun`)
const vectorsFile = path('../../tests/vectors/vectors-v1.json')
const vectors = readFileSync(vectorsFile, 'utf8')
const { cases, renewals } = JSON.parse(vectors)

before(() =>
  build({
    entryPoints: { worker: path('runtimes/worker.mjs'), page: path('runtimes/page.mjs'), example: path('../examples/worker.mjs') },
    outdir: path('../dist-test'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
  }),
)

function check(runtime, text) {
  const { passed, failures } = JSON.parse(text)
  assert.deepEqual(failures, [])
  assert.deepEqual([passed.cases, passed.renewals], [cases.length, renewals.length])
  console.log(`${runtime}: ${passed.cases} cases, ${passed.renewals} renewals, ${passed.again} encoded again, ${passed.hostile} hostile tokens`)
}

test('Deno', async () => {
  const { stdout } = await run(bin('deno'), ['run', '--no-remote', '--node-modules-dir=manual', '--allow-read', path('runtimes/print.mjs'), vectorsFile])
  check('Deno', stdout)
})

test('Bun', async () => {
  const { stdout } = await run(bun, [path('runtimes/print.mjs'), vectorsFile])
  check('Bun', stdout)
})

/** workerd reports its port on the control descriptor. */
async function inWorkerd(config, env, use) {
  const args = ['serve', path(`runtimes/${config}.capnp`), '--control-fd=1']
  const child = spawn(workerd.default, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    await use(`http://127.0.0.1:${JSON.parse(line).port}`)
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

test('workerd', () =>
  inWorkerd('workerd', {}, async (url) => {
    const response = await fetch(url, { method: 'POST', body: vectors })
    check('workerd', await response.text())
  }))

test('the example Worker logs in, remembers, renews and logs out, in workerd', () => {
  const SESSION_KEYS = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
  const codec = Codec.encrypted({ purpose: 'shop/production/session', keys: KeyRing.fromBase64List(SESSION_KEYS), maxAge: 7200, maxRequestedAge: 30 * 86_400 })
  const sessions = new SessionCookie({ codec })
  return inWorkerd('example', { SESSION_KEYS }, async (url) => {
    const page = async (cookie) => (await fetch(url, { headers: { cookie } })).text()
    const post = (path, cookie, form = {}, origin = url) =>
      fetch(url + path, { method: 'POST', redirect: 'manual', headers: { cookie, origin }, body: new URLSearchParams(form) })
    const sent = (response) => response.headers.getSetCookie()[0]
    assert.equal(await page(''), 'Please log in\n')
    const login = sent(await post('/login', '', { name: 'Ada' }))
    assert.match(login, /Max-Age=7200$/)
    const cookie = login.split(';')[0]
    assert.equal(await page(cookie), 'Hello, Ada\n')
    const remembered = sent(await post('/login', cookie, { name: 'Bob', remember: 'on' }))
    assert.match(remembered, /Max-Age=2592000$/)
    assert.equal(await page(remembered.split(';')[0]), 'Hello, Bob\n')
    assert.match(sent(await post('/logout', cookie)), /^__Host-session=; .*Max-Age=0/)
    assert.equal((await post('/login', '', { name: 'Eve' }, 'https://elsewhere.test')).status, 403)
    const old = `__Host-session=${sessions.codec.begin({ name: 'Grace' }, { now: Date.now() / 1000 - 4000 })}`
    const renewed = await fetch(url, { headers: { cookie: old } })
    assert.equal(await renewed.text(), 'Hello, Grace\n')
    assert.equal(sessions.read(sent(renewed)).data.name, 'Grace')
  })
})

test('Chromium', async () => {
  const script = readFileSync(path('../dist-test/page.mjs'))
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.mjs'
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.mjs"></script>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-dev-shm-usage']
    const { stdout } = await run('chromium', [...flags, '--dump-dom', `http://127.0.0.1:${server.address().port}/`])
    check('Chromium', stdout.match(/<title>(.*)<\/title>/)?.[1] ?? stdout)
  } finally {
    server.close()
  }
})
