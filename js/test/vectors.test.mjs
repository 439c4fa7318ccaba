import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkVectors } from './support/vectors.mjs'

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/vectors-v1.json', import.meta.url), 'utf8'))
const { cases, renewals, again } = checkVectors(vectors)

test(`${vectors.cases.length} cases decode to what they expect`, () => {
  assert.deepEqual(cases.failures, [])
  assert.equal(cases.passed, vectors.cases.length)
})

test(`${vectors.renewals.length} renewals give the same token or error`, () => {
  assert.deepEqual(renewals.failures, [])
  assert.equal(renewals.passed, vectors.renewals.length)
})

test('what decodes encodes to the same token again', () => {
  assert.deepEqual(again.failures, [])
  assert.ok(again.passed > 100)
})
