import { withSession } from '@hardtack/session/next'
import { sessions } from '../../sessions.mjs'

export const GET = withSession(sessions, (session) => {
  session.flush()
  return new Response('out')
})
