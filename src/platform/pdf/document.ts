import { Tinypool } from 'tinypool';
import { Busy } from '../places.ts';
import type drawPdf from './drawing.ts';
import type { PdfTask } from './drawing.ts';

/** What a table holds; a column's width is its share of the line. */
export interface PdfTable {
  columns: readonly { label: string; width: number }[];
  rows: readonly (readonly string[])[];
  /** Room to sign: the least height of a row, in points. */
  rowHeight?: number;
}

/** Writes a document from top to bottom; pages follow one another as they fill up. */
export interface PdfWriter {
  heading(text: string, level?: 1 | 2): void;
  paragraph(text: string, style?: { small?: boolean; bold?: boolean }): void;
  /** Label and value, one pair per line. */
  facts(pairs: readonly (readonly [label: string, value: string])[]): void;
  /** The header comes back on each page; the first column names the row. */
  table(table: PdfTable): void;
  space(points: number): void;
  newPage(): void;
}

export interface PdfOptions {
  title: string;
  /** Shown small at the foot of each page, before the number of the page. */
  footer: string;
  landscape?: boolean;
  /** Printed in the file's own properties. */
  at: Date;
}

/** One call of a {@link PdfWriter}: what is written is handed to another thread, which takes data only. */
export type PdfStep = {
  [Name in keyof PdfWriter]: readonly [name: Name, ...args: Parameters<PdfWriter[Name]>];
}[keyof PdfWriter];

/** Documents that wait for the thread; beyond, the page says to come back. */
const MOST_WAITING = 20;
/** Far more than the longest of ours takes, in milliseconds. */
const TIME_LIMIT = 60_000;

// One thread, begun by the first document and ended when none has come for a while: a sheet of 300 people takes a
// second of a processor, which is not to be that of the pages.
const drawing = new Tinypool({
  filename: new URL('./drawing.ts', import.meta.url).href,
  minThreads: 0,
  maxThreads: 1,
  idleTimeout: 60_000,
  maxQueue: MOST_WAITING,
});

/**
 * Makes a PDF that a screen reader can follow: tagged, in French, with a title and embedded fonts. A character that the
 * font does not have is shown as « � », and a line at the end says so. Drawn on a thread of its own.
 * @returns the bytes of the file
 * @throws Busy when too many others wait for theirs
 */
export async function makePdf(options: PdfOptions, write: (pdf: PdfWriter) => void): Promise<Buffer> {
  if (drawing.queueSize >= MOST_WAITING) throw new Busy();
  const task: PdfTask = { options, steps: recorded(write) };
  const ended = new AbortController();
  const patience = setTimeout(() => ended.abort(), TIME_LIMIT);
  try {
    const bytes: Awaited<ReturnType<typeof drawPdf>> = await drawing.run(task, { signal: ended.signal });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    clearTimeout(patience);
  }
}

function recorded(write: (pdf: PdfWriter) => void): PdfStep[] {
  const steps: PdfStep[] = [];
  write({
    heading: (...args) => void steps.push(['heading', ...args]),
    paragraph: (...args) => void steps.push(['paragraph', ...args]),
    facts: (...args) => void steps.push(['facts', ...args]),
    table: (...args) => void steps.push(['table', ...args]),
    space: (...args) => void steps.push(['space', ...args]),
    newPage: (...args) => void steps.push(['newPage', ...args]),
  });
  return steps;
}
