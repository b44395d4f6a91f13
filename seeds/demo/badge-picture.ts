import { crc32, deflateSync } from 'node:zlib';

const SIDE = 400;
type Colour = readonly [red: number, green: number, blue: number];

/** A picture for a badge of the demonstration: a ring around a disc, with a star of so many points. */
export function badgePicture(ring: Colour, disc: Colour, points: number): Buffer {
  const lines: Buffer[] = [];
  for (let y = 0; y < SIDE; y += 1) {
    const line = Buffer.alloc(1 + SIDE * 4);
    for (let x = 0; x < SIDE; x += 1) {
      const [dx, dy] = [x - SIDE / 2 + 0.5, y - SIDE / 2 + 0.5];
      const far = Math.hypot(dx, dy);
      const wave = Math.cos(points * Math.atan2(dx, -dy));
      const isStar = far < 84 + 34 * wave;
      const [red, green, blue] = isStar ? [255, 255, 255] : far < 152 ? disc : ring;
      // One pixel of the rim is half seen, so that it looks round.
      const opacity = Math.round(255 * Math.min(1, Math.max(0, 190 - far)));
      line.set([red, green, blue, opacity], 1 + x * 4);
    }
    lines.push(line);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
