/**
 * Reads a file of LHÉO and does nothing with it: what the import is compared with. Arguments: the file, and `saxes` (events that
 * nobody keeps) or `lire` (trees, checked). Says the seconds.
 */
import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';
import { readLheo } from '#rafael/lheo/reading/reader.ts';

const [file = '', how] = process.argv.slice(2);
const chunks = createReadStream(file, { highWaterMark: 1 << 18 });
const began = performance.now();
let seen = 0;
if (how === 'saxes') {
  const parser = new SaxesParser({ xmlns: true });
  for (const event of ['opentag', 'closetag', 'text'] as const)
    parser.on(event, () => {
      seen += 1;
    });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) parser.write(decoder.decode(chunk, { stream: true }));
  parser.close();
} else {
  for await (const one of readLheo(chunks, { atOnce: Number.POSITIVE_INFINITY }))
    seen += one.kind === 'end' ? 0 : 1;
}
console.log(((performance.now() - began) / 1000).toFixed(2), seen);
