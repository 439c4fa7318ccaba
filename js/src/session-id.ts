// Session IDs.

import { fromHex, toHex } from './bytes.js'

/** Generates a random session ID of 32 hexadecimal digits, for logs and lists. It is not a secret. */
export function generateSessionId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}

/** Returns the ID in lower case. */
export function checkedId(id: string): string {
  if (fromHex(id)?.length === 16) return id.toLowerCase()
  throw new TypeError('a session ID must be 32 hexadecimal digits')
}
