import { Tinypool } from 'tinypool';
import { Conflict } from '../errors.ts';
import { Busy } from '../places.ts';
import type drawPdfs from './drawing.ts';
import type { DrawnPdf, PdfOptions, PdfStep, PdfTask, PdfWriter } from './steps.ts';

/** Documents that wait for the thread; beyond, the page says to come back. */
const MOST_WAITING = 20;
/** Far more than the longest of ours takes, in milliseconds. */
const TIME_LIMIT = 60_000;
/** Drawn in one go: some 200 ms, after which a sheet that somebody waits for has its turn. */
const BATCH = 25;

// One thread, begun by the first document and ended when none has come for a while: a sheet of 300 people takes a
// second of a processor, which is not to be that of the pages.
const drawing = new Tinypool({
  filename: new URL('./drawing.ts', import.meta.url).href,
  minThreads: 0,
  maxThreads: 1,
  idleTimeout: 60_000,
  maxQueue: MOST_WAITING,
});

/** A document to make. */
export interface PdfOrder {
  options: PdfOptions;
  write(pdf: PdfWriter): void;
}

/** A document made, or the characters for which it was not ({@link PdfOptions.refusesUnknown}), each once. */
export type MadePdf = { bytes: Buffer; pages: number } | { unknown: string[] };

/** A document is not made: it would have to say something that its fonts cannot write. */
export class UnwritableCharacters extends Conflict {
  override name = 'UnwritableCharacters';
  /** Each once. */
  readonly characters: readonly string[];
  constructor(characters: readonly string[]) {
    super(
      `Les documents ne savent pas écrire\u00a0: ${characters.join(' ')}. Écrivez ce mot en lettres latines.`,
      'Ce document ne peut pas être établi',
    );
    this.characters = characters;
  }
}

/**
 * Makes a PDF that a screen reader can follow: tagged, in French, with a title and embedded fonts. A character that the
 * font does not have is shown as « � », and a line at the end says so. The same order gives the same bytes. Drawn on a
 * thread of its own.
 * @returns the bytes of the file
 * @throws Busy when too many others wait for theirs; UnwritableCharacters where the options refuse such characters
 */
export async function makePdf(options: PdfOptions, write: (pdf: PdfWriter) => void): Promise<Buffer> {
  const [made] = await makePdfs([{ options, write }]);
  if (!made || 'unknown' in made) throw new UnwritableCharacters(made?.unknown ?? []);
  return made.bytes;
}

/**
 * {@link makePdf} for many. They are written and drawn by a few at a time, so that neither the pages nor a sheet that
 * somebody else asks for wait until all are made.
 * @returns what became of each, in the same order
 * @throws Busy when too many others wait for theirs
 */
export async function makePdfs(orders: readonly PdfOrder[]): Promise<MadePdf[]> {
  const made: MadePdf[] = [];
  for (let from = 0; from < orders.length; from += BATCH) {
    const tasks = orders.slice(from, from + BATCH).map(({ options, write }) => {
      return { options, steps: recorded(write) };
    });
    made.push(...(await drawn(tasks)).map(madeOf));
  }
  return made;
}

async function drawn(tasks: readonly PdfTask[]): Promise<DrawnPdf[]> {
  if (drawing.queueSize >= MOST_WAITING) throw new Busy();
  const ended = new AbortController();
  const patience = setTimeout(() => ended.abort(), TIME_LIMIT);
  try {
    const documents: Awaited<ReturnType<typeof drawPdfs>> = await drawing.run(tasks, {
      signal: ended.signal,
    });
    return documents;
  } finally {
    clearTimeout(patience);
  }
}

function madeOf({ bytes, pages, unknown }: DrawnPdf): MadePdf {
  if (!bytes) return { unknown };
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), pages };
}

function recorded(write: (pdf: PdfWriter) => void): PdfStep[] {
  const steps: PdfStep[] = [];
  const noting =
    (name: keyof PdfWriter) =>
    (...args: unknown[]) =>
      void steps.push([name, ...args] as unknown as PdfStep);
  write({
    heading: noting('heading'),
    paragraph: noting('paragraph'),
    list: noting('list'),
    facts: noting('facts'),
    table: noting('table'),
    boxes: noting('boxes'),
    code: noting('code'),
    strokes: noting('strokes'),
    image: noting('image'),
    space: noting('space'),
    newPage: noting('newPage'),
  });
  return steps;
}
