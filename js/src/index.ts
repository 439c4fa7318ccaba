// The whole package.

import { signed, type TokenCodec } from './codec.js'
import { encrypted } from './encrypted.js'

export * from './common.js'

export type Codec = TokenCodec

/** Makes codecs of signed or encrypted tokens. */
export const Codec = { signed, encrypted }
