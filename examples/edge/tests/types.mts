// Compiles, and refuses what hardtack.d.mts does not promise.

import { Codec, type Expiry, HardtackError, sessionId, type Session } from '../hardtack.mjs'

interface Login {
  name: string
}

export function whoIs(module: WebAssembly.Module, cookie: string): string | undefined {
  const codec = Codec.signed(module, { purpose: 'shop/production/session', keys: ['…', { key: '…', retiredAt: 0 }], maxAge: 7200 })
  const session = codec.withContext(['tenant-7', new Uint8Array(16)]).decode<Login>(cookie, Date.now() / 1000)
  if (session.error) return undefined
  const verified: Session<Login> = session
  return verified.data.name
}

export function begin(codec: Codec, expiry: Expiry): string {
  try {
    return codec.begin({ name: 'Ada' }, 0, { id: sessionId(), expiry })
  } catch (error) {
    return error instanceof HardtackError ? error.kind : 'other'
  }
}

export function refused(codec: Codec): void {
  // @ts-expect-error the clock is the caller's
  codec.decode('…')
  // @ts-expect-error not checked for an error first
  codec.decode<Login>('…', 0).data.name
  // @ts-expect-error made by `signed` or `encrypted`
  new Codec()
}
