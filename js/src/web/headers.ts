// What a response's headers say of its session.

import type { HeadersLike } from './candidates.js'

/** The part of `Response` that a cookie needs. */
export interface ResponseLike {
  readonly status: number
  readonly headers: HeadersLike
}

/** What a response's headers are to say of the session. */
export class SessionHeaders {
  /** What becomes of the browser's cookie. */
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
   * Writes them: `Set-Cookie` beside others, `Vary` and `Cache-Control` merged with what is there. What a response
   * with a cookie says to shared caches (`public`, `s-maxage`) is removed.
   */
  applyTo(headers: HeadersLike): void {
    if (this.setCookie !== undefined) headers.append('set-cookie', this.setCookie)
    if (this.vary && !lists(headers, 'vary', /^(cookie|\*)$/i)) headers.append('vary', 'Cookie')
    if (this.setCookie !== undefined && !lists(headers, 'cache-control', /^(private|no-store)$/i)) {
      const kept = items(headers, 'cache-control').filter((directive) => !/^(public|s-maxage)(=|$)/i.test(directive))
      headers.set('cache-control', ['private', ...kept].join(', '))
    }
  }

  /** The response with them: itself, or a copy where its headers cannot be changed, as those of `Response.redirect`. */
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
