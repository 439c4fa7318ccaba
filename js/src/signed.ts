// The entry for programs that sign and never encrypt. It does not include the cipher.

import { signed, type TokenCodec } from './codec.js'

export * from './common.js'

export type Codec = TokenCodec

/** Makes codecs of signed tokens. */
export const Codec = { signed }
