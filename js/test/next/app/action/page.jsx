import { cookies, headers } from 'next/headers'
import { saveSession } from '@hardtack/session/next'
import { sessions } from '../../sessions.mjs'

// A server action writes.
async function rename(form) {
  'use server'
  const session = sessions.read(await headers())
  session.data.user = form.get('name')
  await saveSession(sessions, session, await cookies())
}

export default function Page() {
  return <form action={rename}><input name="name" /><button>Rename</button></form>
}
