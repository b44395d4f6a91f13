import { LheoFileRefused } from '../issues.ts';

const START = { line: 1, column: 1 };
/** As many bytes as hold any declaration of a file. */
const DECLARATION = 256;
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'iso-8859-1': 'windows-1252',
  'iso8859-1': 'windows-1252',
  'latin-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
  'latin-9': 'iso-8859-15',
};
/** How much is decoded at once, in bytes: what is parsed between two moments where others may work. */
const PIECE = 32_768;

/**
 * The text of a file, in pieces, by the encoding that it declares: UTF-8, or one of the Latin ones.
 * @throws LheoFileRefused for another encoding, or bytes that are none of it
 */
export async function* decode(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let begin: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (decoder) {
      yield* piecesOf(decoder, chunk);
      continue;
    }
    begin = Buffer.concat([begin, chunk]);
    if (begin.length < DECLARATION) continue;
    decoder = decoderOf(begin);
    yield* piecesOf(decoder, begin);
  }
  if (!decoder) {
    decoder = decoderOf(begin);
    yield* piecesOf(decoder, begin);
  }
  yield decoded(decoder, new Uint8Array(0), false);
}

function decoderOf(begin: Uint8Array): TextDecoder {
  const [a = 0, b = 0] = begin;
  if ((a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe) || a === 0 || b === 0) {
    throw new LheoFileRefused(
      'E02',
      'Le fichier doit être enregistré en UTF-8 (il est en UTF-16 ou UTF-32, ou vide).',
      START,
    );
  }
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    Buffer.from(begin.subarray(0, DECLARATION)).toString('latin1'),
  )?.[1];
  const encoding = ENCODINGS[(declared ?? 'utf-8').toLowerCase()];
  if (!encoding) {
    throw new LheoFileRefused(
      'E02',
      `L’encodage « ${declared} » n’est pas accepté : enregistrez le fichier en UTF-8.`,
      START,
    );
  }
  return new TextDecoder(encoding, { fatal: true });
}

function* piecesOf(decoder: TextDecoder, bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length; at += PIECE)
    yield decoded(decoder, bytes.subarray(at, at + PIECE), true);
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new LheoFileRefused(
      'E02',
      'Des octets du fichier ne sont pas dans l’encodage qu’il déclare.',
      START,
    );
  }
}
