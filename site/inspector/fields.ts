// A token -> its fields, in order, with their place in bytes and in characters.

import { fromBase64Url, toHex } from '../../js/src/bytes.js'
import { SIGNATURE_LENGTH, TAG_LENGTH } from '../../js/src/derived-key.js'
import type { Unverified } from '../../js/src/inspect.js'

export interface Field {
  readonly part: 'header' | 'id' | 'signature' | 'payload' | 'tag'
  readonly name: string
  readonly value: string
  readonly bytes: number
  /** Where its characters begin and end. A character that two fields share belongs to the first of them. */
  readonly from: number
  readonly to: number
}

type Unplaced = Omit<Field, 'from' | 'to'>

export function fieldsOf(token: string, unverified: Unverified): Field[] {
  const bytes = fromBase64Url(token) ?? new Uint8Array()
  let at = 0
  return unplaced(bytes, unverified).map((field) => {
    const from = firstCharacter(at)
    at += field.bytes
    return { ...field, from, to: firstCharacter(at) }
  })
}

export function payloadOf(token: string, { payloadLength, mode }: Unverified): Uint8Array | undefined {
  return mode === 'signed' ? fromBase64Url(token)?.subarray(-payloadLength) : undefined
}

function firstCharacter(byte: number): number {
  return Math.ceil((byte * 8) / 6)
}

function unplaced(bytes: Uint8Array, unverified: Unverified): Unplaced[] {
  const { mode, payloadLength } = unverified
  const tag = mode === 'encrypted' ? TAG_LENGTH : 0
  const signatureAt = bytes.length - tag - payloadLength - SIGNATURE_LENGTH
  const shown = (from: number, length: number): string => hex(bytes.subarray(from, from + length))
  const payloadAt = signatureAt + SIGNATURE_LENGTH
  return [
    ...headerFields(unverified, signatureAt, bytes[0] ?? 0),
    { part: 'signature', name: 'signature', bytes: SIGNATURE_LENGTH, value: shown(signatureAt, SIGNATURE_LENGTH) },
    { part: 'payload', name: tag ? 'ciphertext' : 'payload', bytes: payloadLength, value: shown(payloadAt, payloadLength) },
    ...(tag ? [{ part: 'tag', name: 'Poly1305 tag', bytes: tag, value: shown(payloadAt + payloadLength, tag) } as const] : []),
  ]
}

function headerFields({ version, mode, keyId, issuedAt, id, startedAt, expiry }: Unverified, length: number, first: number): Unplaced[] {
  const age = issuedAt - startedAt
  const ageLength = age ? Math.ceil(age.toString(2).length / 7) : 0
  const expiryLength = length - 6 - (id ? 16 : 0) - ageLength
  const seconds = typeof expiry === 'string' ? 0 : (expiry.after ?? Number(expiry.at) - issuedAt)
  const fields: Unplaced[] = [
    { part: 'header', name: 'version, flags', bytes: 1, value: `0x${toHex([first])}: version ${version}, ${mode}` },
    { part: 'header', name: 'key ID', bytes: 1, value: `0x${keyId}` },
    { part: 'header', name: 'issue time', bytes: 4, value: `${issuedAt}` },
    { part: 'id', name: 'session ID', bytes: id ? 16 : 0, value: id ?? '' },
    { part: 'header', name: 'age', bytes: ageLength, value: `${age} s` },
    { part: 'header', name: 'expiry', bytes: expiryLength, value: `${seconds} s` },
  ]
  return fields.filter((field) => field.bytes > 0)
}

function hex(bytes: Uint8Array): string {
  return bytes.length > 32 ? `${toHex(bytes.subarray(0, 32))}…` : toHex(bytes)
}
