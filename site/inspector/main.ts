// The page: shows what is in the box, each time that it changes. Whatever was pasted reaches the page as text, never as markup.

import { inspect, type Unverified } from '../../js/src/inspect.js'
import { pastedCookies, type Pasted } from './cookies.js'
import { fieldsOf, payloadOf, type Field } from './fields.js'
import { payloadText } from './payload.js'
import { localTime, relative, requestedExpiry, span } from './times.js'

/** What a browser keeps of one cookie, its name and value together; also hardtack's limit for a token. */
const LIMIT = 4096
/** How many cookies of one header are shown. */
const MOST = 50

const box = document.querySelector('textarea') as HTMLTextAreaElement
const output = document.querySelector('output') as HTMLOutputElement

function element(tag: string, className = '', ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children)
  return made
}

function show(): void {
  const cookies = pastedCookies(box.value)
  // Tokens first: a Cookie header often holds other cookies as well.
  const shown = [...cookies.slice(0, MOST).flatMap(token), ...cookies.slice(0, MOST).flatMap(refused)]
  if (cookies.length > MOST) shown.push(element('p', 'note', `${cookies.length - MOST} more cookies are not shown.`))
  if (box.value.trim() && !cookies.length) shown.push(element('p', 'refused', 'There is no cookie in this text.'))
  output.replaceChildren(...shown)
}

function token(cookie: Pasted): HTMLElement[] {
  const result = inspect(cookie.value)
  if (!result.ok) return []
  const { unverified } = result
  const fields = fieldsOf(cookie.value, unverified)
  const title = element('h2', '', element('span', 'name', cookie.name ?? 'Token'), element('span', 'mode', unverified.mode))
  const parts = [...warnings(cookie), bar(fields), coloured(cookie.value, fields), table(fields), times(unverified), payload(cookie.value, unverified)]
  return [element('section', '', title, ...parts)]
}

function refused({ name, value }: Pasted): HTMLElement[] {
  const result = inspect(value)
  if (result.ok) return []
  const label = element('strong', 'name', name ?? 'This text')
  return [element('p', 'refused', label, ` ${refusal(result.kind, value)}`)]
}

function refusal(kind: string, value: string): string {
  if (kind === 'unsupported_version') return 'is not a hardtack token of version 1 (unsupported_version): its first three bits give another version.'
  const odd = /[^A-Za-z0-9_-]/u.exec(value)
  const why = odd
    ? `character ${odd.index + 1} is ${JSON.stringify(odd[0])}, which base64url does not use`
    : 'it is cut short, or a field is not in its canonical form'
  return `is not a hardtack token (malformed): ${value ? why : 'it is empty'}. It is ${value.length} characters long.`
}

function warnings({ name = '', value }: Pasted): HTMLElement[] {
  const length = name.length + value.length
  if (length <= LIMIT) return []
  return [element('p', 'warning', `${length} characters with its name: browsers keep at most ${LIMIT}, and servers refuse longer tokens (too_long) unless they are configured otherwise.`)]
}

function bar(fields: readonly Field[]): HTMLElement {
  const pieces = fields.map((field) => {
    const piece = element('span', field.part)
    piece.style.flexGrow = `${field.bytes}`
    piece.title = `${field.name}: ${field.bytes} bytes`
    return piece
  })
  const drawn = element('div', 'bar', ...pieces)
  drawn.setAttribute('role', 'img')
  drawn.setAttribute('aria-label', 'The fields of the token, drawn to scale')
  return drawn
}

function coloured(token: string, fields: readonly Field[]): HTMLElement {
  return element('p', 'token', ...fields.map(({ part, from, to }) => element('span', part, token.slice(from, to))))
}

function table(fields: readonly Field[]): HTMLElement {
  const header = fields.filter(({ part }) => part === 'header' || part === 'id')
  const rows = [total('header', header), ...fields.map((field) => row(field, header.includes(field))), total('token', fields)]
  return element('table', 'fields', element('thead', '', cells('th', 'field', 'bytes', 'characters', 'value')), element('tbody', '', ...rows))
}

function total(name: string, fields: readonly Field[]): HTMLElement {
  const bytes = fields.reduce((sum, field) => sum + field.bytes, 0)
  const made = cells('td', name, `${bytes}`, `${(fields.at(-1)?.to ?? 0) - (fields[0]?.from ?? 0)}`, '')
  made.className = 'total'
  return made
}

function row(field: Field, isInHeader: boolean): HTMLElement {
  const made = cells('td', field.name, `${field.bytes}`, `${field.to - field.from}`, field.value)
  made.className = isInHeader ? 'inner' : 'total'
  made.firstElementChild?.prepend(element('i', field.part))
  return made
}

function cells(tag: string, ...texts: readonly string[]): HTMLElement {
  return element('tr', '', ...texts.map((text) => element(tag, '', text)))
}

function times(unverified: Unverified): HTMLElement {
  const { startedAt, issuedAt } = unverified
  const now = Date.now() / 1000
  const at = (seconds: number): string => `${localTime(seconds)} (${relative(seconds, now)})`
  const end = requestedExpiry(unverified)
  const asked = end === undefined ? policy(unverified) : `${at(end)}, ${span(end - issuedAt)} after its issue; earlier if the server allows less`
  return element('dl', '',
    element('dt', '', 'Session started'), element('dd', '', at(startedAt)),
    element('dt', '', 'Token issued'), element('dd', '', `${at(issuedAt)}, ${span(issuedAt - startedAt)} after the start`),
    element('dt', '', 'Token expires'), element('dd', '', asked))
}

function policy({ expiry }: Unverified): string {
  const closing = expiry === 'browser_close' ? ' The browser drops the cookie when it closes.' : ''
  return `As the server's policy says: the token does not ask for an expiry.${closing}`
}

function payload(token: string, unverified: Unverified): HTMLElement {
  const bytes = payloadOf(token, unverified)
  if (!bytes) return element('p', 'note', `The payload is encrypted. It is ${unverified.payloadLength} bytes long; only holders of the key can read it.`)
  const text = payloadText(bytes)
  if (text === undefined) return element('p', 'warning', 'The payload is not one MessagePack value.')
  return element('details', '', element('summary', '', 'Payload, which anybody who has the cookie can read'), element('pre', '', text))
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button')) {
  button.addEventListener('click', () => {
    box.value = button.dataset['sample'] ?? ''
    show()
  })
}
box.addEventListener('input', show)
show()
