import { headers } from 'next/headers'
import { sessions } from '../sessions.mjs'

// A server component reads.
export default async function Page() {
  const session = sessions.read(await headers())
  return <p>user: {session.data.user ?? 'nobody'}</p>
}
