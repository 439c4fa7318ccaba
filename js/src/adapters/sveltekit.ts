// For SvelteKit: `export const handle = session(sessions)` in hooks.server, then `event.locals.session`.

import type { SessionCookie } from '../web/cookie.js'
import type { HeadersLike } from '../web/candidates.js'
import type { ResponseLike } from '../web/headers.js'

/** Reads the session into `event.locals.session` before the page is made, and writes it once the response is known. */
export function session<T>(sessions: SessionCookie<T>) {
  return async <E extends { request: { headers: HeadersLike }; locals: object }, R extends ResponseLike>({ event, resolve }: {
    event: E
    resolve: (event: E) => R | Promise<R>
  }): Promise<R> => {
    const session = await sessions.readAsync(event.request)
    Object.assign(event.locals, { session })
    return sessions.commitAsync(session, await resolve(event))
  }
}
