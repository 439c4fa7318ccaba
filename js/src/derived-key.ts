// Keys that are derived from a ring's key for one purpose and mode.

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { equal } from './bytes.js'
import type { Key, Slot } from './keys.js'

export const SIGNATURE_LENGTH = 24
export const TAG_LENGTH = 16

/** Seals and opens the bodies of encrypted tokens: XChaCha20-Poly1305, in programs that encrypt. */
export interface Cipher {
  (key: Uint8Array, nonce: Uint8Array, bound: Uint8Array): {
    encrypt(payload: Uint8Array): Uint8Array
    /** Throws if the body is not authentic. */
    decrypt(body: Uint8Array): Uint8Array
  }
}

export class DerivedKey {
  /** The key ID, as a number. */
  readonly number: number
  /** When the key starts to sign, until a later key does. Infinity if it only verifies. */
  readonly signsFrom: number
  readonly retiredAt: number
  readonly #key: Key
  readonly #mac: ReturnType<typeof hmac.create>
  readonly #cipher: (nonce: Uint8Array, bound: Uint8Array) => Pick<ReturnType<Cipher>, 'encrypt' | 'decrypt'>

  constructor({ key, signsFrom, retiredAt }: Slot, purpose: string, cipher: Cipher | undefined) {
    this.number = Number.parseInt(key.id, 16)
    this.signsFrom = signsFrom
    this.retiredAt = retiredAt
    this.#key = key
    const mode = cipher === undefined ? 'signed' : 'encrypted'
    this.#mac = hmac.create(sha256, key.derive(`${mode}/mac\0${purpose}`))
    const cipherKey = cipher && key.derive(`encrypted/aead\0${purpose}`)
    this.#cipher = (nonce, bound) => (cipher && cipherKey ? cipher(cipherKey, nonce, bound) : PLAIN)
  }

  get id(): string {
    return this.#key.id
  }

  equals(other: DerivedKey): boolean {
    return this.#key.equals(other.#key)
  }

  /** FORMAT.md, "Encode", steps 3 and 4: the signature and the body. */
  seal(bound: Uint8Array, payload: Uint8Array): [Uint8Array, Uint8Array] {
    const signature = this.#sign(bound, payload)
    return [signature, this.#cipher(signature, bound).encrypt(payload)]
  }

  /** FORMAT.md, "Decode", step 6: the payload, if this key made the token. */
  open(bound: Uint8Array, signature: Uint8Array, body: Uint8Array): Uint8Array | undefined {
    try {
      const payload = this.#cipher(signature, bound).decrypt(body)
      return equal(this.#sign(bound, payload), signature) ? payload : undefined
    } catch {
      return undefined
    }
  }

  #sign(bound: Uint8Array, payload: Uint8Array): Uint8Array {
    return this.#mac.clone().update(bound).update(payload).digest().subarray(0, SIGNATURE_LENGTH)
  }
}

/** The body of a signed token is the payload. */
const PLAIN = {
  encrypt: (payload: Uint8Array) => payload,
  decrypt: (body: Uint8Array) => body,
}
