import type { PdfSpan, PdfText, PdfWriter } from '../steps.ts';
import { parsed, partsOf, spokenLines, type Token } from './markdown.ts';

/** What a template is filled in with: every field that it names. */
export interface Filling {
  /** What is printed for a word in braces; it is never read as Markdown. */
  texts: Readonly<Record<string, string>>;
  /** Draws what stands for a word in braces alone on its line. */
  blocks: Readonly<Record<string, () => void>>;
}

/**
 * Writes a template with its fields filled in. They are put in after the Markdown has been read: a person called
 * « **A** # {nom} » is printed so. A paragraph of which nothing is left is left out.
 * @throws Error for a field that is not filled in: `templateFaults` is asked before a template is used
 */
export function writeTemplate(pdf: PdfWriter, source: string, { texts, blocks }: Filling): void {
  const filled = (spans: readonly PdfSpan[]) =>
    spans.map((span) => ({ ...span, text: fillIn(span.text, texts) }));
  for (const part of partsOf(parsed(source))) {
    if (part.kind === 'heading') {
      const level = Math.min(part.level, 3) as 1 | 2 | 3;
      pdf.heading(wordsOf(joined(spokenLines(part.inline).map(filled))), level);
    } else if (part.kind === 'list') {
      const items = part.items.map((item) => joined(item.flatMap(spokenLines).map(filled)));
      pdf.list(items.map(asText), part.from);
    } else {
      writeParagraph(pdf, part.inline, { filled, blocks });
    }
  }
}

function writeParagraph(
  pdf: PdfWriter,
  inline: Token,
  { filled, blocks }: Pick<Filling, 'blocks'> & { filled(spans: readonly PdfSpan[]): PdfSpan[] },
): void {
  let lines: PdfSpan[][] = [];
  const end = () => {
    const spans = joined(lines);
    if (wordsOf(spans).trim() !== '') pdf.paragraph(asText(spans));
    lines = [];
  };
  for (const line of spokenLines(inline)) {
    const [, name = ''] = /^\{([^{}]*)\}$/.exec(wordsOf(line).trim()) ?? [];
    if (Object.hasOwn(blocks, name)) {
      end();
      blocks[name]?.();
    } else {
      lines.push(filled(line));
    }
  }
  end();
}

function fillIn(text: string, texts: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    if (!Object.hasOwn(texts, name)) throw new Error(`the field « ${name} » of a template is not filled in`);
    return texts[name] as string;
  });
}

const joined = (lines: readonly PdfSpan[][]): PdfSpan[] =>
  lines.flatMap((line, index) => (index === 0 ? line : [{ text: '\n' }, ...line]));

const wordsOf = (spans: readonly PdfSpan[]): string => spans.map(({ text }) => text).join('');

/** Words that are all alike are handed over as one. */
const asText = (spans: readonly PdfSpan[]): PdfText =>
  spans.some(({ bold }) => bold) ? spans : wordsOf(spans);
