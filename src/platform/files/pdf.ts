import { Conflict } from '../errors.ts';
import { inspectPdf } from './pdf-inspection.ts';

/** The largest file taken, in bytes. */
export const MOST_PDF_BYTES = 10 * 1024 * 1024;
/** Readers look for the end mark in the last kilobyte. */
const END_WITHIN = 1024;

/**
 * What is wrong with bytes given as a PDF, in words for whoever sends them: its content decides, never its name. Count
 * the try first: reading costs up to {@link inspectPdf}’s time, on a thread of its own.
 * @param timeLimit in milliseconds, for the reading
 * @returns undefined for a whole PDF that opens without a password and runs nothing
 */
export async function pdfFault(bytes: Uint8Array, timeLimit?: number): Promise<string | undefined> {
  if (bytes.length === 0) return 'Ce fichier est vide.';
  if (bytes.length > MOST_PDF_BYTES)
    return 'Ce fichier dépasse 10\u00a0Mo\u00a0: réduisez-le ou partagez-le.';
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // At the very first byte: something else before it would make it a file of two sorts.
  if (!/^%PDF-[12]\.\d/.test(content.toString('latin1', 0, 8))) return NOT_PDF;
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  if (type && type.mime !== 'application/pdf') return NOT_PDF;
  const tail = content.subarray(Math.max(0, content.length - END_WITHIN)).toString('latin1');
  if (!tail.includes('%%EOF') || !content.includes('startxref')) {
    return 'Ce PDF n’est pas entier\u00a0: enregistrez-le de nouveau, puis envoyez-le.';
  }
  const fault = await inspectPdf(bytes, timeLimit);
  return fault && FAULTS[fault];
}

/** A file that is not kept; the message says why, on the form that sent it. */
export class DocumentRefused extends Conflict {
  override name = 'DocumentRefused';
}

/** @throws DocumentRefused, in the words of {@link pdfFault}, behind the title of the file where one is given */
export async function refuseUnsoundPdf(bytes: Uint8Array, title?: string): Promise<void> {
  const fault = await pdfFault(bytes);
  if (fault) throw new DocumentRefused(title ? `${title}\u00a0: ${fault}` : fault, 'Document refusé');
}

const FAULTS = {
  encrypted: 'Ce PDF est protégé par un mot de passe\u00a0: enregistrez-le sans protection.',
  active:
    'Ce PDF contient un programme ou un fichier joint, ou en ouvre un autre\u00a0: enregistrez-le de nouveau, par exemple avec «\u00a0Imprimer en PDF\u00a0».',
  unreadable:
    'Ce PDF ne peut pas être vérifié\u00a0: enregistrez-le de nouveau, par exemple avec «\u00a0Imprimer en PDF\u00a0».',
} as const;

const NOT_PDF = 'Ce fichier n’est pas un PDF\u00a0: enregistrez-le au format PDF, quel que soit son nom.';

/** « PDF, 1,2 Mo », « PDF, 340 ko » */
export function pdfInWords(bytes: number): string {
  const format = (value: number, digits: number) =>
    value.toLocaleString('fr-FR', { maximumFractionDigits: digits });
  return bytes < 1_000_000
    ? `PDF, ${format(Math.max(1, Math.round(bytes / 1000)), 0)}\u00a0ko`
    : `PDF, ${format(bytes / 1_000_000, 1)}\u00a0Mo`;
}
