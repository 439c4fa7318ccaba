// Declares the globals that every runtime has, so that the package compiles without DOM or Node types.
// The published types do not include this file.

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}

declare const TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes: Uint8Array): string
}

declare const TextDecoder: {
  new (label: string, options: { fatal: boolean; ignoreBOM: boolean }): TextDecoder
}

declare const crypto: { getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> }

declare function atob(text: string): string
declare function btoa(binary: string): string
