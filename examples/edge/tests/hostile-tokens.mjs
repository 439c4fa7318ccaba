// The hostile cookies on standard output, a line each, for the runtimes without JavaScript.

import { vectors } from './artefacts.mjs'
import { hostileTokens } from './hostile.mjs'

process.stdout.write(hostileTokens(vectors.cases[0].token).join('\n'))
