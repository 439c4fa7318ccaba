// What somebody pasted -> the cookies in it.

export interface Pasted {
  /** Undefined for a bare token. */
  readonly name: string | undefined
  readonly value: string
}

const ATTRIBUTES = ['path', 'domain', 'max-age', 'expires', 'samesite', 'priority']
const HEADER = /^\s*(set-)?cookie:\s*/i

/** Reads a token, `name=value`, or lines of Cookie and Set-Cookie headers. */
export function pastedCookies(text: string): Pasted[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim())
  const headers = lines.filter((line) => HEADER.test(line))
  return (headers.length ? headers : lines).flatMap(cookiesOfLine)
}

function cookiesOfLine(line: string): Pasted[] {
  const parts = line.replace(HEADER, '').split(';').map((part) => part.trim())
  if (parts.length === 1 && !parts[0]?.includes('=')) return [{ name: undefined, value: parts[0] ?? '' }]
  return parts.flatMap((part) => {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    // A part without a name is a flag, such as `HttpOnly`.
    if (at < 1 || ATTRIBUTES.includes(name.toLowerCase())) return []
    return [{ name, value: part.slice(at + 1).trim().replace(/^"(.*)"$/, '$1') }]
  })
}
