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

const run = (file, args) => promisify(execFile)(file, args, { maxBuffer: 1 << 26, timeout: 60_000 })
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const bin = (name) => path(`../node_modules/.bin/${name}`)
// The packages' own commands start these by a script of theirs: bun's wants its install script, workerd's outlives `kill`.
const bun = path(`../node_modules/@oven/bun-linux-${process.arch === 'arm64' ? 'aarch64' : 'x64'}/bin/bun`)
const vectorsFile = path('../../tests/vectors/vectors-v1.json')
const vectors = readFileSync(vectorsFile, 'utf8')
const { cases, renewals } = JSON.parse(vectors)

before(() =>
  build({
    entryPoints: [path('runtimes/worker.mjs'), path('runtimes/page.mjs')],
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

test('workerd', async () => {
  const child = spawn(workerd.default, ['serve', path('runtimes/workerd.capnp'), '--control-fd=1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const response = await fetch(`http://127.0.0.1:${JSON.parse(line).port}/`, { method: 'POST', body: vectors })
    check('workerd', await response.text())
  } finally {
    child.kill()
    await once(child, 'exit')
  }
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
