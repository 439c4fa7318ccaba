// For handlers from Request to Response: Workers, Deno, Bun, Next's route handlers and middleware.

import type { CookieSource } from '../web/candidates.js'
import type { SessionCookie } from '../web/cookie.js'
import type { ResponseLike } from '../web/headers.js'
import type { Session } from '../web/session.js'

/**
 * Wraps a handler: reads its session before it runs, and writes the session once the response is known.
 *
 * If the handler throws, the error passes through and nothing is written.
 */
export function withSession<T, Q extends Exclude<CookieSource, string | null | undefined>, R extends ResponseLike, Rest extends readonly unknown[]>(
  sessions: SessionCookie<T>,
  handler: (session: Session<T>, request: Q, ...rest: Rest) => R | Promise<R>,
): (request: Q, ...rest: Rest) => Promise<R> {
  return async (request, ...rest) => {
    const session = await sessions.readAsync(request)
    return sessions.commitAsync(session, await handler(session, request, ...rest))
  }
}
