import type { PdfText, PdfWriter } from '../steps.ts';
import { drawBoxes, drawCode, drawImage, drawStrokes } from './marks.ts';
import { INK, MARGIN, MUTED, makeRoom, type Page, SIZE, SMALL, tagged } from './page.ts';
import { drawTable } from './table.ts';
import { drawLines, heightOfLines, inOrder, type Look, linesOf, spansOf } from './text.ts';

const INDENT = 16;
const HEADINGS = { 1: 17, 2: 13, 3: 11 };

/** What writes a document on its pages. */
export function writerOn(page: Page): PdfWriter {
  const { doc, root, width, printable } = page;

  const plain = (tag: string, words: string, look: Look) => {
    const shown = printable(words);
    const box = { width: width(), ...inOrder(shown) };
    doc.font(look.font).fontSize(look.size);
    makeRoom(page, doc.heightOfString(shown, box));
    tagged(page, root, tag, () => {
      doc.font(look.font).fontSize(look.size).fillColor(look.color).text(shown, MARGIN, doc.y, box);
    });
    doc.y += look.size * 0.4;
  };

  const rich = (text: PdfText, look: Look) => {
    const lines = linesOf(doc, spansOf(text, page), look, width());
    makeRoom(page, heightOfLines(doc, lines, look));
    tagged(page, root, 'P', () => drawLines(page, lines, look));
    doc.y += look.size * 0.4;
  };

  return {
    heading(words, level = 1) {
      plain(`H${level}`, words, { size: HEADINGS[level], font: 'bold', color: INK });
    },
    paragraph(text, { small = false, bold = false } = {}) {
      const look: Look = {
        size: small ? SMALL : SIZE,
        font: bold ? 'bold' : 'body',
        color: small ? MUTED : INK,
      };
      if (typeof text === 'string') plain('P', text, look);
      else rich(text, look);
    },
    list(items, from) {
      const look: Look = { size: SIZE, font: 'body', color: INK };
      const list = doc.struct('L' as never);
      root.add(list);
      for (const [index, item] of items.entries()) {
        const lines = linesOf(doc, spansOf(item, page), look, width() - INDENT);
        makeRoom(page, heightOfLines(doc, lines, look));
        const element = doc.struct('LI' as never);
        list.add(element);
        tagged(page, element, 'Lbl', () => {
          const top = doc.y;
          drawLines(page, [[{ text: from === undefined ? '•' : `${from + index}.`, font: 'body' }]], look);
          doc.y = top;
        });
        tagged(page, element, 'LBody', () => drawLines(page, lines, look, INDENT));
        element.end();
        doc.y += SIZE * 0.2;
      }
      list.end();
      doc.y += SIZE * 0.2;
    },
    facts(pairs) {
      for (const [label, value] of pairs)
        plain('P', `${label}\u00a0: ${value}`, { size: SIZE, font: 'body', color: INK });
    },
    table: (table) => drawTable(page, table),
    boxes: (choices) => drawBoxes(page, choices),
    code: (address, about) => drawCode(page, address, about),
    strokes: (strokes, frame) => drawStrokes(page, strokes, frame),
    image: (png, frame) => drawImage(page, png, frame),
    space(points) {
      doc.y += points;
    },
    newPage() {
      doc.addPage();
    },
  };
}
