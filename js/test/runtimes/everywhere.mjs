// The tests that run in every runtime: all vectors, and hostile tokens.

import { checkVectors, codecOf } from '../support/vectors.mjs'
import { hostileTokens } from '../support/hostile.mjs'

const HOSTILE = 10_000

/** Returns the passed and failed tests as JSON. */
export function report(vectors) {
  const checked = checkVectors(vectors)
  const [vector] = vectors.cases
  const codec = codecOf(vector)
  const accepted = []
  for (const token of hostileTokens(vector.token, HOSTILE)) {
    if (codec.decode(token, { now: vector.now }).ok) accepted.push(token)
  }
  const failures = [...checked.cases.failures, ...checked.renewals.failures, ...checked.again.failures, ...accepted]
  const count = ({ passed }) => passed
  const passed = { cases: count(checked.cases), renewals: count(checked.renewals), again: count(checked.again), hostile: HOSTILE }
  return JSON.stringify({ passed, failures }, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
}
