// The public types as a program uses them, without DOM or Node types.

import { Codec, inspect, Key, KeyRing, SessionCookie, SessionError, type FailureKind, type Refusal, type Session } from '@hardtack/session'
import { Codec as SignedCodec } from '@hardtack/session/signed'
import { withSession } from '@hardtack/session/fetch'

interface Visitor {
  user: number | null
  cart: number[]
}

const keys = new KeyRing(Key.generate()).verifyWith(Key.generate()).retire(Key.generate(), 1)
const codec: Codec = Codec.encrypted({ purpose: 'shop/test/session', keys, maxAge: 60, absoluteTimeout: 'none', leeway: undefined })
const signed: SignedCodec = SignedCodec.signed({ purpose: 'shop/test/session', keys, maxAge: 60 })
codec satisfies SignedCodec

// @ts-expect-error: the entry for signing has no cipher
SignedCodec.encrypted
// @ts-expect-error: maxAge is required
Codec.signed({ purpose: 'shop/test/session', keys })
// @ts-expect-error: a misspelled option
Codec.signed({ purpose: 'shop/test/session', keys, maxAge: 60, longest: 60 })
// @ts-expect-error: an expiry of two kinds
codec.begin({}, { expiry: { after: 1, at: 1 } })
codec.begin({}, { expiry: { at: new Date() } })

const decoded = codec.decode<Visitor>(signed.begin({ user: 7 }))
if (decoded.ok) {
  const user: number | null = decoded.data.user
  const id: string | undefined = decoded.id
  codec.update(decoded, { user, id })
  // @ts-expect-error: a verified session is not changed
  decoded.startedAt = 5
} else {
  const refusal: Refusal = decoded.kind
  switch (refusal) {
    case 'too_long': case 'malformed': case 'unsupported_version': case 'wrong_mode': case 'unknown_key': case 'bad_signature':
    case 'retired_key': case 'not_yet_valid': case 'expired': case 'revoked': case 'payload': break
    default: refusal satisfies never
  }
  // @ts-expect-error: a refused token has no data
  decoded.data
}
const parsed = codec.decode('', { parse: (payload) => ({ user: Number(payload) }) })
if (parsed.ok) parsed.data.user satisfies number

const inspected = inspect('')
if (inspected.ok) inspected.unverified.issuedAt satisfies number

const plain = new SessionCookie({ codec })
plain.read('').data['anything'] satisfies unknown
// @ts-expect-error: a new session has no data without `empty`, and this type needs some
new SessionCookie<Visitor>({ codec })
const sessions = new SessionCookie<Visitor>({ codec, empty: () => ({ user: null, cart: [] }) })
const session: Session<Visitor> = sessions.read(null)
session.logIn({ user: 7, cart: session.data.cart })
// @ts-expect-error: logIn takes all of the data
session.logIn({ user: 7 })
session.setExpiry({ after: 60 })
session.rejected satisfies Refusal | 'ambiguous' | 'revoked_id' | undefined

try {
  session.setExpiry('policy')
} catch (error) {
  if (error instanceof SessionError) error.kind satisfies FailureKind
}

interface Answer { status: number; headers: { get(name: string): string | null; set(name: string, value: string): void; append(name: string, value: string): void } }
declare const answer: Answer
const handler = withSession(sessions, (session, request: { headers: Answer['headers']; id: number }, context: { tenant: string }) => {
  session.data.user = request.id
  context.tenant satisfies string
  return answer
})
handler({ headers: answer.headers, id: 7 }, { tenant: 'a' }) satisfies Promise<Answer>
