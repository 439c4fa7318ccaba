// Secret keys, and the ring of those that sign and verify. FORMAT.md, "Keys".

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { equal, fromBase64Url, fromHex, toHex, urlAlphabet, utf8, type Bytes } from './bytes.js'
import { seconds, type Instant } from './check.js'

/** A secret key of at least 32 random bytes. Nothing shows it: not `console.log`, not `JSON.stringify`. */
export class Key {
  readonly #prk: Uint8Array
  /** Names the key in tokens and logs: two hexadecimal digits. Not a secret. */
  readonly id: string

  private constructor(bytes: Bytes | undefined, form: string) {
    if (bytes === undefined || bytes.length < 32 || new Set(bytes).size < 16) {
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
    // 64 hexadecimal digits are base64 as well, of other bytes.
    const isHex = fromHex(text) !== undefined
    return new Key(isHex ? undefined : fromBase64Url(urlAlphabet(text)), isHex ? ' in base64, not hexadecimal' : ' in base64')
  }

  /** Reads hexadecimal digits of either case. */
  static fromHex(digits: string): Key {
    return new Key(fromHex(digits), ' in hexadecimal')
  }

  /** Makes a random key, for tests: no other process accepts what it signs. */
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

/** A key of a ring. */
export interface Slot {
  readonly key: Key
  /** The key verifies only what was issued until then. In whole seconds; Infinity if it has not retired. */
  readonly retiredAt: number
}

/** For the codec alone. */
export let slotsOf: (ring: unknown) => readonly Slot[]

/** The key that signs, and those that still verify. Immutable: each method returns a new ring. */
export class KeyRing {
  #slots: readonly Slot[]

  static {
    slotsOf = (ring) => {
      if (ring instanceof KeyRing) return ring.#slots
      throw new TypeError('keys must be a KeyRing, as from KeyRing.fromBase64List')
    }
  }

  constructor(signer: Key) {
    if (!(signer instanceof Key)) throw new TypeError('a ring holds keys made by Key.fromBase64, Key.fromHex or Key.fromBytes')
    this.#slots = [{ key: signer, retiredAt: Infinity }]
  }

  /** Reads base64 keys separated by commas. The first signs, all verify. */
  static fromBase64List(list: string): KeyRing {
    if (typeof list !== 'string') throw new TypeError('the list of keys must be text; is its variable set?')
    const keys = list.split(',').map((text, at) => {
      try {
        return Key.fromBase64(text.trim())
      } catch (error) {
        throw new TypeError(`key ${at + 1} of the list: ${(error as Error).message}`)
      }
    })
    return keys.slice(1).reduce((ring, key) => ring.verifyWith(key), new KeyRing(keys[0] as Key))
  }

  /** Adds a key that verifies and does not sign. */
  verifyWith(key: Key): KeyRing {
    return this.#with({ key, retiredAt: Infinity })
  }

  /** Adds a key that verifies only what was issued until `retiredAt`. */
  retire(key: Key, retiredAt: Instant): KeyRing {
    return this.#with({ key, retiredAt: seconds('retiredAt', retiredAt) })
  }

  /** The keys' IDs, the signer's first. */
  get keyIds(): string[] {
    return this.#slots.map(({ key }) => key.id)
  }

  #with(slot: Slot): KeyRing {
    const ring = new KeyRing(slot.key)
    if (this.#slots.some(({ key }) => key.equals(slot.key))) throw new TypeError(`key ${slot.key.id} is on the ring twice`)
    ring.#slots = [...this.#slots, slot]
    return ring
  }
}
