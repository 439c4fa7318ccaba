// Finds the values in Cookie headers that may be a session.
//
// For security, names are compared exactly, only spaces and tabs are trimmed, and nothing is decoded.

/** The part of `Headers` that a cookie needs. */
export interface HeadersLike {
  get(name: string): string | null
  set(name: string, value: string): void
  append(name: string, value: string): void
}

/** Where cookies come from: a request, its headers, a Cookie header, several, or none. */
export type CookieSource =
  | string
  | readonly string[]
  | null
  | undefined
  | Pick<HeadersLike, 'get'>
  | { readonly headers: Pick<HeadersLike, 'get'> | { readonly cookie?: string | undefined } }

/** The number that Chromium and Firefox keep for a site. With a lower limit, planted cookies could hide the real one. */
const MAX_COOKIES_TRIED = 180

/** The distinct values of a name, and whether there were more than the limit. */
export function candidates(source: CookieSource, name: string): { values: string[]; isCut: boolean } {
  const found = new Set<string>()
  for (const header of cookieHeaders(source)) {
    for (const pair of header.split(';')) {
      const equals = pair.indexOf('=')
      if (equals < 0 || trimmed(pair.slice(0, equals)) !== name) continue
      if (found.size === MAX_COOKIES_TRIED + 1) break
      found.add(trimmed(pair.slice(equals + 1)))
    }
  }
  const values = [...found]
  return { values: values.slice(0, MAX_COOKIES_TRIED), isCut: values.length > MAX_COOKIES_TRIED }
}

function cookieHeaders(source: CookieSource): readonly string[] {
  if (typeof source === 'string') return [source]
  if (source === null || source === undefined) return []
  if (Array.isArray(source)) return source
  const headers = 'headers' in source ? source.headers : (source as Pick<HeadersLike, 'get'>)
  const cookie = 'get' in headers && typeof headers.get === 'function' ? headers.get('cookie') : (headers as { cookie?: string }).cookie
  return typeof cookie === 'string' ? [cookie] : []
}

/** Trims as browsers do. The `\s` of regular expressions would trim more. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
