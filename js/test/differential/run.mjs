// Compares JavaScript and Rust on the same input: node test/differential/run.mjs DRIVER [COUNT [SEED]]
//
// COUNT questions about tokens, and half as many requests with a session cookie.

import { inspect as show } from 'node:util'
import { same } from '../support/same.mjs'
import { Driver } from './driver.mjs'
import { Random } from './random.mjs'
import { compareShapes } from './shapes.mjs'
import * as requests from './requests.mjs'
import * as tokens from './tokens.mjs'

const STEPS = 20
const REQUESTS = 10
const BATCH = 50
const MOST_FAILURES = 3

const [program, count = '100000', seed = '1'] = process.argv.slice(2)
const driver = new Driver(program)
const outcomes = {}
let compared = 0
let failed = 0

function note(outcome, found, about) {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  compared += 1
  if (found === undefined) return
  failed += 1
  console.error(show({ ...about, ...found }, { depth: 9 }))
}

async function compare(until, make, check) {
  for (let number = Number(seed); compared < until && failed < MOST_FAILURES; number += BATCH) {
    const asked = Array.from({ length: BATCH }, (_, at) => make(new Random(number + at)))
    const answers = await driver.ask(asked.map(({ question }) => question))
    for (const [at, one] of asked.entries()) check(one, answers[at], number + at)
  }
}

await compare(Number(count), (random) => tokens.question(random, STEPS), ({ question, codec }, answers, number) => {
  for (const [index, step] of question.token.steps.entries()) {
    const theirs = answers[index]
    const about = { seed: number, codec: question.token.codec, step }
    note(`${step.op}: ${theirs.error ?? theirs.decode ?? 'ok'}`, tokens.disagreement(codec, step, theirs), about)
  }
})

await compare(compared + Number(count) / 2, (random) => requests.question(random, REQUESTS), ({ question: { web } }, theirs, number) => {
  const ours = requests.answers(web)
  if (theirs.error !== undefined || ours.error !== undefined) {
    return note(`cookie: ${theirs.error ?? 'ok'}`, same(ours, theirs) ? undefined : { ours, theirs }, { seed: number, cookie: web.cookie })
  }
  for (const [index, request] of web.requests.entries()) {
    const isSame = same(ours[index], theirs[index])
    const { response, rejected } = theirs[index]
    note(`request, ${rejected ?? 'accepted'}: ${response.error ?? response.action}`, isSame ? undefined : { ours: ours[index], theirs: theirs[index] }, { seed: number, index, request, web: { ...web, requests: undefined } })
    if (!isSame) return
  }
})

await compareShapes(driver, note)

driver.stop()
console.log(Object.entries(outcomes).sort().map(([outcome, times]) => `${outcome.padEnd(40)} ${times}`).join('\n'))
console.log(`${compared - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
