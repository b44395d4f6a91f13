import { crc32, deflateRawSync } from 'node:zlib';

interface ZipOptions {
  deflated?: boolean;
  /** Sizes and places written in 64 bits, as for a file of more than 4 GB. */
  is64?: boolean;
}

const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value & 255, value >> 8]));
const u32 = (...values: number[]) =>
  Buffer.concat(values.map((value) => Buffer.from(new Uint32Array([value]).buffer)));
const u64 = (...values: number[]) =>
  Buffer.concat(values.map((value) => Buffer.from(new BigUint64Array([BigInt(value)]).buffer)));
const UNKNOWN = 0xffffffff;

/** A .zip of one file. */
export function zipOf(name: string, content: string, { deflated, is64 }: ZipOptions = {}): Buffer {
  const plain = Buffer.from(content);
  const data = deflated ? deflateRawSync(plain) : plain;
  const title = Buffer.from(name);
  const begins = Buffer.concat([u16(is64 ? 45 : 20, 0, deflated ? 8 : 0, 0, 33), u32(crc32(plain))]);
  const sizes = u32(data.length, plain.length);
  const local = Buffer.concat([u32(0x04034b50), begins, sizes, u16(title.length, 0), title, data]);
  const extra = is64 ? Buffer.concat([u16(1, 16), u64(plain.length, data.length)]) : Buffer.alloc(0);
  const entry = Buffer.concat([
    ...[u32(0x02014b50), u16(45), begins, is64 ? u32(UNKNOWN, UNKNOWN) : sizes],
    ...[u16(title.length, extra.length, 0, 0, 0), u32(0, 0), title, extra],
  ]);
  const end64 = Buffer.concat([
    ...[u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(1, 1, entry.length, local.length)],
    ...[u32(0x07064b50, 0), u64(local.length + entry.length), u32(1)],
  ]);
  const end = Buffer.concat([
    ...[u32(0x06054b50), u16(0, 0)],
    ...(is64 ? [u16(0xffff, 0xffff), u32(UNKNOWN, UNKNOWN)] : [u16(1, 1), u32(entry.length, local.length)]),
    u16(0),
  ]);
  return Buffer.concat(is64 ? [local, entry, end64, end] : [local, entry, end]);
}
