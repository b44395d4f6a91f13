import type { PdfWriter } from '#platform/pdf/steps.ts';
import { writeTemplate as write } from '#platform/pdf/template/write.ts';
import type { BlocksOf, TemplateKind, TextsOf } from './fields.ts';

/** What a template of a kind is filled in with: every field that it may name. */
export interface Filling<K extends TemplateKind> {
  /** What is printed for each word in braces. */
  texts: TextsOf<K>;
  /** Draws what stands for each word alone on its line. */
  blocks: Readonly<Record<BlocksOf<K>, () => void>>;
}

/**
 * Writes a template of a kind with its fields filled in.
 * @param source with its locked passages in their places, as `currentTemplates` gives it
 */
export const writeTemplate = <K extends TemplateKind>(
  pdf: PdfWriter,
  source: string,
  filling: Filling<K>,
): void => write(pdf, source, filling);
