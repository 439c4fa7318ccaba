// The cookie that carries a session: its name and attributes, and the rules that browsers have for them.

/** Which cross-site requests carry the cookie. */
export type SameSite = 'Strict' | 'Lax' | 'None'

export interface AttributeOptions {
  /** Defaults to `__Host-session`. Programs on one host need different names, because cookies ignore ports. */
  readonly name?: string | undefined
  /** Defaults to `/`. */
  readonly path?: string | undefined
  /** Defaults to none: the cookie goes only to this host. */
  readonly domain?: string | undefined
  /** Defaults to true. For local development without https, set it to false and choose a name without a prefix. */
  readonly secure?: boolean | undefined
  /** Defaults to true. */
  readonly httpOnly?: boolean | undefined
  /** Defaults to `Lax`. */
  readonly sameSite?: SameSite | undefined
  /** Defaults to false. */
  readonly partitioned?: boolean | undefined
}

/** The name, and the attributes that follow the value in a Set-Cookie header. */
export function checkedAttributes(options: AttributeOptions): { name: string; attributes: string } {
  const { name = '__Host-session', path = '/', secure = true, httpOnly = true, sameSite = 'Lax', partitioned = false } = options
  const domain = options.domain?.replace(/^\./, '')
  const check = (holds: boolean, sentence: string): void => {
    if (!holds) throw new TypeError(`the cookie's ${sentence}`)
  }
  check(/^[\w!#$%&'*+.^`|~-]{1,256}$/.test(name), "name must be 1 to 256 letters, digits and !#$%&'*+-.^_`|~")
  // Chromium compares the path with the encoded path, so it never sends a cookie whose path has other characters.
  check(/^\/[\w!$%&'()*+,./:=@[\]~-]{0,1023}$/.test(path), 'path must begin with /, and hold neither spaces nor any of ;"#<>?\\^`{|}')
  check(domain === undefined || isDomain(domain), 'domain must be the name of a host with at least one dot, not an IP address')
  check(['Strict', 'Lax', 'None'].includes(sameSite), 'sameSite must be "Strict", "Lax" or "None"')
  const [prefix] = /^__(host-http|host|http|secure)-/i.exec(name) ?? ['']
  const [isHost, isHttp] = [/^__host/i.test(prefix), /http-$/i.test(prefix)]
  check(secure || prefix === '', `prefix ${prefix} requires secure; set another name where secure is false, as "session"`)
  check(!isHost || (domain === undefined && path === '/'), `prefix ${prefix} requires the path / and no domain`)
  check(!isHttp || httpOnly, `prefix ${prefix} requires httpOnly`)
  check(secure || (sameSite !== 'None' && !partitioned), 'sameSite "None" and partitioned require secure')
  const attributes = [
    httpOnly && 'HttpOnly',
    `SameSite=${sameSite}`,
    partitioned && 'Partitioned',
    secure && 'Secure',
    `Path=${path}`,
    domain !== undefined && `Domain=${domain}`,
  ]
  return { name, attributes: attributes.filter(Boolean).join('; ') }
}

/** Of a name with a leading dot removed. Browsers take a last label that is a number for an IP address. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  const isNumber = /^(\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? '')
  return domain.length <= 253 && labels.length > 1 && !isNumber && labels.every((label) => /^[\w-]{1,63}$/.test(label))
}
