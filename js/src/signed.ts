// The package for programs that sign and never encrypt: the cipher is not part of it.

import { signed, type TokenCodec } from './codec.js'

export * from './common.js'

export type Codec = TokenCodec

/** Makes codecs of signed tokens. */
export const Codec = { signed }
