// For Deno and Bun, which read files as Node does.

import { readFileSync } from 'node:fs'
import { report } from './everywhere.mjs'

console.log(report(JSON.parse(readFileSync(process.argv[2], 'utf8'))))
