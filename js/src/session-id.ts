// A name for a session.

import { fromHex, toHex } from './bytes.js'

/** A random session ID: 32 hexadecimal digits. A name for logs and lists, not a secret. */
export function generateSessionId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}

/** The ID in lower case. */
export function checkedId(id: string): string {
  if (fromHex(id)?.length === 16) return id.toLowerCase()
  throw new TypeError('a session ID must be 32 hexadecimal digits')
}
