// JavaScript and Rust, asked the same: node test/differential/run.mjs DRIVER [COUNT [SEED]]

import { inspect as show } from 'node:util'
import { Driver } from './driver.mjs'
import { Random } from './random.mjs'
import * as tokens from './tokens.mjs'

const STEPS = 20
const BATCH = 50

const [program, count = '100000', seed = '1'] = process.argv.slice(2)
const driver = new Driver(program)
const outcomes = {}
let compared = 0
let failed = 0

for (let number = Number(seed); compared < Number(count) && failed < 5; number += BATCH) {
  const asked = Array.from({ length: BATCH }, (_, at) => tokens.question(new Random(number + at), STEPS))
  const answers = await driver.ask(asked.map(({ question }) => question))
  for (const [at, { question, codec }] of asked.entries()) {
    for (const [index, step] of question.token.steps.entries()) {
      const theirs = answers[at][index]
      const outcome = `${step.op}: ${theirs.error ?? theirs.decode ?? 'ok'}`
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      compared += 1
      const found = tokens.disagreement(codec, step, theirs)
      if (found === undefined) continue
      failed += 1
      console.error(`seed ${number + at}, step ${index}:`, show({ codec: question.token.codec, step, ...found }, { depth: 9 }))
    }
  }
}
driver.stop()
console.log(Object.entries(outcomes).sort().map(([outcome, times]) => `${outcome.padEnd(30)} ${times}`).join('\n'))
console.log(`${compared - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
