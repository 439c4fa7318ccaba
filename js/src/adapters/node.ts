// For Node's http and https servers, Express, Connect and Fastify's `raw` objects.

import type { CookieSource, HeadersLike } from '../web/candidates.js'
import type { SessionCookie } from '../web/cookie.js'
import type { Session } from '../web/session.js'

type HeaderValue = number | string | readonly string[]

/** The part of Node's `ServerResponse` that a session needs. */
export interface NodeResponse {
  getHeader(name: string): HeaderValue | undefined
  setHeader(name: string, value: HeaderValue): unknown
  writeHead(...args: any[]): unknown
}

/**
 * Reads the request's session, and writes it when the response's head is written.
 *
 * `isRevoked` must not return promises, because Node's response does not wait. If yours does, call `readAsync` and
 * `headersForAsync`, then `applyTo(headersOf(response))` before the response is sent.
 */
export function sessionOf<T>(sessions: SessionCookie<T>, request: CookieSource, response: NodeResponse): Session<T> {
  const session = sessions.read(request)
  const { writeHead } = response
  response.writeHead = (status: number, ...rest: unknown[]) => {
    // Runs once, because the response that reports the error below also writes a head.
    response.writeHead = writeHead
    // Headers passed here would replace the headers that were set before.
    const given = typeof rest[0] === 'string' ? rest.splice(1) : rest.splice(0)
    for (const [name, value] of entriesOf(given[0])) response.setHeader(name, value)
    sessions.headersFor(session, status).applyTo(headersOf(response))
    return writeHead.call(response, status, ...rest)
  }
  return session
}

/** Creates middleware for Express and Connect, which sets `request.session`. */
export function session<T>(
  sessions: SessionCookie<T>,
): (request: Extract<CookieSource, { headers: unknown }>, response: NodeResponse, next: () => void) => void {
  return (request, response, next) => {
    ;(request as { session?: Session<T> }).session = sessionOf(sessions, request, response)
    next()
  }
}

/** Adapts the response's headers for `SessionHeaders`. */
export function headersOf(response: NodeResponse): HeadersLike {
  const all = (name: string): string[] => [response.getHeader(name) ?? []].flat().map(String)
  return {
    get: (name) => all(name).join(', ') || null,
    set: (name, value) => void response.setHeader(name, value),
    append: (name, value) => void response.setHeader(name, [...all(name), value]),
  }
}

/** Node accepts an object, or a list that alternates names and values. */
function entriesOf(headers: unknown): [string, HeaderValue][] {
  if (!Array.isArray(headers)) return Object.entries(headers ?? {})
  const grouped = new Map<string, string[]>()
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = String(headers[at]).toLowerCase()
    grouped.set(name, [...(grouped.get(name) ?? []), String(headers[at + 1])])
  }
  return [...grouped]
}
