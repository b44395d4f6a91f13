import PDFDocument from 'pdfkit';
import { freshFonts } from './drawing/fonts.ts';
import { FOOTER, MARGIN, MUTED, type Page, SMALL } from './drawing/page.ts';
import { writerOn } from './drawing/writer.ts';
import { UNKNOWN, written } from './glyphs.ts';
import type { DrawnPdf, PdfStep, PdfTask } from './steps.ts';

/**
 * Draws PDFs, one after the other, on the thread that it runs in: see `makePdfs`. A page takes some 8 ms, a table 4 ms
 * for each of its lines.
 */
export default async function drawPdfs(tasks: readonly PdfTask[]): Promise<DrawnPdf[]> {
  const drawn: DrawnPdf[] = [];
  for (const task of tasks) drawn.push(await drawPdf(task));
  return drawn;
}

async function drawPdf({ options, steps }: PdfTask): Promise<DrawnPdf> {
  const doc = new PDFDocument({
    size: 'A4',
    layout: options.landscape ? 'landscape' : 'portrait',
    margins: { top: MARGIN, bottom: MARGIN + FOOTER, left: MARGIN, right: MARGIN },
    pdfVersion: '1.7',
    // biome-ignore lint/suspicious/noExplicitAny: the library's types do not know this value yet
    subset: 'PDF/UA' as any,
    tagged: true,
    lang: 'fr-FR',
    displayTitle: true,
    bufferPages: true,
    info: {
      // The properties of a file are XML, which the library does not escape.
      // No word of them may look like the room that is left for a seal, either.
      Title: options.title.replaceAll('&', 'et').replaceAll(/[<>]|\/(?=ByteRange)/g, ''),
      Creator: 'ParcoursPro',
      Producer: 'ParcoursPro',
      CreationDate: options.at,
      ModDate: options.at,
    },
  });
  const fonts = freshFonts();
  doc.registerFont('body', fonts.body as never);
  doc.registerFont('bold', fonts.bold as never);
  const chunks: Uint8Array[] = [];
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    doc.on('error', reject);
  });
  const unknown = new Set<string>();
  const root = doc.struct('Document');
  doc.addStructure(root);
  const page: Page = {
    doc,
    root,
    width: () => doc.page.width - 2 * MARGIN,
    bottom: () => doc.page.height - MARGIN - FOOTER,
    printable: (text) => written(text, unknown),
  };
  const writer = writerOn(page);
  for (const step of steps) replay(writer, step);
  if (unknown.size > 0 && !options.refusesUnknown) {
    writer.paragraph(`Le signe ${UNKNOWN} remplace un caractère que cette impression ne sait pas écrire.`, {
      small: true,
    });
  }
  root.end();
  numberPages(page, page.printable(options.footer));
  const { count } = doc.bufferedPageRange();
  const { seal } = options;
  if (seal) (await import('./drawing/signature-field.ts')).leaveRoomForSeal(doc, { ...seal, at: options.at });
  doc.end();
  const drawn = await finished;
  const bytes = seal
    ? new Uint8Array(await (await import('./seal.ts')).sealPdf(drawn, seal.key, options.at))
    : drawn;
  const isRefused = options.refusesUnknown && unknown.size > 0;
  return { bytes: isRefused ? undefined : bytes, pages: count, unknown: [...unknown] };
}

function replay(writer: ReturnType<typeof writerOn>, [name, ...args]: PdfStep): void {
  (writer[name] as (...args: unknown[]) => void)(...args);
}

function numberPages({ doc }: Page, footer: string): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = start; index < start + count; index += 1) {
    doc.switchToPage(index);
    doc.page.margins.bottom = 0;
    doc.markContent('Artifact' as never, { type: 'Pagination' });
    doc
      .font('body')
      .fontSize(SMALL)
      .fillColor(MUTED)
      .text(`${footer}\u00a0· page ${index - start + 1} sur ${count}`, MARGIN, doc.page.height - MARGIN, {
        width: doc.page.width - 2 * MARGIN,
        lineBreak: false,
      });
    doc.endMarkedContent();
  }
}
