// Compiles src/*.ts to dist/*.js and dist/*.d.ts, and copies the licences into the package.

import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' })
for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(`../${licence}`, licence)
