// Secret keys, and the key ring that signs and verifies. FORMAT.md, "Keys".

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { equal, fromBase64Url, fromHex, toBase64Url, toHex, urlAlphabet, utf8, type Bytes } from './bytes.js'
import { cutoffSeconds, seconds, span, type Instant } from './check.js'

/** The prefix of the keys in this repository's documentation, which are public and must not be used. */
const PUBLISHED = /^(TNQcAIXEmC|iS6l2ZYWYw|CbNSMf0O3z)/

/** A secret key of at least 32 random bytes. `console.log` and `JSON.stringify` do not show it. */
export class Key {
  readonly #prk: Uint8Array
  /** The key ID in tokens and logs: two hexadecimal digits. It is not a secret. */
  readonly id: string

  private constructor(bytes: Bytes | undefined, form: string) {
    if (bytes === undefined || bytes.length < 32 || new Set(bytes).size < 16 || PUBLISHED.test(toBase64Url(bytes))) {
      throw new TypeError(`a key must be at least 32 random bytes${form}: openssl rand -base64 32`)
    }
    this.#prk = hmac(sha256, utf8('hardtack.v1'), bytes)
    this.id = toHex(this.derive('key-id\0').subarray(0, 1))
  }

  static fromBytes(bytes: Uint8Array): Key {
    return new Key(Uint8Array.from(bytes), '')
  }

  /** Reads base64 in either alphabet, with or without padding. */
  static fromBase64(text: string): Key {
    // 64 hexadecimal digits are also valid base64, but of other bytes.
    const isHex = fromHex(text) !== undefined
    const slip = isHex ? ', not hexadecimal' : /["';\s]/.test(text) ? ', without quotes, semicolons or spaces' : ''
    return new Key(isHex ? undefined : fromBase64Url(urlAlphabet(text)), ` in base64${slip}`)
  }

  /** Reads hexadecimal digits of either case. */
  static fromHex(digits: string): Key {
    return new Key(fromHex(digits), ' in hexadecimal')
  }

  /** Generates a random key, for tests. No other process accepts its tokens. */
  static generate(): Key {
    return new Key(crypto.getRandomValues(new Uint8Array(32)), '')
  }

  /** @internal HKDF-Expand of RFC 5869 for up to 32 bytes, which is one HMAC. */
  derive(info: string): Uint8Array {
    return hmac(sha256, this.#prk, utf8(`${info}\x01`))
  }

  /** @internal */
  equals(other: Key): boolean {
    return equal(this.#prk, other.#prk)
  }
}

/** A key of a ring, with the times at which it signs and verifies. Instants are whole seconds. */
export interface Slot {
  readonly key: Key
  /** When the key starts to sign, until a later key does. Infinity if it only verifies. */
  readonly signsFrom: number
  /** The key verifies only tokens issued until this time. Infinity if it has not retired. */
  readonly retiredAt: number
}

/** For the codec alone. */
export let slotsOf: (ring: unknown) => readonly Slot[]

const OVERLAP = 3600

/**
 * The keys that sign and verify. The signing key depends on the time, not on the order of the keys. A ring is
 * immutable: each method returns a new one.
 */
export class KeyRing {
  #slots: readonly Slot[]
  #overlap = OVERLAP

  static {
    slotsOf = (ring) => {
      if (ring instanceof KeyRing) return ring.#withSuccessors()
      throw new TypeError('keys must be a KeyRing, as from KeyRing.fromBase64List')
    }
  }

  /** Creates a ring with one key, which signs at all times. */
  constructor(signer: Key) {
    checkKey(signer)
    this.#slots = [{ key: signer, signsFrom: -Infinity, retiredAt: Infinity }]
  }

  /**
   * Reads entries separated by commas, in any order. `KEY` signs from the beginning, and `KEY@2026-12-01T00:00:00Z`
   * from that instant on. Keys are base64.
   */
  static fromBase64List(list: string): KeyRing {
    if (typeof list !== 'string') throw new TypeError('the list of keys must be text; is its variable set?')
    const slots = list.split(',').map((text, at) => {
      try {
        const [key = '', instant] = text.trim().split('@', 2)
        return { key: Key.fromBase64(key), signsFrom: instant === undefined ? -Infinity : parsedInstant(instant), retiredAt: Infinity }
      } catch (error) {
        throw new TypeError(`key ${at + 1} of the list: ${(error as Error).message}`)
      }
    })
    const first = KeyRing.#of(slots.slice(0, 1), OVERLAP)
    return slots.slice(1).reduce((ring, slot) => ring.#with(slot), first)
  }

  /**
   * Adds a key that verifies at once and signs from `instant` on, rounded up to the second. Its predecessor then
   * verifies only tokens issued until that instant plus the overlap.
   */
  activateAt(key: Key, instant: Instant): KeyRing {
    return this.#with({ key, signsFrom: cutoffSeconds(instant), retiredAt: Infinity })
  }

  /**
   * Sets the overlap in seconds: how long after its successor starts to sign a key's new tokens are still accepted.
   * Servers that were not restarted yet, or whose clocks are behind, issue such tokens. Defaults to 3600.
   */
  overlap(seconds: number): KeyRing {
    return KeyRing.#of(this.#slots, span('overlap', seconds, 0, 2 ** 31))
  }

  /** Adds a key that only verifies. */
  verifyWith(key: Key): KeyRing {
    return this.#with({ key, signsFrom: Infinity, retiredAt: Infinity })
  }

  /** Adds a key that does not sign, and verifies only tokens issued until `retiredAt`. */
  retire(key: Key, retiredAt: Instant): KeyRing {
    return this.#with({ key, signsFrom: Infinity, retiredAt: seconds('retiredAt', retiredAt) })
  }

  /** The keys' IDs, in the order in which they were added. */
  get keyIds(): string[] {
    return this.#slots.map(({ key }) => key.id)
  }

  #with(slot: Slot): KeyRing {
    const { key, signsFrom } = slot
    checkKey(key)
    for (const other of this.#slots) {
      if (other.key.equals(key)) throw new TypeError(`key ${key.id} is on the ring twice`)
      if (signsFrom < Infinity && other.signsFrom === signsFrom) {
        throw new TypeError(`keys ${other.key.id} and ${key.id} would sign at once; give the new one its instant: KEY@2026-12-01T00:00:00Z`)
      }
    }
    return KeyRing.#of([...this.#slots, slot], this.#overlap)
  }

  static #of(slots: readonly Slot[], overlap: number): KeyRing {
    const ring: KeyRing = new KeyRing((slots[0] as Slot).key)
    ring.#slots = slots
    ring.#overlap = overlap
    return ring
  }

  /** The key that signs first signs from the beginning. A key that has a successor retires automatically. */
  #withSuccessors(): readonly Slot[] {
    const activations = this.#slots.map(({ signsFrom }) => signsFrom).sort((a, b) => a - b)
    return this.#slots.map(({ key, signsFrom, retiredAt }) => {
      if (signsFrom === Infinity) return { key, signsFrom, retiredAt }
      const successor = activations[activations.indexOf(signsFrom) + 1] ?? Infinity
      return { key, signsFrom: signsFrom === activations[0] ? -Infinity : signsFrom, retiredAt: successor + this.#overlap }
    })
  }
}

function checkKey(key: Key): void {
  if (!(key instanceof Key)) throw new TypeError('a ring holds keys made by Key.fromBase64, Key.fromHex or Key.fromBytes')
}

/** Reads RFC 3339. `Date` alone also accepts other forms, and the 30th of February. */
function parsedInstant(text: string): number {
  const [, date] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.exec(text) ?? []
  const instant = new Date(text.toUpperCase())
  const isInstant = date !== undefined && !Number.isNaN(instant.getTime())
  if (isInstant && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)) return cutoffSeconds(instant)
  throw new TypeError('after the @ an instant is needed, as 2026-12-01T00:00:00Z')
}
