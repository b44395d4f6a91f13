import { isAscii, isUtf8 } from 'node:buffer';

/** UTF-16, by its byte order mark or by the zeros of its first two letters; undefined for anything else. */
export function wideEncodingOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 1, second = 1, third = 1, fourth = 1] = bytes;
  if ((first === 0xff && second === 0xfe) || (first && !second && third && !fourth)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (!first && second && !third && fourth)) return 'utf-16be';
  return undefined;
}

/**
 * Decodes a file as it comes: UTF-16, UTF-8, or what Windows writes in French where its first accents are no UTF-8.
 * @param chunks of any size
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    const wide = isFirst ? wideEncodingOf(chunk) : undefined;
    isFirst = false;
    if (wide) decoder = new TextDecoder(wide);
    if (!decoder && !isAscii(chunk)) {
      decoder = new TextDecoder(isUtf8(withoutCutLetter(chunk)) ? 'utf-8' : 'windows-1252');
    }
    yield decoder ? decoder.decode(chunk, { stream: true }) : Buffer.from(chunk).toString('latin1');
  }
  if (decoder) yield decoder.decode();
}

// A letter of several bytes may be cut by the end of a chunk.
function withoutCutLetter(chunk: Uint8Array): Uint8Array {
  const tail = chunk.subarray(-3);
  const at = tail.findLastIndex((byte) => byte >= 0xc0);
  return at < 0 ? chunk : chunk.subarray(0, chunk.length - tail.length + at);
}
