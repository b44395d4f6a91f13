import { create } from 'qrcode';
import type { PdfStroke, PdfText } from '../steps.ts';
import { INK, LINE, MARGIN, makeRoom, type Page, SIZE, tagged } from './page.ts';
import { drawLines, heightOfLines, type Look, linesOf, spansOf } from './text.ts';

/** Wide enough for a telephone held over the paper: a module of a 37-module code is 2 points, 0.7 mm. */
const CODE_SIDE = 90;
/** The white around a code that a reader needs, in modules (ISO/IEC 18004). */
const QUIET = 4;
const BOX = 8;
const GAP = 10;
const LOOK: Look = { size: SIZE, font: 'body', color: INK };

/** Boxes to tick, drawn rather than typed: a reader is told « Coché » or « Non coché ». */
export function drawBoxes(page: Page, choices: readonly { label: string; isTicked: boolean }[]): void {
  const { doc, root } = page;
  for (const { label, isTicked } of choices) {
    const lines = linesOf(doc, spansOf(label, page), LOOK, page.width() - BOX - GAP);
    makeRoom(page, heightOfLines(doc, lines, LOOK));
    const line = doc.struct('P' as never);
    root.add(line);
    const draw = () => {
      const [left, top] = [MARGIN, doc.y + 2];
      doc.lineWidth(0.8).rect(left, top, BOX, BOX).stroke(INK);
      if (!isTicked) return;
      doc
        .lineWidth(1.2)
        .moveTo(left + 1.5, top + BOX / 2)
        .lineTo(left + BOX / 2 - 0.5, top + BOX - 2)
        .lineTo(left + BOX - 1.5, top + 1.5)
        .stroke(INK);
    };
    tagged(page, line, 'Figure', draw, { alt: isTicked ? 'Coché' : 'Non coché' });
    tagged(page, line, 'Span', () => drawLines(page, lines, LOOK, BOX + GAP));
    line.end();
    doc.y += SIZE * 0.3;
  }
}

/** A QR code as rectangles, sharp at any size, with lines to its right. */
export function drawCode(
  page: Page,
  address: string,
  { alt, beside }: { alt: string; beside: readonly PdfText[] },
): void {
  const { doc, root } = page;
  const texts = beside.map((text) => linesOf(doc, spansOf(text, page), LOOK, page.width() - CODE_SIDE - GAP));
  const heights = texts.map((lines) => heightOfLines(doc, lines, LOOK) + SIZE * 0.4);
  const height = Math.max(
    CODE_SIDE,
    heights.reduce((sum, one) => sum + one, 0),
  );
  makeRoom(page, height);
  const top = doc.y;
  const draw = () => {
    const { size, data } = create(address, { errorCorrectionLevel: 'M' }).modules;
    const module = CODE_SIDE / (size + 2 * QUIET);
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; ) {
        let end = column;
        while (end < size && data[row * size + end]) end += 1;
        if (end > column) {
          const [x, y] = [MARGIN + (QUIET + column) * module, top + (QUIET + row) * module];
          doc.rect(x, y, (end - column) * module, module);
        }
        column = end + 1;
      }
    }
    doc.fill('#000000');
  };
  tagged(page, root, 'Figure', draw, { alt });
  for (const lines of texts) {
    tagged(page, root, 'P', () => drawLines(page, lines, LOOK, CODE_SIDE + GAP));
    doc.y += SIZE * 0.4;
  }
  doc.y = Math.max(doc.y, top + height) + SIZE * 0.4;
}

/** What somebody drew, scaled to its frame. */
export function drawStrokes(
  page: Page,
  strokes: readonly PdfStroke[],
  { alt, width, height }: { alt: string; width: number; height: number },
): void {
  const { doc, root } = page;
  makeRoom(page, height);
  const top = doc.y;
  const inside = (share: number) => Math.min(Math.max(share, 0), 1);
  const draw = () => {
    doc.lineWidth(0.5).rect(MARGIN, top, width, height).stroke(LINE);
    for (const [first, ...rest] of strokes) {
      if (!first) continue;
      const at = ([x, y]: PdfStroke[number]) =>
        [MARGIN + inside(x) * width, top + inside(y) * height] as const;
      doc.moveTo(...at(first));
      // A point alone is a dot.
      for (const point of rest.length > 0 ? rest : [first]) doc.lineTo(...at(point));
      doc.lineWidth(1.2).lineCap('round').lineJoin('round').stroke(INK);
    }
    doc.lineCap('butt').lineJoin('miter');
  };
  tagged(page, root, 'Figure', draw, { alt });
  doc.y = top + height + SIZE * 0.4;
}

/** A PNG, never larger than its frame. */
export function drawImage(
  page: Page,
  png: Uint8Array,
  { alt, width, height }: { alt: string; width: number; height: number },
): void {
  const { doc, root } = page;
  makeRoom(page, height);
  const top = doc.y;
  tagged(
    page,
    root,
    'Figure',
    () => void doc.image(Buffer.from(png), MARGIN, top, { fit: [width, height] }),
    { alt },
  );
  doc.x = MARGIN;
  doc.y = top + height + SIZE * 0.4;
}
