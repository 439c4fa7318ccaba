// The Worker's entry: what worker-build writes, as far as this Worker needs it.
import module from './site_bg.wasm'
import { fetch, initSync } from './site.js'

initSync({ module })
export default { fetch }
