// Packs the package as npm would publish it, and checks it with publint and Are the types wrong.

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const run = (command, args, stdio = 'inherit') => execFileSync(command, args, { stdio, encoding: 'utf8' })

const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], 'pipe'))
try {
  for (const name of ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE', 'dist/index.js', 'dist/index.d.ts']) {
    if (!files.some(({ path }) => path === name)) throw new Error(`${name} is not in the package`)
  }
  const others = files.filter(({ path }) => !/^(dist\/.*\.(js|d\.ts)|README\.md|LICENSE-\w+|package\.json)$/.test(path))
  if (others.length > 0) throw new Error(`in the package by accident: ${others.map(({ path }) => path)}`)
  console.log(`${filename}: ${files.length} files`)
  run('node_modules/.bin/publint', ['--strict', filename])
  run('node_modules/.bin/attw', [filename, '--profile', 'esm-only', '--quiet'])
} finally {
  rmSync(filename)
}
