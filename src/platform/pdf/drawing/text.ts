import type { PdfSpan, PdfText } from '../steps.ts';
import { type Doc, MARGIN, type Page } from './page.ts';
import { hasRightToLeft } from './right-to-left.ts';

export interface Look {
  size: number;
  font: 'body' | 'bold';
  color: string;
}

type Piece = { text: string; font: 'body' | 'bold' };
type Line = Piece[];

/**
 * Options for a text of any direction: the library lays a line out word by word from left to right, unless it is given
 * features of the font, be they none.
 */
export const inOrder = (text: string): { features?: [] } => (hasRightToLeft(text) ? { features: [] } : {});

/** The text as spans that the fonts can write. */
export const spansOf = (text: PdfText, { printable }: Pick<Page, 'printable'>): PdfSpan[] =>
  (typeof text === 'string' ? [{ text }] : text).map((span) => ({ ...span, text: printable(span.text) }));

/** Breaks spans into lines of a width, between words; a word that is wider than a line, anywhere. */
export function linesOf(doc: Doc, spans: readonly PdfSpan[], look: Look, width: number): Line[] {
  doc.fontSize(look.size);
  const widthOf = ({ text, font }: Piece) => doc.font(font).widthOfString(text, inOrder(text));
  const lines: Line[] = [[]];
  let used = 0;
  const put = (word: Piece[]) => {
    const line = lines.at(-1) as Line;
    for (const piece of word) {
      const last = line.at(-1);
      if (last?.font === piece.font) last.text += piece.text;
      else line.push({ ...piece });
    }
  };
  const newLine = () => {
    lines.push([]);
    used = 0;
  };
  for (const word of wordsOf(spans, look)) {
    if (word === 'break') {
      newLine();
      continue;
    }
    const shown = word.map((piece, index) =>
      index === word.length - 1 ? { ...piece, text: piece.text.trimEnd() } : piece,
    );
    const needed = sum(shown.map(widthOf));
    if (used > 0 && used + needed > width) newLine();
    if (needed <= width) {
      put(word);
      used += sum(word.map(widthOf));
      continue;
    }
    for (const { text, font } of word) {
      for (const character of text) {
        const one = widthOf({ text: character, font });
        if (used > 0 && used + one > width) newLine();
        put([{ text: character, font }]);
        used += one;
      }
    }
  }
  return lines;
}

/** Words with the space after them; one that changes its look within is still one. */
function wordsOf(spans: readonly PdfSpan[], look: Look): (Piece[] | 'break')[] {
  const words: (Piece[] | 'break')[] = [];
  let word: Piece[] = [];
  const end = () => {
    if (word.length > 0) words.push(word);
    word = [];
  };
  for (const { text, bold } of spans) {
    const font = bold ? 'bold' : look.font;
    for (const part of text.match(/\n|[^ \n]* +|[^ \n]+/g) ?? []) {
      if (part === '\n') {
        end();
        words.push('break');
      } else {
        word.push({ text: part, font });
        if (part.endsWith(' ')) end();
      }
    }
  }
  end();
  return words;
}

/** Draws lines from where the page is at, `left` from its margin, and goes on to the next page where they do not fit. */
export function drawLines({ doc, bottom }: Page, lines: readonly Line[], look: Look, left = 0): void {
  doc.font(look.font).fontSize(look.size).fillColor(look.color);
  const height = doc.currentLineHeight(true);
  for (const line of lines) {
    if (doc.y + height > bottom()) doc.addPage();
    const top = doc.y;
    let x = MARGIN + left;
    for (const { text, font } of line) {
      doc.font(font).fontSize(look.size).fillColor(look.color);
      doc.text(text, x, top, { lineBreak: false, ...inOrder(text) });
      x += doc.widthOfString(text, inOrder(text));
    }
    doc.x = MARGIN;
    doc.y = top + height;
  }
}

/** How high lines of this look are. */
export function heightOfLines(doc: Doc, lines: readonly Line[], look: Look): number {
  return doc.font(look.font).fontSize(look.size).currentLineHeight(true) * lines.length;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
