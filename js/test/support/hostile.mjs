// Tokens as an attacker sends them, the same ones in every run and every runtime.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Noise, and one valid token damaged in many ways. None is `token` itself. */
export function* hostileTokens(token, count, seed = 0x5eed) {
  const below = generator(seed)
  const kinds = [
    () => text(below, below(300), ALPHABET),
    () => `I${text(below, 30 + below(300), ALPHABET)}`,
    () => text(below, below(100), `${ALPHABET}+/=. é\u{1F9C2}`),
    () => token.slice(0, below(token.length)),
    () => token + text(below, 1 + below(8), ALPHABET),
    () => replaced(token, below(token.length), ALPHABET[below(64)]),
    () => replaced(token, below(4), ALPHABET[below(64)]),
    () => text(below, 4090 + below(12), ALPHABET),
  ]
  for (let made = 0; made < count; ) {
    const hostile = kinds[below(kinds.length)]()
    if (hostile === token) continue
    made += 1
    yield hostile
  }
}

function text(below, length, alphabet) {
  const letters = [...alphabet]
  return Array.from({ length }, () => letters[below(letters.length)]).join('')
}

function replaced(token, at, letter) {
  return token.slice(0, at) + letter + token.slice(at + 1)
}

/** Numbers below a limit, by Marsaglia's xorshift32. */
export function generator(seed) {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}
