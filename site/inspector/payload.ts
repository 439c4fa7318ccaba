// A payload -> the JSON that is nearest to it.

import { toHex } from '../../js/src/bytes.js'
import { unpack } from '../../js/src/unpack.js'

/** Undefined where the payload is not one MessagePack value. */
export function payloadText(payload: Uint8Array): string | undefined {
  try {
    return JSON.stringify(unpack(payload), (_key, value: unknown) => readable(value), 2)
  } catch {
    return undefined
  }
}

function readable(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`
  if (value instanceof Uint8Array) return `bytes: ${toHex(value)}`
  if (value instanceof Map) return [...value]
  return value
}
