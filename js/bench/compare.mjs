// Size, cold start, encode and decode, beside iron-session and jose, in one process: npm run bench
//
// The data and the age are the same for all. iron-session and jose are asynchronous, so their promises are counted.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundled } from '../scripts/size.mjs'

const DATA = {
  user_id: 8123456789,
  name: 'Ada Lovelace',
  roles: ['admin', 'editor'],
  theme: 'dark',
  cart: [101, 2020, 30303],
  logged_in: true,
  last_seen: 1790000000,
}
const ROUNDS = 9
const ROUND_MS = 60
const COLD_STARTS = 15
const secret = crypto.getRandomValues(new Uint8Array(32))
const base64 = Buffer.from(secret).toString('base64')

const ours = (entry, mode) => ({
  source: `export { Codec, KeyRing } from './dist/${entry}.js'`,
  start: ({ Codec, KeyRing }) => {
    const codec = Codec[mode]({ purpose: 'shop/production/session', keys: KeyRing.fromBase64List(base64), maxAge: 7200 })
    return { encode: () => codec.begin(DATA), decode: (token) => codec.decode(token).data }
  },
})

const ROWS = {
  '@hardtack/session, signed': ours('signed', 'signed'),
  '@hardtack/session, encrypted': ours('index', 'encrypted'),
  'jose, signed (HS256)': {
    source: "export { SignJWT, jwtVerify } from 'jose'",
    start: ({ SignJWT, jwtVerify }) => ({
      encode: () => new SignJWT(DATA).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('2h').sign(secret),
      decode: async (token) => (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload,
    }),
  },
  'jose, encrypted (dir, A256GCM)': {
    source: "export { EncryptJWT, jwtDecrypt } from 'jose'",
    start: ({ EncryptJWT, jwtDecrypt }) => ({
      encode: () => new EncryptJWT(DATA).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setIssuedAt().setExpirationTime('2h').encrypt(secret),
      decode: async (token) => (await jwtDecrypt(token, secret)).payload,
    }),
  },
  'iron-session, encrypted': {
    source: "export { sealData, unsealData } from 'iron-session'",
    start: ({ sealData, unsealData }) => ({
      encode: () => sealData(DATA, { password: base64, ttl: 7200 }),
      decode: (token) => unsealData(token, { password: base64, ttl: 7200 }),
    }),
  },
}

const folder = mkdtempSync(join(tmpdir(), 'hardtack-bench-'))
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

/** Returns the cold start in milliseconds: loading the bundle, deriving keys, and one encode and decode. */
async function coldStart(text, start, name) {
  const times = []
  for (let n = 0; n < COLD_STARTS; n += 1) {
    const file = join(folder, `${name.replace(/\W+/g, '-')}-${n}.mjs`)
    writeFileSync(file, text)
    const began = performance.now()
    const { encode, decode } = start(await import(file))
    await decode(await encode())
    times.push(performance.now() - began)
  }
  return median(times)
}

/** Returns microseconds per call. */
async function timeOf(call) {
  let calls = 0
  const began = performance.now()
  while (performance.now() - began < ROUND_MS) {
    for (let n = 0; n < 20; n += 1) await call()
    calls += 20
  }
  return ((performance.now() - began) * 1000) / calls
}

function timeOfSync(call) {
  let calls = 0
  const began = performance.now()
  while (performance.now() - began < ROUND_MS) {
    for (let n = 0; n < 20; n += 1) call()
    calls += 20
  }
  return ((performance.now() - began) * 1000) / calls
}

const subjects = []
for (const [name, { source, start }] of Object.entries(ROWS)) {
  const text = await bundled(source)
  const cold = await coldStart(text, start, name)
  const file = join(folder, `${subjects.length}.mjs`)
  writeFileSync(file, text)
  const { encode, decode } = start(await import(file))
  const token = await encode()
  const isAsync = encode() instanceof Promise
  const time = isAsync ? timeOf : timeOfSync
  subjects.push({ name, bytes: gzipSync(text, { level: 9 }).length, cold, token, encode, decode: () => decode(token), time, encodes: [], decodes: [] })
}

// Measured in turns, so that other load on the machine affects all of them alike.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const subject of subjects) {
    subject.encodes.push(await subject.time(subject.encode))
    subject.decodes.push(await subject.time(subject.decode))
  }
}
rmSync(folder, { recursive: true })

const version = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version
console.log(`Node ${process.versions.node}, iron-session ${version('iron-session')}, jose ${version('jose')}; median of ${ROUNDS} rounds\n`)
console.log('| | gzip | token | cold start | encode | decode |')
console.log('|---|---|---|---|---|---|')
for (const { name, bytes, token, cold, encodes, decodes } of subjects) {
  const cells = [name, `${bytes} B`, `${token.length}`, `${cold.toFixed(1)} ms`, `${median(encodes).toFixed(1)} µs`, `${median(decodes).toFixed(1)} µs`]
  console.log(`| ${cells.join(' | ')} |`)
}
