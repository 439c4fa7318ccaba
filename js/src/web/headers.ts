// The session's headers of a response.

import type { HeadersLike } from './candidates.js'

/** The part of `Response` that a cookie needs. */
export interface ResponseLike {
  readonly status: number
  readonly headers: HeadersLike
}

/** The session's headers of a response. */
export class SessionHeaders {
  /** What the response does to the browser's cookie. */
  readonly action: 'keep' | 'set' | 'clear'
  /** The Set-Cookie header, if one is sent. */
  readonly setCookie: string | undefined
  /** Whether the response depends on the cookie: `Vary: Cookie`. */
  readonly vary: boolean

  /** @internal */
  constructor(action: 'keep' | 'set' | 'clear', setCookie: string | undefined, isAccessed: boolean) {
    this.action = action
    this.setCookie = setCookie
    this.vary = isAccessed || setCookie !== undefined
  }

  /**
   * Writes them into the response's headers. `Set-Cookie` is appended. `Vary` and `Cache-Control` are merged with the
   * existing values. A response with a cookie loses its directives for shared caches (`public`, `s-maxage`).
   */
  applyTo(headers: HeadersLike): void {
    if (this.setCookie !== undefined) headers.append('set-cookie', this.setCookie)
    if (this.vary && !lists(headers, 'vary', /^(cookie|\*)$/i)) headers.append('vary', 'Cookie')
    if (this.setCookie !== undefined && !lists(headers, 'cache-control', /^(private|no-store)$/i)) {
      const kept = items(headers, 'cache-control').filter((directive) => !/^(public|s-maxage)(=|$)/i.test(directive))
      headers.set('cache-control', ['private', ...kept].join(', '))
    }
  }

  /** Adds them to the response and returns it, or a copy if its headers are immutable, as after `Response.redirect`. */
  appliedTo<R extends ResponseLike>(response: R): R {
    try {
      this.applyTo(response.headers)
      return response
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const { constructor, body } = response as R & { body: unknown; constructor: new (body: unknown, init: R) => R }
      const copy = new constructor(body, response)
      this.applyTo(copy.headers)
      return copy
    }
  }
}

function lists(headers: HeadersLike, name: string, wanted: RegExp): boolean {
  return items(headers, name).some((item) => wanted.test(item))
}

function items(headers: HeadersLike, name: string): string[] {
  const items = (headers.get(name) ?? '').split(',').map((item) => item.trim())
  return items.filter((item) => item !== '')
}
