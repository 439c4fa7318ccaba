// The adapters, each in its framework.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { test } from 'node:test'
import express from 'express'
import { Hono } from 'hono'
import { withSession } from '@hardtack/session/fetch'
import { session as honoSession } from '@hardtack/session/hono'
import { headersOf, session as expressSession, sessionOf } from '@hardtack/session/node'
import { saveSession } from '@hardtack/session/next'
import { Codec, generateSessionId, Key, KeyRing, SessionCookie } from '@hardtack/session'

const codec = Codec.encrypted({ purpose: 'shop/test/session', keys: new KeyRing(Key.generate()), maxAge: 7200 })
const revoked = new Set()
const sessions = new SessionCookie({ codec })
const waiting = new SessionCookie({ codec, isRevoked: async (id) => revoked.has(id) })

/** A browser's jar of one cookie, in front of a function from Request to Response. */
function browser(fetch) {
  let jar
  return async (path) => {
    const response = await fetch(path, jar === undefined ? {} : { cookie: jar })
    const mine = response.headers.getSetCookie().filter((line) => line.startsWith('__Host-session='))
    assert.ok(mine.length <= 1, 'one Set-Cookie for the session')
    if (mine[0]) jar = mine[0].includes('Max-Age=0') ? undefined : mine[0].split(';')[0]
    return { status: response.status, text: await response.text(), headers: response.headers, sent: mine.length }
  }
}

/** What every adapter must do. The routes: /, /login/NAME, /logout, /redirect, /cookie, /fail, /throw. */
async function check(visit) {
  const plain = await visit('/static')
  assert.deepEqual([plain.text, plain.sent, plain.headers.get('vary')?.includes('Cookie') ?? false], ['static', 0, false])
  assert.equal((await visit('/')).text, 'nobody')
  const login = await visit('/login/Ada')
  assert.deepEqual([login.sent, login.headers.get('cache-control'), login.headers.get('vary')?.includes('Cookie')], [1, 'private', true])
  const home = await visit('/')
  assert.deepEqual([home.text, home.sent, home.headers.get('vary')?.includes('Cookie')], ['Ada', 0, true])
  await visit('/login/Bob')
  assert.equal((await visit('/')).text, 'Bob')
  const redirect = await visit('/redirect')
  assert.deepEqual([redirect.status, redirect.headers.get('location'), redirect.sent], [303, '/', 1])
  const cookie = await visit('/cookie')
  assert.deepEqual([cookie.headers.getSetCookie().length, cookie.sent], [2, 1])
  assert.ok(cookie.headers.getSetCookie().includes('other=1'))
  for (const path of ['/fail', '/throw']) {
    const failed = await visit(path)
    assert.deepEqual([failed.status, failed.sent], [500, 0], path)
  }
  assert.equal((await visit('/')).text, 'Bob')
  const logout = await visit('/logout')
  assert.match(logout.headers.getSetCookie()[0], /^__Host-session=; .*Max-Age=0/)
  assert.equal((await visit('/')).text, 'nobody')
}

/** The routes, for handlers that take a Request and give a Response. */
function route(session, request) {
  const [, path, name] = new URL(request.url).pathname.split('/')
  switch (path) {
    case '': return new Response(session.data.user ?? 'nobody')
    case 'static': return new Response('static')
    case 'login': session.logIn({ user: name }); return new Response('in')
    case 'logout': session.flush(); return new Response('out')
    case 'redirect': session.data.visits = 1; return Response.redirect(new URL('/', 'https://shop.test'), 303)
    case 'cookie': session.data.visits = 2; return new Response('', { headers: { 'set-cookie': 'other=1' } })
    case 'fail': session.data.visits = 3; return new Response('', { status: 500 })
    default: session.data.visits = 4; throw new Error('thrown')
  }
}
const relative = (visit) => async (path) => {
  const result = await visit(path)
  const headers = new Headers(result.headers)
  if (headers.has('location')) headers.set('location', new URL(headers.get('location'), 'https://shop.test').pathname)
  return { ...result, headers }
}

for (const [name, cookie] of [['', sessions], [', with a list that waits', waiting]]) {
  test(`fetch: a handler from Request to Response${name}`, async () => {
    const handler = withSession(cookie, route)
    const fetch = (path, headers) => handler(new Request(`https://shop.test${path}`, { headers })).catch(() => new Response('', { status: 500 }))
    await check(relative(browser(fetch)))
  })

  test(`Hono: app.use(session(sessions))${name}`, async () => {
    const app = new Hono()
    app.use(honoSession(cookie))
    app.get('/login/:name', (c) => { c.get('session').logIn({ user: c.req.param('name') }); return c.text('in') })
    app.get('/static', (c) => c.text('static'))
    app.get('/', (c) => c.text(c.get('session').data.user ?? 'nobody'))
    app.get('/logout', (c) => { c.get('session').flush(); return c.text('out') })
    app.get('/redirect', (c) => { c.get('session').data.visits = 1; return Response.redirect('https://shop.test/', 303) })
    app.get('/cookie', (c) => { c.get('session').data.visits = 2; c.header('set-cookie', 'other=1', { append: true }); return c.text('') })
    app.get('/fail', (c) => { c.get('session').data.visits = 3; return c.text('', 500) })
    app.get('/throw', (c) => { c.get('session').data.visits = 4; throw new Error('thrown') })
    app.onError((_, c) => c.text('', 500))
    await check(relative(browser((path, headers) => app.request(`https://shop.test${path}`, { headers }))))
  })
}

test('Hono: a copied response keeps the headers that other middleware set', async () => {
  const app = new Hono()
  app.use(honoSession(sessions))
  app.use(async (c, next) => { await next(); c.header('x-frame-options', 'DENY'); c.header('set-cookie', 'other=1', { append: true }) })
  app.get('/', (c) => { c.get('session').logIn({ user: 'Ada' }); return Response.redirect('https://shop.test/', 303) })
  const { headers, status } = await app.request('https://shop.test/')
  assert.deepEqual([status, headers.get('x-frame-options'), headers.getSetCookie().length], [303, 'DENY', 2])
})

async function served(listener, use) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use((path, headers) => fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers, redirect: 'manual' }))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('Express: app.use(session(sessions))', async () => {
  const app = express()
  app.use(expressSession(sessions))
  app.get('/', (req, res) => res.send(req.session.data.user ?? 'nobody'))
  app.get('/static', (_, res) => res.send('static'))
  app.get('/login/:name', (req, res) => { req.session.logIn({ user: req.params.name }); res.json({ ok: true }) })
  app.get('/logout', (req, res) => { req.session.flush(); res.end('out') })
  app.get('/redirect', (req, res) => { req.session.data.visits = 1; res.redirect(303, '/') })
  app.get('/cookie', (req, res) => { req.session.data.visits = 2; res.append('set-cookie', 'other=1').write('a'); res.end('b') })
  app.get('/fail', (req, res) => { req.session.data.visits = 3; res.sendStatus(500) })
  app.get('/throw', (req) => { req.session.data.visits = 4; throw new Error('thrown') })
  app.use((_error, _req, res, _next) => res.status(500).send(''))
  await served(app, (fetch) => check(browser(fetch)))
})

test('Express: data that cannot be written is an error for its handlers', async () => {
  const app = express()
  app.use(expressSession(sessions))
  app.get('/', (req, res) => { req.session.data.when = new Date(); res.send('done') })
  app.use((error, _req, res, _next) => res.status(500).send(error.kind))
  await served(app, async (fetch) => {
    const response = await fetch('/')
    assert.deepEqual([response.status, await response.text(), response.headers.getSetCookie()], [500, 'payload', []])
  })
})

test("Node's http server", async () => {
  await served((request, response) => {
    const session = sessionOf(sessions, request, response)
    const [, path, name] = request.url.split('/')
    switch (path) {
      case '': return response.end(session.data.user ?? 'nobody')
      case 'static': return response.end('static')
      case 'login': session.logIn({ user: name }); return response.writeHead(200, 'Fine', { 'content-type': 'text/plain' }).end('in')
      case 'logout': session.flush(); return response.writeHead(200, ['x-a', '1']).end('out')
      case 'redirect': session.data.visits = 1; return response.writeHead(303, { location: '/' }).end()
      case 'cookie': session.data.visits = 2; return response.writeHead(200, { 'Set-Cookie': 'other=1' }).end()
      case 'fail': session.data.visits = 3; response.statusCode = 500; return response.end()
      default: session.data.visits = 4; return response.writeHead(500).end()
    }
  }, (fetch) => check(browser(fetch)))
})

test("Node's http server: a raw list of headers in writeHead keeps every cookie", async () => {
  await served((request, response) => {
    sessionOf(sessions, request, response).logIn({ user: 'Ada' })
    response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Cache-Control', 'public, max-age=5']).end()
  }, async (fetch) => {
    const { headers } = await fetch('/')
    assert.deepEqual(headers.getSetCookie().map((line) => line.split('=')[0]), ['a', 'b', '__Host-session'])
    assert.equal(headers.get('cache-control'), 'private, max-age=5')
  })
})

test("Node's http server: a list that waits is refused at once, and works through the headers", async () => {
  const id = generateSessionId()
  const cookie = `__Host-session=${waiting.codec.begin({ user: 'Ada' }, { id })}`
  assert.throws(() => sessionOf(waiting, { headers: { cookie } }, {}), /isRevoked must return true or false/)
  await served(async (request, response) => {
    const session = await waiting.readAsync(request)
    session.data.visits = 1
    ;(await waiting.headersForAsync(session, 200)).applyTo(headersOf(response))
    response.end(session.data.user)
  }, async (fetch) => {
    const response = await fetch('/', { cookie })
    assert.deepEqual([await response.text(), response.headers.getSetCookie().length], ['Ada', 1])
  })
})

test("Node's http2 server", async () => {
  const server = createHttp2Server((request, response) => {
    const session = sessionOf(sessions, request, response)
    session.data.user = 'Ada'
    response.end('x')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${server.address().port}`)
  const stream = client.request({ ':path': '/' }).resume()
  const [headers] = await once(stream, 'response')
  assert.match(headers['set-cookie'][0], /^__Host-session=/)
  await once(stream, 'close')
  client.close()
  server.close()
})

test('Next: a server action saves through cookies()', async () => {
  const set = []
  const session = sessions.read(undefined)
  await saveSession(sessions, session, { set: (cookie) => set.push(cookie) })
  assert.deepEqual(set, [])
  session.logIn({ user: 7 })
  await saveSession(sessions, session, { set: (cookie) => set.push(cookie) })
  const [{ value, ...attributes }] = set
  assert.deepEqual(attributes, { name: '__Host-session', path: '/', maxAge: 7200, sameSite: 'lax', secure: true, httpOnly: true, partitioned: false })
  assert.ok(sessions.codec.decode(value).ok)
  const out = sessions.read(`__Host-session=${value}`)
  out.flush()
  await saveSession(sessions, out, { set: (cookie) => set.push(cookie) })
  assert.deepEqual([set[1].value, set[1].maxAge, set[1].expires], ['', 0, new Date(0)])
})
