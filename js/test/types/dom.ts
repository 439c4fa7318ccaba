// The adapters against the types of the platforms and frameworks.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request as ExpressRequest, Response as ExpressResponse } from 'express'
import { Hono } from 'hono'
import express from 'express'
import { Codec, Key, KeyRing, SessionCookie, type Session } from '@hardtack/session'
import { withSession } from '@hardtack/session/fetch'
import { session as honoSession } from '@hardtack/session/hono'
import { session as expressSession, sessionOf } from '@hardtack/session/node'

interface Visitor { user?: string }

declare global {
  namespace Express {
    interface Request { session: Session<Visitor> }
  }
}

const codec = Codec.signed({ purpose: 'shop/test/session', keys: new KeyRing(Key.generate()), maxAge: 60 })
const sessions = new SessionCookie<Visitor>({ codec })

export const GET = withSession(sessions, (session, request: Request) => new Response(session.data.user ?? request.url))
GET(new Request('https://shop.test/')) satisfies Promise<Response>
export const withParams = withSession(sessions, async (session, _: Request, { params }: { params: Promise<{ id: string }> }) => Response.json([session.id, await params]))

const app = new Hono<{ Variables: { session: Session<Visitor> } }>()
app.use(honoSession(sessions))
app.get('/', (c) => c.text(c.get('session').data.user ?? ''))

const site = express()
site.use(expressSession(sessions))
site.get('/', (req: ExpressRequest, res: ExpressResponse, _next: NextFunction) => { res.send(req.session.data.user) })

export function listener(request: IncomingMessage, response: ServerResponse): void {
  sessionOf(sessions, request, response).data.user satisfies string | undefined
}
sessions.read(new Request('https://shop.test/')).data.user satisfies string | undefined
sessions.commit(sessions.read(new Headers()), new Response()) satisfies Response
