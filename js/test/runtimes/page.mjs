// For a browser, whose page this module writes.

import vectors from '../../../tests/vectors/vectors-v1.json'
import { report } from './everywhere.mjs'

document.title = report(vectors)
