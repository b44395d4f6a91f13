import { fileTypeFromBuffer } from 'file-type';

/** The largest file taken, in bytes. */
export const MOST_PDF_BYTES = 10 * 1024 * 1024;
/** Readers look for the end mark in the last kilobyte. */
const END_WITHIN = 1024;

/**
 * What is wrong with bytes given as a PDF, in words for whoever sends them: its content decides, never its name.
 * @returns undefined for a whole PDF that opens without a password and runs nothing
 */
export async function pdfFault(bytes: Uint8Array): Promise<string | undefined> {
  if (bytes.length === 0) return 'Ce fichier est vide.';
  if (bytes.length > MOST_PDF_BYTES)
    return 'Ce fichier dépasse 10\u00a0Mo\u00a0: réduisez-le ou partagez-le.';
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // At the very first byte: something else before it would make it a file of two sorts.
  if (!/^%PDF-[12]\.\d/.test(content.toString('latin1', 0, 8))) return NOT_PDF;
  const type = await fileTypeFromBuffer(bytes);
  if (type && type.mime !== 'application/pdf') return NOT_PDF;
  const tail = content.subarray(Math.max(0, content.length - END_WITHIN)).toString('latin1');
  if (!tail.includes('%%EOF') || !content.includes('startxref')) {
    return 'Ce PDF n’est pas entier\u00a0: enregistrez-le de nouveau, puis envoyez-le.';
  }
  if (/\/Encrypt[\s/<\d]/.test(content.toString('latin1'))) {
    return 'Ce PDF est protégé par un mot de passe\u00a0: enregistrez-le sans protection.';
  }
  // Not « /JS » alone: three letters happen by chance in compressed pages, and such an action names itself in full.
  if (/\/(JavaScript|Launch|EmbeddedFile)[\s/<([\d]/.test(content.toString('latin1'))) {
    return 'Ce PDF contient un programme ou un fichier joint\u00a0: enregistrez-le de nouveau, par exemple avec «\u00a0Imprimer en PDF\u00a0».';
  }
  return undefined;
}

const NOT_PDF = 'Ce fichier n’est pas un PDF\u00a0: enregistrez-le au format PDF, quel que soit son nom.';

/** « PDF, 1,2 Mo », « PDF, 340 ko » */
export function pdfInWords(bytes: number): string {
  const format = (value: number, digits: number) =>
    value.toLocaleString('fr-FR', { maximumFractionDigits: digits });
  return bytes < 1_000_000
    ? `PDF, ${format(Math.max(1, Math.round(bytes / 1000)), 0)}\u00a0ko`
    : `PDF, ${format(bytes / 1_000_000, 1)}\u00a0Mo`;
}
