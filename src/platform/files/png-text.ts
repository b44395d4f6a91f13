import { crc32 } from 'node:zlib';
import { type Chunk, chunksOf, SIGNATURE } from './png.ts';

/**
 * A PNG with a text in it (iTXt, uncompressed), as Open Badges asks for: once, in the place of any other of that keyword.
 * @throws Error for what is no PNG from end to end
 */
export function withText(png: Uint8Array, keyword: string, text: string): Buffer {
  const [head, ...others] = partsOf(png).filter((chunk) => keywordOf(chunk) !== keyword);
  const named = Buffer.concat([Buffer.from(`iTXt${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(named.length - 4);
  sum.writeUInt32BE(crc32(named));
  // After the head, before the picture: readers that stop at the picture find it.
  const first = head ? [head.whole] : [];
  return Buffer.concat([SIGNATURE, ...first, length, named, sum, ...others.map(({ whole }) => whole)]);
}

/**
 * The text of a PNG under a keyword; undefined where it has none.
 * @throws Error for what is no PNG, or where a checksum is wrong
 */
export function textIn(png: Uint8Array, keyword: string): string | undefined {
  const found = partsOf(png).find((chunk) => keywordOf(chunk) === keyword);
  if (!found) return undefined;
  const { data } = found;
  // Keyword, compression flag and method, language, translated keyword; each text ends with a zero.
  let at = data.indexOf(0) + 3;
  for (let texts = 0; texts < 2; texts += 1) at = data.indexOf(0, at) + 1;
  return data.subarray(at).toString('utf8');
}

function partsOf(png: Uint8Array): Chunk[] {
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const chunks = file.subarray(0, SIGNATURE.length).equals(SIGNATURE) ? chunksOf(file) : undefined;
  if (!chunks) throw new Error('no PNG, or a broken one');
  return chunks;
}

const keywordOf = ({ type, data }: Chunk): string | undefined =>
  type === 'iTXt' ? data.subarray(0, Math.max(0, data.indexOf(0))).toString('latin1') : undefined;
