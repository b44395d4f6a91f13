import type { PdfWriter } from '#platform/pdf/steps.ts';
import { writeTemplate as writeMarkdown } from '#platform/pdf/template/write.ts';
import type { BlocksOf, TemplateKind, TextsOf } from './fields.ts';

/** What a template of a kind is filled in with: every word in braces that it may name. */
export interface Filling<K extends TemplateKind> {
  /** What is printed for each; never read as Markdown. */
  texts: TextsOf<K>;
  /** Draws what stands for each that is alone on its line. */
  blocks: Readonly<Record<BlocksOf<K>, () => void>>;
}

/** Writes a template of a kind, its locked passages in their places, with its fields filled in. */
export const writeTemplate = <K extends TemplateKind>(
  pdf: PdfWriter,
  source: string,
  filling: Filling<K>,
): void => writeMarkdown(pdf, source, filling);
