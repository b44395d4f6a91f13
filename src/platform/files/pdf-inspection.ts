import { Worker } from 'node:worker_threads';

/**
 * What stands against keeping a PDF: it opens with a password only; it runs, carries or opens something; or it cannot be
 * told, because it is broken, hides objects, or takes too long.
 */
export type PdfFault = 'encrypted' | 'active' | 'unreadable';

/** How long one file may be read, in milliseconds. Ten megabytes of real ones take a second or two. */
const TIME_LIMIT = 10_000;
/** Files read at once by one process; the next wait their turn. */
const AT_ONCE = 2;

let underWay = 0;
const waiting: (() => void)[] = [];

/**
 * Reads a PDF on a thread of its own, made for this file: whatever it holds takes neither the pages’ time nor their
 * memory, and nothing of it stays behind.
 * @param timeLimit in milliseconds, from when its turn has come
 * @returns undefined for one that may be kept
 */
export async function inspectPdf(
  bytes: Uint8Array,
  timeLimit: number = TIME_LIMIT,
): Promise<PdfFault | undefined> {
  if (underWay < AT_ONCE) underWay += 1;
  else await new Promise<void>((turn) => waiting.push(turn));
  try {
    return await inspect(bytes, timeLimit);
  } finally {
    // The place goes to the first who waits, without becoming free in between.
    const next = waiting.shift();
    if (next) next();
    else underWay -= 1;
  }
}

async function inspect(bytes: Uint8Array, timeLimit: number): Promise<PdfFault | undefined> {
  const own = new Uint8Array(bytes);
  const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), {
    workerData: own,
    transferList: [own.buffer],
    // It needs none of our secrets, and what exhausts its memory ends it alone.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
  });
  const patience = Promise.withResolvers<PdfFault>();
  const timer = setTimeout(() => patience.resolve('unreadable'), timeLimit);
  const answer = new Promise<PdfFault | undefined>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', () => resolve('unreadable'));
    worker.once('exit', () => resolve('unreadable'));
  });
  try {
    return await Promise.race([answer, patience.promise]);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
