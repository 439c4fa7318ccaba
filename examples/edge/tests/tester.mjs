// A worker that tests hardtack where it runs: in workerd.

import { memoryBytes } from './instances.mjs'
import signed from './hardtack.wasm'
import encrypted from './hardtack-encrypt.wasm'
import simd from './hardtack-simd.wasm'
import { checkVectors, codecOf } from './vectors.mjs'

const modules = { signed, encrypted, simd }
const kept = new Map()

const routes = {
  '/vectors': ({ vectors }) => checkVectors(encrypted, vectors),
  '/answers': ({ vector, tokens }) => {
    const codec = codecOf(signed, vector)
    tokens.forEach((token) => codec.decode(token, vector.now)) // warm-up
    const before = memoryBytes()
    const answers = tokens.map((token) => codec.decode(token, vector.now).error ?? 'ok')
    return { answers, grown: memoryBytes() - before }
  },
  // The clock stands still within a request: whoever asks measures.
  '/loop': ({ module, vector, count }) => {
    const id = `${module} ${vector.name}`
    if (!kept.has(id)) kept.set(id, codecOf(modules[module], vector))
    const codec = kept.get(id)
    for (let done = 0; done < count; done += 1) codec.decode(vector.token, vector.now)
    return codec.decode(vector.token, vector.now)
  },
}

export default {
  async fetch(request) {
    const answer = routes[new URL(request.url).pathname](await request.json())
    return new Response(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
  },
}
