// Runs a test for wasm32-unknown-unknown, as cargo's runner: run.mjs MODULE.wasm
//
// The module imports nothing, so it can print nothing: a test that fails is a trap, in place of main's return.

import { readFileSync } from 'node:fs'

const module = new WebAssembly.Module(readFileSync(process.argv[2]))
const imports = WebAssembly.Module.imports(module)
if (imports.length > 0) throw new Error(`imports ${imports.map(({ module, name }) => `${module}.${name}`)}`)
const { exports } = new WebAssembly.Instance(module, {})
const status = exports.main(0, 0)
if (status !== 0) throw new Error(`main returned ${status}`)
console.log('no import, and every test passed')
