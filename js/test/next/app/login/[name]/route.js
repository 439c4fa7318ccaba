import { withSession } from '@hardtack/session/next'
import { sessions } from '../../../sessions.mjs'

// A route handler.
export const GET = withSession(sessions, async (session, request, { params }) => {
  const { name } = await params
  session.logIn({ user: name })
  return Response.redirect(new URL('/', request.url), 303)
})
