// The Worker's entry. It is the part of worker-build's shim that this Worker needs.
import module from './site_bg.wasm'
import { fetch, initSync } from './site.js'

initSync({ module })
export default { fetch }
