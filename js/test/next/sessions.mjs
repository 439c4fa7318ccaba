import { Codec, KeyRing, SessionCookie } from '@hardtack/session'

const codec = Codec.signed({ purpose: 'shop/test/session', keys: KeyRing.fromBase64List(process.env.SESSION_KEYS), maxAge: 7200 })

export const sessions = new SessionCookie({ codec, name: 'session', secure: false })
