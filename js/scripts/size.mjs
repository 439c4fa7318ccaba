// Compares what the package adds to a program's bundle, minified by esbuild and gzipped, with a budget.

import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const ROWS = [
  ['signed codec', 'export { Codec, KeyRing } from "./dist/signed.js"', 9_900],
  ['encrypted codec', 'export { Codec, KeyRing } from "./dist/index.js"', 14_100],
  ['signed codec and session cookie', 'export { Codec, KeyRing, SessionCookie } from "./dist/signed.js"', 13_600],
  ['encrypted codec and session cookie', 'export { Codec, KeyRing, SessionCookie } from "./dist/index.js"', 17_900],
]

export async function bundled(contents) {
  const stdin = { contents, resolveDir: root }
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', target: 'es2022', write: false, legalComments: 'none', platform: 'browser' })
  return outputFiles[0].text
}

if (import.meta.filename === process.argv[1]) {
  let isOver = false
  for (const [name, contents, budget] of ROWS) {
    const text = await bundled(contents)
    const size = gzipSync(text, { level: 9 }).length
    isOver ||= size > budget
    console.log(`${name.padEnd(34)} ${String(text.length).padStart(6)} bytes, gzip ${String(size).padStart(6)} of ${budget}`)
  }
  if (isOver) {
    console.error('a bundle is over its budget')
    process.exitCode = 1
  }
}
