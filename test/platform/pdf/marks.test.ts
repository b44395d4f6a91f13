import { crc32, deflateSync } from 'node:zlib';
import jsqr from 'jsqr';
import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import { expect, test } from 'vitest';
import { makePdf } from '#platform/pdf/document.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';

const options = { title: 'Certificat', footer: 'Essai', at: new Date(0) };
const page = async (write: (pdf: PdfWriter) => void) => {
  const bytes = await makePdf(options, write);
  return (await getDocumentProxy(new Uint8Array(bytes))).getPage(1);
};
type PdfPage = Awaited<ReturnType<typeof page>>;

interface Element {
  role?: string;
  alt?: string;
  children?: Element[];
}
const rolesOf = ({ role, alt, children = [] }: Element): string[] => [
  ...(role && role !== 'Root' ? [alt ? `${role}: ${alt}` : role] : []),
  ...children.flatMap(rolesOf),
];
const structureOf = async (one: PdfPage) => rolesOf((await one.getStructTree()) as Element);

/** The rectangles that fill the page, painted at `scale` pixels a point as a camera would see them. */
async function photographOf(one: PdfPage, scale: number) {
  const { OPS } = await getResolvedPDFJS();
  const { width, height } = one.getViewport({ scale });
  const pixels = new Uint8ClampedArray(Math.ceil(width) * Math.ceil(height) * 4).fill(255);
  const { fnArray, argsArray } = await one.getOperatorList();
  for (const [index, operator] of fnArray.entries()) {
    if (operator !== OPS.constructPath || argsArray[index][0] !== OPS.fill) continue;
    for (const [left, top, right, bottom] of rectanglesOf(argsArray[index][1][0])) {
      for (let y = Math.round(top * scale); y < Math.round(bottom * scale); y += 1) {
        for (let x = Math.round(left * scale); x < Math.round(right * scale); x += 1) {
          pixels.fill(0, (y * Math.ceil(width) + x) * 4, (y * Math.ceil(width) + x) * 4 + 3);
        }
      }
    }
  }
  return { pixels, width: Math.ceil(width), height: Math.ceil(height) };
}

/** A path of « move, line, line, line, close », each with its numbers. */
function rectanglesOf(path: ArrayLike<number>): [number, number, number, number][] {
  const found: [number, number, number, number][] = [];
  const numbers = Array.from(path);
  for (let at = 0; at < numbers.length; at += 13) {
    const [xs, ys] = [
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ].map((places) => places.map((place) => numbers[at + place] as number));
    if (xs && ys) found.push([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }
  return found;
}

test('a telephone reads the address from the code, and a reader is told of it', async () => {
  const address = 'https://parcours.cap-metiers.example/verifier/7H2K9QXM4TBN';
  const one = await page((pdf) =>
    pdf.code(address, {
      alt: 'Code de vérification 7H2K-9QXM-4TBN',
      beside: ['Vérifier ce document', address],
    }),
  );
  const { pixels, width, height } = await photographOf(one, 3);
  expect(jsqr.default(pixels, width, height)?.data).toBe(address);
  expect(await structureOf(one)).toEqual([
    'Document',
    'Figure: Code de vérification 7H2K-9QXM-4TBN',
    'P',
    'P',
  ]);
});

test('boxes say whether they are ticked', async () => {
  const one = await page((pdf) =>
    pdf.boxes([
      { label: 'action de formation', isTicked: true },
      { label: 'bilan de compétences', isTicked: false },
    ]),
  );
  const roles = await structureOf(one);
  expect(roles).toEqual(['Document', 'P', 'Figure: Coché', 'Span', 'P', 'Figure: Non coché', 'Span']);
});

test('a drawing stays in its frame, wherever its points are said to be', async () => {
  const one = await page((pdf) =>
    pdf.strokes(
      [
        [
          [0, 0],
          [7, -3],
        ],
        [[0.5, 0.5]],
      ],
      { alt: 'Signature de Zoé', width: 100, height: 40 },
    ),
  );
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await one.getOperatorList();
  const boxes = argsArray
    .filter((_, index) => fnArray[index] === OPS.constructPath)
    .map(([, , box]) => Array.from(box as number[]));
  expect(boxes.length).toBe(3);
  for (const [left = 0, top = 0, right = 0, bottom = 0] of boxes) {
    expect([left >= 40, right <= 140, Math.abs(bottom - top) <= 40]).toEqual([true, true, true]);
  }
  expect(await structureOf(one)).toEqual(['Document', 'Figure: Signature de Zoé']);
});

/** A picture of one point. @param line the filter of its line, then red, green, blue and how opaque it is */
function pngOf(line: Buffer): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(line)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a list is one to a reader, and its bold words are within their line', async () => {
  const one = await page((pdf) => pdf.list(['Un', [{ text: 'Deux ' }, { text: 'en gras', bold: true }]], 1));
  expect(await structureOf(one)).toEqual(['Document', 'L', 'LI', 'Lbl', 'LBody', 'LI', 'Lbl', 'LBody']);
  const { items } = await one.getTextContent();
  const text = items.map((item) => ('str' in item ? item.str : '')).join('');
  expect(text).toContain('1. Un2. Deux en gras');
});

test('a picture with transparency is a figure, the same bytes each time', async () => {
  const png = pngOf(Buffer.from([0, 255, 0, 0, 128]));
  const write = (pdf: PdfWriter) => pdf.image(png, { alt: 'Cachet de l’organisme', width: 100, height: 50 });
  const [first, second] = [await makePdf(options, write), await makePdf(options, write)];
  expect(first.equals(second)).toBe(true);
  expect(await structureOf(await page(write))).toEqual(['Document', 'Figure: Cachet de l’organisme']);
});
