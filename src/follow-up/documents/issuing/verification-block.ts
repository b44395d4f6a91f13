import { formatDay } from '#platform/french/time.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import type { Printed } from './kind.ts';
import { formatCode } from './numbers.ts';

/** The block `verification` of every template: the number, and how whoever holds the document checks it. */
export function writeVerification(
  pdf: PdfWriter,
  { number, version, issuedAt, replaces, address, code }: Printed,
): void {
  pdf.space(8);
  pdf.paragraph(
    [
      `Document n°\u00a0${number}${version > 1 ? `, version ${version}` : ''}, émis le ${formatDay(issuedAt)}.`,
      ...(replaces ? [`Il remplace le n°\u00a0${replaces}.`] : []),
      `Pour le vérifier\u00a0: ${address}, ou le code ${formatCode(code)}.`,
    ].join(' '),
    { small: true },
  );
}
