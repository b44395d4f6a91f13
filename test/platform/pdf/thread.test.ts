import { performance } from 'node:perf_hooks';
import { extractText, getDocumentProxy } from 'unpdf';
import { expect, test } from 'vitest';
import { makePdf } from '#platform/pdf/document.ts';
import drawPdfs from '#platform/pdf/drawing.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';

const options = { title: 'Feuille', footer: 'Essai', landscape: true, at: new Date(0) };
const table = {
  columns: ['Personne', 'Structure', 'Matin', 'Après-midi'].map((label) => ({ label, width: 2 })),
  rows: Array.from({ length: 300 }, (_, index) => [`Personne ${index}\nConseillère`, 'Structure', '', '']),
  rowHeight: 34,
};
const sheet = (pdf: PdfWriter) => {
  pdf.heading('Feuille d’émargement');
  pdf.table(table);
};

/**
 * For how long `work` keeps this thread from anything else, in milliseconds: the least of three times, as what other
 * files have left to do on this thread counts too.
 */
async function busyWith(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = performance.eventLoopUtilization();
    await work();
    times.push(performance.eventLoopUtilization(before).active);
  }
  return Math.min(...times);
}

test('a sheet of 300 people is drawn on another thread: this one goes on', async () => {
  await makePdf(options, (pdf) => pdf.heading('Le fil commence'));
  const here = await busyWith(() => drawPdfs([{ options, steps: [['table', table]] }]));
  const there = await busyWith(() => makePdf(options, sheet));
  expect(there).toBeLessThan(here / 3);
});

test('several at once are each whole', async () => {
  const titles = ['un', 'deux', 'trois'];
  const files = await Promise.all(
    titles.map((title) => makePdf({ ...options, title }, (pdf) => pdf.paragraph(`Document ${title}`))),
  );
  for (const [index, bytes] of files.entries()) {
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
    expect(text).toContain(`Document ${titles[index]}`);
  }
});

test('when too many wait, the next is told to come back', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, () => makePdf(options, (pdf) => pdf.paragraph('Un mot'))),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toMatchObject({ status: 503 });
  expect((await makePdf(options, (pdf) => pdf.paragraph('Un mot'))).length).toBeGreaterThan(0);
});
