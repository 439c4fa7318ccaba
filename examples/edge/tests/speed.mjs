// How long decoding the standard session takes in Node and workerd, against native code in the
// same run. Fails where wasm takes longer than LIMIT times the native time: what the wrapper and
// the sandbox are known to cost, and room for a busy machine.

import { execFileSync } from 'node:child_process'
import { configuration, native, vectors, wasm } from './artefacts.mjs'
import { serveWorker } from './process.mjs'
import { codecOf } from './vectors.mjs'

const LIMIT = 40
const ROUNDS = 7
const DECODES = 4000
const rows = [
  ['hardtack', 'signed', 'signed_plain'],
  ['hardtack-encrypt', 'encrypted', 'encrypted_plain'],
  ['hardtack-simd', 'simd', 'signed_plain'],
  ['hardtack-simd', 'simd', 'encrypted_plain'],
]
const vectorOf = (name) => vectors.cases.find((vector) => vector.name === name)

function nativeTimes() {
  const input = JSON.stringify(vectors)
  const lines = execFileSync(native, ['time'], { input, encoding: 'utf8' }).trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split(' ')))
}

/** The least of some rounds, in nanoseconds a decode. */
async function least(round) {
  await round(DECODES)
  let best = Infinity
  for (let done = 0; done < ROUNDS; done += 1) {
    const started = performance.now()
    await round(DECODES)
    best = Math.min(best, performance.now() - started)
  }
  return Math.round((best * 1e6) / DECODES)
}

function inNode(file, name) {
  const vector = vectorOf(name)
  const codec = codecOf(wasm(file), vector)
  return least((count) => {
    for (let done = 0; done < count; done += 1) codec.decode(vector.token, vector.now)
  })
}

/** In workerd the clock stands still within a request: it is measured from outside. */
function inWorkerd(url, module, name) {
  const question = (count) => ({ method: 'POST', body: JSON.stringify({ module, vector: vectorOf(name), count }) })
  return least(async (count) => (await fetch(`${url}/loop`, question(count))).text())
}

const times = nativeTimes()
const { url, stop } = await serveWorker(configuration('tester.capnp'))
const ratios = []
console.log('decode, ns'.padEnd(36), 'native    Node        workerd')
for (const [file, module, name] of rows) {
  const cells = [await inNode(file, name), await inWorkerd(url, module, name)].map((time) => {
    ratios.push(time / times[name])
    return `${String(time).padStart(6)} ×${(time / times[name]).toFixed(1).padEnd(4)}`
  })
  console.log(`${file}: ${name}`.padEnd(36), times[name].padStart(6), ...cells)
}
await stop()
if (!ratios.every((ratio) => ratio < LIMIT)) {
  console.error(`wasm takes more than ${LIMIT} times what native code takes`)
  process.exitCode = 1
}
