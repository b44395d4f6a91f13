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
  pdf.code(address, {
    alt: `QR code qui ouvre ${address}`,
    beside: [
      `Document n°\u00a0${number}${version > 1 ? `, version ${version}` : ''}, émis le ${formatDay(issuedAt)}.`,
      ...(replaces ? [`Il remplace le n°\u00a0${replaces}.`] : []),
      `Vérifiez-le à l’adresse ${address.replace(code, '')}`,
      [{ text: 'Code\u00a0: ' }, { text: formatCode(code), bold: true }],
    ],
  });
}
