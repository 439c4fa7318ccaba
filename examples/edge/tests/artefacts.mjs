// What scripts/edge built, and the vectors.

import { readFileSync } from 'node:fs'

const here = (path) => new URL(path, import.meta.url)

export const vectors = JSON.parse(readFileSync(here('../../../tests/vectors/vectors-v1.json'), 'utf8'))
export const wasm = (name) => new WebAssembly.Module(readFileSync(here(`../${name}.wasm`)))
export const workerd = here('../node_modules/@cloudflare/workerd-linux-64/bin/workerd').pathname
export const configuration = (path) => here(path).pathname
export const root = here('../../..').pathname
export const native = process.env.EDGE_NATIVE
export const server = process.env.EDGE_SERVER
