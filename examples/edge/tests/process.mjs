// Servers on free ports of 127.0.0.1, each stopped by its own process.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { server, workerd } from './artefacts.mjs'

/** workerd says on its control descriptor where it listens. */
export function serveWorker(config, env = {}) {
  const args = ['serve', config, '--socket-addr', 'http=127.0.0.1:0', '--control-fd=1']
  return serve(workerd, args, env, (line) => `http://127.0.0.1:${JSON.parse(line).port}`)
}

/** The example server says it on its first line. */
export function serveNative(env) {
  return serve(server, [], { ...env, PORT: '0' }, (line) => line)
}

async function serve(program, args, env, urlOf) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([new Promise((resolve) => lines.once('line', resolve)), ended])
  if (typeof first !== 'string') throw new Error(`${program} ended with ${first}`)
  const stop = () => (child.kill(), ended)
  return { url: urlOf(first), stop }
}
