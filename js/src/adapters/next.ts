// For Next.js. Route handlers and middleware take `withSession`; server components `sessions.read(await headers())`.

import type { SessionCookie } from '../web/cookie.js'
import type { Session } from '../web/session.js'

export { withSession } from './fetch.js'

/** The part of the cookie store of `next/headers` that a session needs. */
export interface NextCookies {
  set(cookie: NextCookie): unknown
}

export interface NextCookie {
  name: string
  value: string
  path: string
  domain?: string
  maxAge?: number
  expires?: Date
  sameSite: 'strict' | 'lax' | 'none'
  secure: boolean
  httpOnly: boolean
  partitioned: boolean
}

/** Writes the session in a server action, which has no response: `await saveSession(sessions, session, await cookies())`. */
export async function saveSession<T>(sessions: SessionCookie<T>, session: Session<T>, cookies: NextCookies): Promise<void> {
  const { setCookie } = await sessions.headersForAsync(session, 200)
  if (setCookie !== undefined) cookies.set(nextCookie(setCookie))
}

/** Reads the attributes of a header that `SessionCookie` wrote. */
function nextCookie(setCookie: string): NextCookie {
  const [[name = '', value = ''] = [], ...attributes] = setCookie.split('; ').map((part) => part.split('=', 2))
  const found = new Map(attributes.map(([key = '', text]) => [key, text]))
  const [domain, maxAge, expires] = [found.get('Domain'), found.get('Max-Age'), found.get('Expires')]
  return {
    name,
    value,
    path: found.get('Path') ?? '/',
    ...(domain === undefined ? {} : { domain }),
    ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
    ...(expires === undefined ? {} : { expires: new Date(expires) }),
    sameSite: (found.get('SameSite') ?? 'Lax').toLowerCase() as NextCookie['sameSite'],
    secure: found.has('Secure'),
    httpOnly: found.has('HttpOnly'),
    partitioned: found.has('Partitioned'),
  }
}
