import { LheoFileRefused, type Position } from '../issues.ts';

const START: Position = { line: 1, column: 1 };
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
/** More bytes than a character has: what precedes a wrong one may have begun in the piece before. */
const CHARACTER = 4;

/**
 * The text of a file, in pieces, by the encoding that it declares: UTF-8, or one of the Latin ones. A mark of UTF-8 at its
 * beginning is believed rather than a declaration, which may have outlived a conversion.
 * @throws LheoFileRefused for another encoding, or bytes that are none of it
 */
export async function* decode(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string> {
  let decoding: Decoding | undefined;
  let begin: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (decoding) {
      yield* decoding.textsOf(chunk);
      continue;
    }
    begin = Buffer.concat([begin, chunk]);
    if (begin.length < DECLARATION) continue;
    decoding = new Decoding(encodingOf(begin));
    yield* decoding.textsOf(begin);
  }
  if (!decoding) {
    decoding = new Decoding(encodingOf(begin));
    yield* decoding.textsOf(begin);
  }
  yield decoding.end();
}

function encodingOf(begin: Uint8Array): string {
  const [a = 0, b = 0] = begin;
  if ((a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe) || a === 0 || b === 0) {
    throw new LheoFileRefused(
      'E02',
      'Le fichier doit être enregistré en UTF-8 (il est en UTF-16 ou UTF-32, ou vide).',
      START,
    );
  }
  // After a mark of UTF-8 no declaration is seen, and UTF-8 is what is taken without one.
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    Buffer.from(begin.subarray(0, DECLARATION)).toString('latin1'),
  )?.[1];
  const encoding = ENCODINGS[(declared ?? 'utf-8').toLowerCase()];
  if (encoding) return encoding;
  throw new LheoFileRefused(
    'E02',
    `L’encodage « ${declared} » n’est pas accepté : enregistrez le fichier en UTF-8.`,
    START,
  );
}

/** Turns bytes into text, and knows where it is in the file, to say where a byte is wrong. */
class Decoding {
  readonly #encoding: string;
  readonly #decoder: TextDecoder;
  /** Lines that have ended, and characters since then. */
  #lines = 0;
  #since = 0;
  /** The last bytes that went by. */
  #last: Uint8Array = new Uint8Array(0);

  constructor(encoding: string) {
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  *textsOf(bytes: Uint8Array): Generator<string> {
    for (let at = 0; at < bytes.length; at += PIECE) yield this.#text(bytes.subarray(at, at + PIECE));
  }

  end(): string {
    try {
      return this.#decoder.decode();
    } catch {
      return this.#refuse('');
    }
  }

  #text(bytes: Uint8Array): string {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream: true });
    } catch {
      return this.#refuse(this.#textBeforeFault(bytes));
    }
    this.#count(text);
    this.#last =
      bytes.length < CHARACTER
        ? Buffer.concat([this.#last, bytes]).subarray(-CHARACTER)
        : bytes.subarray(-CHARACTER);
    return text;
  }

  #count(text: string): void {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#lines += 1;
      this.#since = -at - 1;
    }
    this.#since += text.length;
  }

  /** The text of these bytes up to the one that is wrong, byte by byte. */
  #textBeforeFault(bytes: Uint8Array): string {
    const decoder = new TextDecoder(this.#encoding, { fatal: true });
    // What the piece before ends with may be the beginning of a character: its own first byte, then, is not a follower.
    const begun = this.#last.findLastIndex((byte) => byte >= 0xc0);
    let text = '';
    try {
      decoder.decode(begun === -1 ? new Uint8Array(0) : this.#last.subarray(begun), { stream: true });
      for (const byte of bytes) text += decoder.decode(Uint8Array.of(byte), { stream: true });
    } catch {
      // This is the byte that was looked for.
    }
    return text;
  }

  #refuse(before: string): never {
    this.#count(before);
    throw new LheoFileRefused('E02', 'Des octets du fichier ne sont pas dans l’encodage qu’il déclare.', {
      line: this.#lines + 1,
      column: this.#since + 1,
    });
  }
}
