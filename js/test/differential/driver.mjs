// The Rust side: a process that reads questions and writes results, each a line of JSON.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export class Driver {
  #child
  #lines

  constructor(program) {
    this.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** Returns the results, in order. */
  async ask(questions) {
    this.#child.stdin.write(`${questions.map((question) => JSON.stringify(question)).join('\n')}\n`)
    const answers = []
    for (const question of questions) {
      const { value, done } = await this.#lines.next()
      if (done) throw new Error(`the driver ended at ${JSON.stringify(question)}`)
      answers.push(JSON.parse(value))
    }
    return answers
  }

  stop() {
    this.#child.stdin.end()
  }
}
