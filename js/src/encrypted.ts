// Codecs of encrypted tokens. The only user of the cipher: programs without this file do not ship it.

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { codecOf, type CodecOptions, type TokenCodec } from './codec.js'

/** A codec of encrypted tokens: only those who hold a key can read one. Its header stays readable. */
export function encrypted(options: CodecOptions): TokenCodec {
  return codecOf(options, xchacha20poly1305)
}
