// A session with every kind of value that Rust has. JavaScript reads and writes it, and Rust reads it again.

import { same } from '../support/same.mjs'
import { Random } from './random.mjs'
import { codecOf, codecSpec } from './tokens.mjs'

const NOW = 1_790_000_000

const EXPECTED = {
  truth: true,
  least: -(2n ** 63n),
  greatest: 2n ** 64n - 1n,
  wide: new Uint8Array(16).fill(255),
  half: 1.5,
  fraction: 0.1,
  whole: 3,
  infinite: Infinity,
  letter: 'é',
  text: 'Ada',
  nothing: null,
  something: 7,
  unit: null,
  list: [-1, 0, 70_000],
  tuple: [7, 'x'],
  bytes: Uint8Array.of(0, 255),
  by_name: { 2: 2, 10: 1, a: 3 },
  by_number: new Map([[7, 'seven']]),
  plain: 'Plain',
  numbered: { Numbered: 7 },
  named: { Named: { user: 2n ** 60n } },
  inner: { roles: ['admin'] },
}

export async function compareShapes(driver, note) {
  for (const mode of ['signed', 'encrypted']) {
    const spec = codecSpec(new Random(1), { mode, maxAge: 3600, maxRequestedAge: null, absoluteTimeout: null, notBefore: null, maxLength: 4096 })
    const codec = codecOf(spec)
    const [token] = await driver.ask([{ shapes: { codec: spec, now: NOW, token: null } }])
    const session = codec.decode(token, { now: NOW })
    note(`every kind of value, ${mode}: read`, session.ok && same(session.data, EXPECTED) ? undefined : { session, data: session.data }, {})
    const again = [codec.renew(session, { now: NOW }), codec.update(session, session.data, { now: NOW }), codec.begin(EXPECTED, { now: NOW })]
    for (const token of again) {
      const [isEqual] = await driver.ask([{ shapes: { codec: spec, now: NOW, token } }])
      note(`every kind of value, ${mode}: written`, isEqual === true ? undefined : { isEqual }, { token })
    }
  }
}
