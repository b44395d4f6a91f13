import { crc32, deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { describe, expect, test } from 'vitest';
import { readPng } from '#platform/files/png.ts';

const LIMITS = { bytes: 10_000, width: 100, height: 50 };
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer | string): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data)]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(named.length - 4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

interface Picture {
  width?: number;
  height?: number;
  depth?: number;
  type?: number;
  interlace?: number;
  /** Unpacked. */
  pixels?: Buffer;
  before?: Buffer[];
  after?: Buffer[];
}

/** A picture of two pixels by three, in grey, unless told otherwise. */
function png({
  width = 2,
  height = 3,
  depth = 8,
  type = 0,
  interlace = 0,
  pixels = Buffer.alloc(9),
  before = [],
  after = [],
}: Picture = {}): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, type, 0, 0, interlace], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    ...before,
    chunk('IDAT', deflateSync(pixels)),
    ...after,
    chunk('IEND', ''),
  ]);
}

const faultOf = (bytes: Uint8Array) => {
  const read = readPng(bytes, LIMITS);
  return 'fault' in read ? read.fault : undefined;
};

describe('a PNG', () => {
  test.each<[string, Picture]>([
    ['grey, 8 bits', {}],
    ['grey, 1 bit', { depth: 1, pixels: Buffer.alloc(6) }],
    ['colours, 8 bits', { type: 2, pixels: Buffer.alloc(3 * 7) }],
    ['colours, 16 bits', { type: 2, depth: 16, pixels: Buffer.alloc(3 * 13) }],
    ['colours with transparency', { type: 6, pixels: Buffer.alloc(3 * 9) }],
    ['indexed', { type: 3, depth: 8, before: [chunk('PLTE', Buffer.alloc(3))] }],
    // Passes 1, 4, 6 and 7 hold 1, 1, 1 + 1 and 2 pixels, in 1, 1, 2 and 1 rows.
    ['interlaced', { interlace: 1, pixels: Buffer.alloc(2 + 2 + 4 + 3) }],
  ])('%s is read, and drawn by what draws documents', (_name, picture) => {
    const read = readPng(png(picture), LIMITS);
    expect(read).toMatchObject({ width: 2, height: 3 });
    if ('fault' in read) return;
    const doc = new PDFDocument();
    doc.on('data', () => {});
    expect(() => doc.image(read.bytes, 0, 0).end()).not.toThrow();
  });

  test('loses what tells of its author, place and time, and keeps its pixels', () => {
    const told = [
      chunk('tEXt', 'Author\0Quelqu’un'),
      chunk('eXIf', 'Bordeaux'),
      chunk('tIME', Buffer.alloc(7)),
    ];
    const read = readPng(png({ before: told, after: told }), LIMITS);
    expect(read).toMatchObject({ bytes: png() });
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'Ce fichier est vide.'],
    ['too many bytes', Buffer.alloc(10_001), 'Cette image dépasse 10\u00a0ko\u00a0: réduisez-la.'],
    ['a page', Buffer.from('<html>'), 'pas une image PNG'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'pas une image PNG'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'pas une image PNG'],
    ['the signature alone', SIGNATURE, 'abîmée'],
    ['one that is cut', png().subarray(0, -5), 'abîmée'],
    ['one with something behind', Buffer.concat([png(), Buffer.from('<script>')]), 'abîmée'],
    ['one with a flipped bit', flipped(png(), 60), 'abîmée'],
    // What only the sum of a part tells.
    ['one whose end has another sum', flipped(png(), png().length - 1), 'abîmée'],
    ['no width', png({ width: 0 }), 'abîmée'],
    ['101 pixels across', png({ width: 101 }), '101\u00a0×\u00a03\u00a0pixels'],
    ['51 pixels down', png({ height: 51 }), '2\u00a0×\u00a051\u00a0pixels'],
    ['4 thousand million pixels across', png({ width: 4_000_000_000 }), 'pixels'],
    ['a depth that its colours have not', png({ type: 2, depth: 4 }), 'abîmée'],
    ['colours of no sort', png({ type: 5 }), 'abîmée'],
    ['a palette that is not there', png({ type: 3 }), 'abîmée'],
    ['fewer pixels than announced', png({ pixels: Buffer.alloc(8) }), 'abîmée'],
    // A thousand times what its head announces: it stops there.
    ['more pixels than announced', png({ pixels: Buffer.alloc(1_000_000) }), 'abîmée'],
    ['pixels that do not unpack', png({ before: [chunk('IDAT', 'x')] }), 'abîmée'],
    ['an interlacing of no sort', png({ interlace: 2 }), 'abîmée'],
  ])('is not %s', (_name, bytes, fault) => {
    expect(faultOf(bytes)).toContain(fault);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}
