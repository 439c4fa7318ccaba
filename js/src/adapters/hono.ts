// For Hono: `app.use(session(sessions))`, then `c.get('session')`.

import type { HeadersLike } from '../web/candidates.js'
import type { SessionCookie } from '../web/cookie.js'
import type { Session } from '../web/session.js'

/** The part of Hono's `Context` that a session needs. */
export interface HonoContext<T> {
  readonly req: { readonly raw: { readonly headers: HeadersLike } }
  // The setter accepts undefined, which the getter never returns.
  res: any
  set(key: 'session', session: Session<T>): void
}

/** Reads the session into `c.get('session')` before the handlers run, and writes it once their response is known. */
export function session<T>(sessions: SessionCookie<T>): (c: HonoContext<T>, next: () => Promise<void>) => Promise<void> {
  return async (c, next) => {
    const session = await sessions.readAsync(c.req.raw)
    c.set('session', session)
    await next()
    const response = await sessions.commitAsync(session, c.res)
    if (response === c.res) return
    // Hono would copy the previous response's headers into this one, and replace our Set-Cookie.
    c.res = undefined
    c.res = response
  }
}
