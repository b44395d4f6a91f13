import type { PdfWriter } from '#platform/pdf/steps.ts';

/** What stands for each field of a template, as it is printed. */
export type FieldValues = Readonly<Record<string, string>>;

/**
 * Writes a template with its fields filled in. Headings and paragraphs are those of the template alone: what a value
 * holds is printed as it is.
 */
export function writeTemplate(pdf: PdfWriter, body: string, values: FieldValues): void {
  const filled = (text: string) =>
    text.replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
  for (const block of body.split(/\n{2,}/).map((text) => text.trim())) {
    const [, marks, heading] = /^(#{1,2}) (.+)$/.exec(block) ?? [];
    if (heading) pdf.heading(filled(heading), marks === '#' ? 1 : 2);
    else if (block !== '') pdf.paragraph(filled(block));
  }
}
