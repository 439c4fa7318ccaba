// Random choices, the same ones for the same seed.

import { generator } from '../support/hostile.mjs'

export class Random {
  #below

  constructor(seed) {
    this.#below = generator((seed * 2654435761) >>> 0 || 1)
    for (let warm = 0; warm < 8; warm += 1) this.#below(2)
  }

  below(limit) {
    return this.#below(limit)
  }

  between(least, most) {
    return least + this.#below(most - least + 1)
  }

  chance(oneIn) {
    return this.#below(oneIn) === 0
  }

  pick(list) {
    return list[this.#below(list.length)]
  }

  bytes(length) {
    return Uint8Array.from({ length }, () => this.#below(256))
  }

  list(most, make) {
    return Array.from({ length: this.#below(most + 1) }, () => make())
  }
}

const TEXTS = ['', 'a', 'user', 'Ada Lovelace', 'x'.repeat(31), 'x'.repeat(32), 'ÿ'.repeat(20), '\u{1f9c2}', 'приватный', '\0', '"', '__proto__', '10', 'y'.repeat(300)]
const NUMBERS = [0, 1, -1, 127, 128, -32, -33, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 31) - 1, 2 ** 53 - 1, 1 - 2 ** 53, 0.5, -0, NaN, Infinity, 1e300, 2 ** 53]
const BIGINTS = [2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n), 2n ** 63n]

/** A value that a session may hold. */
export function value(random, depth = 3) {
  const kinds = [
    () => random.pick(TEXTS),
    () => random.pick(NUMBERS),
    () => random.between(-40, 300),
    () => random.pick(BIGINTS),
    () => random.pick([null, true, false]),
    () => random.bytes(random.pick([0, 1, 5, 32, 300])),
  ]
  const nested = [
    () => random.list(4, () => value(random, depth - 1)),
    () => object(random, depth - 1),
    () => new Map(random.list(3, () => [random.pick([1, 2, null, true, 'a', -5, 2n ** 60n]), value(random, depth - 1)])),
  ]
  return random.pick(depth > 0 ? [...kinds, ...nested, ...nested] : kinds)()
}

export function object(random, depth = 2) {
  return Object.fromEntries(random.list(4, () => [random.pick(TEXTS), value(random, depth)]))
}
