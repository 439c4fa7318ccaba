// Guards a page: who has no valid session is sent to log in, who has one is told who they are.

import module from './hardtack.wasm'
import { Codec, sessionId } from './hardtack.mjs'

const HOUR = 3600
const DAY = 24 * HOUR
// As many as a browser keeps of one site: a lower bound would let planted ones hide the real one.
const MOST_COOKIES = 180

export default {
  async fetch(request, env) {
    const url = new URL(request.url)
    // For each request anew: when a module is loaded, the clock stands at 0.
    const visit = { codec: codecOf(env), cookie: cookieOf(url), now: Date.now() / 1000 }
    if (url.pathname !== '/login') return guardedPage(request, visit)
    return request.method === 'POST' ? logIn(request, url, visit) : html(LOGIN_PAGE)
  },
}

function guardedPage(request, { codec, cookie, now }) {
  const session = readSession(request, codec, cookie, now)
  if (!session?.data.name) return redirect('/login')
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  // A renewal keeps the session's data, id and start, and moves its end.
  if (session.renewalDue) headers['set-cookie'] = setCookie(codec, cookie, codec.renew(session.token, now), now)
  return answer(`Hello, ${session.data.name}\n`, { headers })
}

async function logIn(request, url, { codec, cookie, now }) {
  if ((request.headers.get('origin') ?? url.origin) !== url.origin) return answer('from another site\n', { status: 403 })
  const form = await request.formData()
  const name = String(form.get('name') ?? '').trim()
  if (!/^[^\p{Cc}]{1,64}$/u.test(name)) return html(LOGIN_PAGE, 422)
  // A real site checks a password or a passkey here. Only after that:
  const expiry = form.has('remember') ? { after: 30 * DAY } : 'browser_close'
  const token = codec.begin({ name, theme: 'light' }, now, { id: sessionId(), expiry })
  return redirect('/', { 'set-cookie': setCookie(codec, cookie, token, now) })
}

/** The one session that the request brings. Of several that are valid somebody planted one: none. */
function readSession(request, codec, cookie, now) {
  const tokens = new Set(cookieValues(request.headers.get('cookie') ?? '', cookie.name))
  const sessions = [...tokens].slice(0, MOST_COOKIES)
    .map((token) => ({ ...codec.decode(token, now), token }))
    .filter((session) => !session.error)
  return sessions.length === 1 ? sessions[0] : undefined
}

/** Names are compared exactly and values taken as they are: only spaces and tabs are trimmed. */
function cookieValues(header, name) {
  return header.split(';')
    .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

function setCookie(codec, cookie, token, now) {
  const { expiry, expiresAt } = codec.decode(token, now)
  const life = expiry === 'browser_close' ? '' : `; Max-Age=${expiresAt - Math.floor(now)}`
  return `${cookie.name}=${token}; HttpOnly; SameSite=Lax; Path=/${cookie.secure}${life}`
}

/** Browsers accept `__Host-` over https alone. */
function cookieOf(url) {
  const isSecure = url.protocol === 'https:'
  return isSecure ? { name: '__Host-session', secure: '; Secure' } : { name: 'session', secure: '' }
}

let codec

/** Made once and kept: deriving keys takes longer than reading a token. */
function codecOf(env) {
  codec ??= Codec.signed(module, {
    purpose: 'hardtack/example/session',
    keys: env.HARDTACK_KEYS,
    maxAge: 2 * HOUR,
    maxRequestedAge: 30 * DAY,
    absoluteTimeout: 90 * DAY,
  })
  return codec
}

function redirect(location, headers = {}) {
  return answer(null, { status: 303, headers: { location, ...headers } })
}

function html(body, status = 200) {
  return answer(body, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

/** What depends on who asks belongs in no shared cache. */
function answer(body, { status, headers } = {}) {
  return new Response(body, { status, headers: { 'cache-control': 'private, no-store', vary: 'cookie', ...headers } })
}

const LOGIN_PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in</title>
<form method="post">
  <label>Name <input name="name" required maxlength="64" autofocus></label>
  <label><input type="checkbox" name="remember"> remember me</label>
  <button>Log in</button>
</form></html>
`
