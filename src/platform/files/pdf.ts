import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
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
  const text = content.toString('latin1');
  const inClear = namesInClear(text);
  if (ENCRYPTED.test(inClear)) {
    return 'Ce PDF est protégé par un mot de passe\u00a0: enregistrez-le sans protection.';
  }
  const packed = await unpackObjects(content, text);
  if (!packed) return NOT_READABLE;
  if ([inClear, ...packed.map(namesInClear)].some((objects) => ACTIVE.test(objects))) {
    return 'Ce PDF contient un programme ou un fichier joint\u00a0: enregistrez-le de nouveau, par exemple avec «\u00a0Imprimer en PDF\u00a0».';
  }
  return undefined;
}

// What may stand between two words of a PDF: blanks (zero is one), and remarks up to the end of their line. Short ones
// only: a file of « % » and no line end would be read a million times over.
const BLANK = String.raw`(?:[\0\s]|%[^\r\n]{0,200}[\r\n])`;
/** A dictionary follows, or a reference to one. */
const LEADS_ON = `${BLANK}*(?:<<|\\d{1,10}${BLANK}+\\d{1,10}${BLANK}+R\\b)`;
const ENCRYPTED = new RegExp(`/Encrypt${LEADS_ON}`);
/**
 * What makes a PDF do something, or carry another file. Each with what must stand around it: a title may well speak of
 * « HTML/JavaScript », and three letters (« /JS ») happen by chance in compressed pages.
 */
const ACTIVE = new RegExp(
  [
    `/S${BLANK}*/(?:JavaScript|Launch|ImportData)\\b`,
    `/(?:JavaScript|EmbeddedFiles)${LEADS_ON}`,
    `/Type${BLANK}*/EmbeddedFile\\b`,
    `/Subtype${BLANK}*/(?:FileAttachment|RichMedia)\\b`,
  ].join('|'),
);

/** « /J#61vaScript » is « /JavaScript » to a reader. */
const namesInClear = (text: string): string =>
  text.replace(/#([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Packed objects beyond this, in bytes and in pieces: no document of ten megabytes has as much. */
const MOST_UNPACKED = 32 * 1024 * 1024;
const MOST_PACKS = 5_000;

/**
 * The objects that a PDF of 1.5 or later keeps compressed, unpacked: what it does stands there as well as in clear.
 * @param text the same bytes, a character each
 * @returns undefined where they cannot be unpacked, or are too many
 */
async function unpackObjects(content: Buffer, text: string): Promise<string[] | undefined> {
  const found: string[] = [];
  let left = MOST_UNPACKED;
  let from = 0;
  for (const { index, 0: keyword } of text.matchAll(/\bstream\r?\n/g)) {
    const dictionary = namesInClear(text.slice(from, index));
    from = index + keyword.length;
    // Without a filter it stands in clear.
    if (!/\/ObjStm\b/.test(dictionary) || !/\/Filter\b/.test(dictionary)) continue;
    if (!/\/FlateDecode\b/.test(dictionary) || found.length === MOST_PACKS) return undefined;
    try {
      // It says itself where it ends.
      const unpacked = await unpack(content.subarray(from), { maxOutputLength: left });
      left -= unpacked.length;
      found.push(unpacked.toString('latin1'));
    } catch {
      return undefined;
    }
    if (left <= 0) return undefined;
  }
  return found;
}

const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

const NOT_READABLE =
  'Ce PDF ne peut pas être vérifié\u00a0: enregistrez-le de nouveau, par exemple avec «\u00a0Imprimer en PDF\u00a0».';
const NOT_PDF = 'Ce fichier n’est pas un PDF\u00a0: enregistrez-le au format PDF, quel que soit son nom.';

/** « PDF, 1,2 Mo », « PDF, 340 ko » */
export function pdfInWords(bytes: number): string {
  const format = (value: number, digits: number) =>
    value.toLocaleString('fr-FR', { maximumFractionDigits: digits });
  return bytes < 1_000_000
    ? `PDF, ${format(Math.max(1, Math.round(bytes / 1000)), 0)}\u00a0ko`
    : `PDF, ${format(bytes / 1_000_000, 1)}\u00a0Mo`;
}
