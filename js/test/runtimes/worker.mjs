// For workerd, which is sent the vectors.

import { report } from './everywhere.mjs'

export default {
  async fetch(request) {
    return new Response(report(await request.json()))
  },
}
