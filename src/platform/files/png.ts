import { crc32, inflateSync } from 'node:zlib';

/** A picture that was read whole. */
export interface Png {
  /** In pixels. */
  width: number;
  height: number;
  /** The picture alone: without texts, times, places and whatever else the file told. */
  bytes: Buffer;
}

/** As large as a picture may be. */
export interface PngLimits {
  bytes: number;
  width: number;
  height: number;
}

/** What every PNG begins with. */
export const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What a picture is drawn from. */
const DRAWN = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];
/** Samples of a pixel, by colour type, with the depths that each may have (PNG, 11.2.1). */
const COLOURS: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
/** Where each of the seven passes of an interlaced picture begins, and its steps (PNG, 8.2). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

const NOT_PNG =
  'Ce fichier n’est pas une image PNG\u00a0: enregistrez-la au format PNG, quel que soit son nom.';
const BROKEN = 'Cette image PNG est abîmée\u00a0: enregistrez-la de nouveau.';

/**
 * Reads bytes given as a PNG to its last pixel: whatever draws it later finds what its head announces, and no more.
 * @returns the picture, or what is wrong with it in words for whoever sends it
 */
export function readPng(sent: Uint8Array, limits: PngLimits): Png | { fault: string } {
  const file = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
  if (file.length === 0) return { fault: 'Ce fichier est vide.' };
  if (file.length > limits.bytes) {
    return {
      fault: `Cette image dépasse ${Math.floor(limits.bytes / 1000)}\u00a0ko\u00a0: réduisez-la.`,
    };
  }
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return { fault: NOT_PNG };
  const chunks = chunksOf(file);
  const head = chunks?.[0];
  if (!chunks || head?.type !== 'IHDR' || head.data.length !== 13) return { fault: BROKEN };
  const [width, height] = [head.data.readUInt32BE(0), head.data.readUInt32BE(4)];
  if (width === 0 || height === 0) return { fault: BROKEN };
  if (width > limits.width || height > limits.height) {
    return {
      fault: `Cette image fait ${width}\u00a0×\u00a0${height}\u00a0pixels\u00a0: réduisez-la à ${limits.width}\u00a0×\u00a0${limits.height} au plus.`,
    };
  }
  const size = sizeOf(head.data, width, height);
  if (size === undefined || !holds(chunks, head.data, size)) return { fault: BROKEN };
  const kept = chunks.filter(({ type }) => DRAWN.includes(type)).map(({ whole }) => whole);
  return { width, height, bytes: Buffer.concat([SIGNATURE, ...kept]) };
}

/** Part of a PNG. */
export interface Chunk {
  type: string;
  data: Buffer;
  /** With its length and its sum. */
  whole: Buffer;
}

/** The parts of a file, each with the right sum, up to its end and no further; undefined where it is not made so. */
export function chunksOf(file: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at + 12 <= file.length) {
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) return undefined;
    const named = file.subarray(at + 4, end - 4);
    if (crc32(named) !== file.readUInt32BE(end - 4)) return undefined;
    chunks.push({
      type: named.toString('latin1', 0, 4),
      data: named.subarray(4),
      whole: file.subarray(at, end),
    });
    at = end;
    if (chunks.at(-1)?.type === 'IEND') return at === file.length ? chunks : undefined;
  }
  return undefined;
}

/** How many bytes the pixels take, unpacked; undefined for a head that no picture has. */
function sizeOf(head: Buffer, width: number, height: number): number | undefined {
  const [depth = 0, type = 0, compression, filter, interlace] = head.subarray(8);
  const colour = COLOURS[type];
  if (!colour?.depths.includes(depth) || compression !== 0 || filter !== 0) return undefined;
  const bits = colour.samples * depth;
  const rows = (across: number, down: number) =>
    across === 0 || down === 0 ? 0 : down * (1 + Math.ceil((across * bits) / 8));
  if (interlace === 0) return rows(width, height);
  if (interlace !== 1) return undefined;
  return PASSES.reduce(
    (total, [x, y, stepX, stepY]) =>
      total + rows(Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)),
    0,
  );
}

function holds(chunks: readonly Chunk[], head: Buffer, size: number): boolean {
  const data = (type: string) => chunks.filter((one) => one.type === type).map((one) => one.data);
  // Indexed colours need their palette.
  if (head[9] === 3 && data('PLTE').length !== 1) return false;
  try {
    return inflateSync(Buffer.concat(data('IDAT')), { maxOutputLength: size }).length === size;
  } catch {
    return false;
  }
}
