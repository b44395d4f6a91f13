import { Tinypool } from 'tinypool';
import { Busy } from '../places.ts';
import type drawPdf from './drawing.ts';
import type { PdfOptions, PdfStep, PdfTask, PdfWriter } from './steps.ts';

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
