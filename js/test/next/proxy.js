import { NextResponse } from 'next/server'
import { withSession } from '@hardtack/session/next'
import { sessions } from './sessions.mjs'

// Middleware guards a path, and renews.
export const proxy = withSession(sessions, (session, request) => {
  if (request.nextUrl.pathname === '/guarded' && session.data.user === undefined) return NextResponse.redirect(new URL('/', request.url))
  return NextResponse.next()
})

export const config = { matcher: ['/guarded', '/renewed'] }
