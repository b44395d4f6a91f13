import type { PdfWriter } from '#platform/pdf/steps.ts';
import type { BlocksOf, TemplateKind, TextsOf } from './fields.ts';

/** What a template of a kind is filled in with. */
export interface Filling<K extends TemplateKind> {
  /** What is printed for each word in braces. */
  texts: TextsOf<K>;
  /** Draws what stands for each word alone on its line. */
  blocks: Readonly<Record<BlocksOf<K>, () => void>>;
}

/**
 * Writes a template, its locked passages in their places, with its fields filled in. Headings, lists and bold letters are those of the template alone: what a
 * value holds is printed as it is.
 */
export function writeTemplate<K extends TemplateKind>(
  pdf: PdfWriter,
  source: string,
  { texts, blocks }: Filling<K>,
): void {
  const values: Readonly<Record<string, string>> = texts;
  const drawn: Readonly<Record<string, () => void>> = blocks;
  const filled = (text: string) =>
    text.replaceAll('**', '').replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
  for (const block of source.split(/\n{2,}/).map((text) => text.trim())) {
    const [, name = ''] = /^\{([a-z_]+)\}$/.exec(block) ?? [];
    const [, marks, heading] = /^(#{1,2}) (.+)$/.exec(block) ?? [];
    if (drawn[name]) drawn[name]();
    else if (heading) pdf.heading(filled(heading), marks === '#' ? 1 : 2);
    else if (block !== '') pdf.paragraph(filled(block));
  }
}
