// A Worker that logs in, remembers, renews and logs out.

import { Codec, KeyRing, SessionCookie } from '@hardtack/session'
import { withSession } from '@hardtack/session/fetch'

const DAY = 24 * 3600
let fetch
export default { fetch: (request, env) => (fetch ??= site(env))(request) }

function site({ SESSION_KEYS }) {
  const keys = KeyRing.fromBase64List(SESSION_KEYS)
  const codec = Codec.encrypted({ purpose: 'shop/production/session', keys, maxAge: 2 * 3600, maxRequestedAge: 30 * DAY })
  return withSession(new SessionCookie({ codec }), async (session, request) => {
    const { origin, pathname } = new URL(request.url)
    const action = request.method === 'POST' ? pathname : ''
    if (action && request.headers.get('origin') !== origin) return new Response('sent by another site\n', { status: 403 })
    if (action === '/logout') session.flush()
    if (action === '/login') {
      const form = await request.formData() // A real site checks a password or a passkey here. Only after that:
      session.logIn({ name: String(form.get('name')) })
      if (form.has('remember')) session.setExpiry({ after: 30 * DAY })
    }
    if (action) return Response.redirect(`${origin}/`, 303)
    return new Response(session.data.name ? `Hello, ${session.data.name}\n` : 'Please log in\n')
  })
}
