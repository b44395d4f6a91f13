import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { PdfStep, PdfTable, PdfTask, PdfWriter } from './steps.ts';

const require = createRequire(import.meta.url);
const font = (name: string): Buffer =>
  readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/DejaVuSansCondensed${name}.ttf`));
// Read once: each document takes the letters that it needs.
const FONTS = { body: font(''), bold: font('-Bold') };

const MARGIN = 40;
const FOOTER = 24;
const SIZE = 10;
const SMALL = 8;
const INK = '#1b2733';
const MUTED = '#51606e';
const LINE = '#8b98a5';
const HEADER_FILL = '#eef2f5';
const PADDING = 4;
/** What stands for a character that the font does not have. */
const UNKNOWN = '\ufffd';

/**
 * Draws a PDF, from top to bottom, on the thread that it runs in: see `makePdf`. Some 4 ms for each line of a table.
 * @returns the bytes of the file, handed over rather than copied
 */
export default async function drawPdf({ options, steps }: PdfTask): Promise<Uint8Array> {
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
      Title: options.title.replaceAll('&', 'et').replaceAll(/[<>]/g, ''),
      Creator: 'ParcoursPro',
      Producer: 'ParcoursPro',
      CreationDate: options.at,
      ModDate: options.at,
    },
  });
  doc.registerFont('body', FONTS.body as never);
  doc.registerFont('bold', FONTS.bold as never);
  const chunks: Uint8Array[] = [];
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    doc.on('error', reject);
  });
  const writer = writerOn(doc);
  for (const step of steps) replay(writer, step);
  if (writer.replaced) {
    writer.paragraph(`Le signe ${UNKNOWN} remplace un caractère que cette impression ne sait pas écrire.`, {
      small: true,
    });
  }
  writer.end();
  numberPages(doc, writer.printable(options.footer));
  doc.end();
  return finished;
}

function replay(writer: PdfWriter, [name, ...args]: PdfStep): void {
  (writer[name] as (...args: unknown[]) => void)(...args);
}

type Doc = InstanceType<typeof PDFDocument>;

function writerOn(doc: Doc) {
  const root = doc.struct('Document');
  doc.addStructure(root);
  const width = () => doc.page.width - 2 * MARGIN;
  const bottom = () => doc.page.height - MARGIN - FOOTER;
  let replaced = false;

  const glyphs = doc.font('body') as unknown as {
    _font: { font: { hasGlyphForCodePoint(code: number): boolean } };
  };
  const { font } = glyphs._font;
  const printable = (text: string): string =>
    [...text.normalize('NFC').replaceAll(/[\u200b-\u200f\u2060\ufeff]/g, '')]
      .map((character) => {
        if (character === '\n' || font.hasGlyphForCodePoint(character.codePointAt(0) as number))
          return character;
        replaced = true;
        return UNKNOWN;
      })
      .join('');

  /** Runs `draw` as the content of a new element of the structure. */
  const tagged = (parent: PDFKit.PDFStructureElement, tag: string, draw: () => void, options = {}) => {
    parent.add(doc.struct(tag as never, options, [draw] as never));
  };

  const text = (tag: string, words: string, style: { size: number; font: string; color: string }) => {
    const shown = printable(words);
    doc.font(style.font).fontSize(style.size);
    if (doc.y + doc.heightOfString(shown, { width: width() }) > bottom()) doc.addPage();
    tagged(root, tag, () => {
      doc
        .font(style.font)
        .fontSize(style.size)
        .fillColor(style.color)
        .text(shown, MARGIN, doc.y, { width: width() });
    });
    doc.y += style.size * 0.4;
  };

  return {
    printable,
    get replaced() {
      return replaced;
    },
    heading(words: string, level: 1 | 2 = 1) {
      text(`H${level}`, words, { size: level === 1 ? 17 : 13, font: 'bold', color: INK });
    },
    paragraph(words: string, { small = false, bold = false }: { small?: boolean; bold?: boolean } = {}) {
      text('P', words, {
        size: small ? SMALL : SIZE,
        font: bold ? 'bold' : 'body',
        color: small ? MUTED : INK,
      });
    },
    facts(pairs: readonly (readonly [string, string])[]) {
      for (const [label, value] of pairs)
        text('P', `${label}\u00a0: ${value}`, { size: SIZE, font: 'body', color: INK });
    },
    table(table: PdfTable) {
      drawTable(doc, root, { ...table, printable, width: width(), bottom });
    },
    space(points: number) {
      doc.y += points;
    },
    newPage() {
      doc.addPage();
    },
    end() {
      root.end();
    },
  };
}

interface TableContext extends PdfTable {
  printable(text: string): string;
  width: number;
  bottom(): number;
}

function drawTable(doc: Doc, root: PDFKit.PDFStructureElement, context: TableContext): void {
  const { columns, rows, rowHeight = 0, printable, width, bottom } = context;
  const shares = columns.reduce((sum, column) => sum + column.width, 0);
  const widths = columns.map((column) => (column.width / shares) * width);
  const table = doc.struct('Table' as never);
  root.add(table);

  const heightOf = (cells: readonly string[], least: number): number => {
    const heights = cells.map((cell, index) =>
      doc
        .font(index === 0 ? 'bold' : 'body')
        .fontSize(SIZE - 1)
        .heightOfString(cell, { width: (widths[index] as number) - 2 * PADDING }),
    );
    return Math.max(least, ...heights.map((height) => height + 2 * PADDING));
  };

  const draw = (cells: readonly string[], kind: 'header' | 'repeated' | 'row', height: number) => {
    const top = doc.y;
    // A structure element that is never added would keep the document from ending.
    const row = kind === 'repeated' ? undefined : doc.struct('TR' as never);
    if (row) table.add(row);
    let left = MARGIN;
    cells.forEach((cell, index) => {
      const cellWidth = widths[index] as number;
      const at = left;
      doc.markContent('Artifact' as never, { type: 'Layout' });
      if (kind !== 'row') doc.rect(at, top, cellWidth, height).fill(HEADER_FILL);
      doc.rect(at, top, cellWidth, height).lineWidth(0.5).stroke(LINE);
      doc.endMarkedContent();
      const write = () => {
        // Of the cell that names a row, the first line is the name.
        const [name = '', ...details] = kind === 'row' && index === 0 ? cell.split('\n') : [cell];
        const box = { width: cellWidth - 2 * PADDING };
        doc
          .font(kind === 'row' && index > 0 ? 'body' : 'bold')
          .fontSize(SIZE - 1)
          .fillColor(INK)
          .text(name, at + PADDING, top + PADDING, box);
        if (details.length > 0) doc.font('body').text(details.join('\n'), at + PADDING, doc.y, box);
      };
      if (!row) {
        doc.markContent('Artifact' as never, { type: 'Pagination' });
        write();
        doc.endMarkedContent();
      } else {
        const isHeader = kind === 'header' || index === 0;
        const scope = kind === 'header' ? 'Column' : 'Row';
        const element = doc.struct(
          (isHeader ? 'TH' : 'TD') as never,
          (isHeader ? { scope } : {}) as never,
          (cell === '' ? [] : [write]) as never,
        );
        row.add(element);
      }
      left += cellWidth;
    });
    row?.end();
    doc.x = MARGIN;
    doc.y = top + height;
  };

  const labels = columns.map(({ label }) => printable(label));
  const headerHeight = heightOf(labels, 0);
  const printed = rows.map((cells) => cells.map(printable));
  const first = printed[0] ? heightOf(printed[0], rowHeight) : 0;
  if (doc.y + headerHeight + first > bottom()) doc.addPage();
  draw(labels, 'header', headerHeight);
  for (const cells of printed) {
    const height = heightOf(cells, rowHeight);
    if (doc.y + height > bottom()) {
      doc.addPage();
      draw(labels, 'repeated', headerHeight);
    }
    draw(cells, 'row', height);
  }
  table.end();
  doc.y += SIZE;
}

function numberPages(doc: Doc, footer: string): void {
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
