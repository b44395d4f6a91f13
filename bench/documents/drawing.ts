import PDFDocument from 'pdfkit';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { freshFonts } from '#platform/pdf/drawing/fonts.ts';
import drawPdfs from '#platform/pdf/drawing.ts';
import type { PdfStep, PdfWriter } from '#platform/pdf/steps.ts';
import { median } from '../pages/measure.ts';

const ROUNDS = 5;
const EACH = 50;

/** What drawing costs this thread, in milliseconds of processor for a document; medians, after a round to warm up. */
export async function measureDrawing(template: string): Promise<{
  bare: number;
  /** The same with the fonts of ours in the file. */
  embedded: number;
  certificate: number;
}> {
  const steps = certificateSteps(template);
  const options = { title: 'Certificat', footer: 'Mesure', at: new Date(0), refusesUnknown: true };
  const words = steps.flatMap((step) => step.slice(1).filter((one) => typeof one === 'string')).join('\n');
  const times = { bare: [] as number[], embedded: [] as number[], certificate: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bare = await processorOf(async () => {
      for (let index = 0; index < EACH; index += 1) await barePage(words);
    });
    const embedded = await processorOf(async () => {
      for (let index = 0; index < EACH; index += 1) await barePage(words, freshFonts());
    });
    const drawn = await processorOf(() => drawPdfs(Array.from({ length: EACH }, () => ({ options, steps }))));
    if (round === 0) continue;
    times.bare.push(bare / EACH);
    times.embedded.push(embedded / EACH);
    times.certificate.push(drawn / EACH);
  }
  return {
    bare: median(times.bare),
    embedded: median(times.embedded),
    certificate: median(times.certificate),
  };
}

async function processorOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The same words by pdfkit alone: no structure, and a font that every reader has where none is given. */
function barePage(words: string, fonts?: ReturnType<typeof freshFonts>): Promise<void> {
  return new Promise((resolve) => {
    const doc = new PDFDocument({ size: 'A4', margin: 40 });
    doc.on('data', () => {}).on('end', resolve);
    if (fonts) {
      doc.registerFont('body', fonts.body as never);
      doc.registerFont('bold', fonts.bold as never);
      doc.font('bold').fontSize(10).text(words.slice(0, 30));
    }
    doc
      .font(fonts ? 'body' : 'Helvetica')
      .fontSize(10)
      .text(words);
    doc.end();
  });
}

function certificateSteps(template: string): PdfStep[] {
  const steps: PdfStep[] = [];
  const pdf = new Proxy({} as PdfWriter, {
    get:
      (_, name: PdfStep[0]) =>
      (...args: unknown[]) =>
        void steps.push([name, ...args] as unknown as PdfStep),
  });
  certificate.write(pdf, template, certificate.sample, {
    ...{ number: '2026-CERT-000123', code: '7H2K9QXM4TBN', version: 1, replaces: null, stamp: null },
    issuedAt: new Date(0),
    address: 'https://parcours.exemple.fr/verifier/7H2K9QXM4TBN',
  });
  return steps;
}
