// Codecs of encrypted tokens. Only this file imports the cipher, so programs that do not use it do not ship the cipher.

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { codecOf, type CodecOptions, type TokenCodec } from './codec.js'

/** Creates a codec of encrypted tokens. Only key holders can read their data. The header stays readable. */
export function encrypted(options: CodecOptions): TokenCodec {
  return codecOf(options, xchacha20poly1305)
}
