import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { inflateSync } from 'node:zlib';
import type { PDFDict, PDFName, PDFObject, PDFRawStream, PDFRef, PDFStream } from '@cantoo/pdf-lib';
import type { PdfFault } from './pdf-inspection.ts';

// All of it in one file loads in a third of the time of its two hundred, and this thread is started for each PDF.
const require = createRequire(import.meta.url);
const pdfLib = require(
  path.join(path.dirname(require.resolve('@cantoo/pdf-lib')), '../dist/pdf-lib.js'),
) as typeof import('@cantoo/pdf-lib');

/** What was found. Kept beside the error that ends the reading, which the library replaces by one of its own. */
class Finding {
  fault: PdfFault | undefined;

  stop(fault: PdfFault): never {
    this.fault ??= fault;
    throw new Error(fault);
  }

  name(name: PDFName): PDFName {
    return ACTIVE_NAMES.has(name.asString()) ? this.stop('active') : name;
  }

  keys(dict: PDFDict): PDFDict {
    if (has(dict, 'Encrypt')) this.stop('encrypted');
    return ACTIVE_KEYS.some((key) => has(dict, key)) ? this.stop('active') : dict;
  }
}

/** Words that stand in a PDF only where it runs, carries or opens something, whatever key or object holds them. */
const ACTIVE_NAMES = new Set([
  '/JavaScript',
  '/Launch',
  '/ImportData',
  '/SubmitForm',
  '/GoToE',
  '/GoToR',
  '/EmbeddedFile',
  '/EmbeddedFiles',
  '/FileAttachment',
  '/RichMedia',
  '/RichMediaExecute',
]);
/** The same, short enough to be the name of a font or a picture: as keys only. */
const ACTIVE_KEYS = ['JS', 'XFA', 'EF'];

/** Packed objects beyond this, in bytes: no document of ten megabytes has as much. */
const MOST_UNPACKED = 32 * 1024 * 1024;

/**
 * Reads every object of a file, also those that no table of objects mentions or that a later one replaces: readers differ
 * in which they take. Whatever it cannot follow ends it: better a sound file refused than the reverse.
 */
class Inspector extends pdfLib.PDFParser {
  /** Where the objects and the trailers begin that were read, in bytes. */
  readonly read = new Set<number>();
  /** The packed objects met so far, unpacked. */
  readonly packs: PDFRawStream[] = [];
  private readonly finding: Finding;
  private depth = 0;
  private left = MOST_UNPACKED;

  constructor(bytes: Uint8Array, finding: Finding) {
    super(bytes, Number.POSITIVE_INFINITY, true);
    this.finding = finding;
  }

  override parseObject(ref?: PDFRef): PDFObject {
    if (this.depth === 0) {
      this.skipWhitespaceAndComments();
      this.read.add(this.bytes.offset());
    }
    this.depth += 1;
    const object = super.parseObject(ref);
    this.depth -= 1;
    return object;
  }

  protected override parseName(): PDFName {
    return this.finding.name(super.parseName());
  }

  protected override parseDict(ref?: PDFRef): PDFDict {
    // That of a trailer belongs to no object.
    if (this.depth === 0) this.read.add(this.bytes.offset());
    return this.finding.keys(super.parseDict(ref));
  }

  protected override parseDictOrStream(ref?: PDFRef): PDFDict | PDFStream {
    const object = super.parseDictOrStream(ref);
    if (!(object instanceof pdfLib.PDFRawStream)) return object;
    // Its content would be that of another file.
    if (has(object.dict, 'F')) this.finding.stop('active');
    // Told by « First » rather than by its type, which readers do not look at.
    if (has(object.dict, 'First') || isPacked(object.dict)) this.packs.push(this.unpack(object));
    // Emptied: what it says was looked at, and the library is not to unpack anything without our limits.
    return pdfLib.PDFRawStream.of(pdfLib.PDFDict.withContext(this.context), new Uint8Array());
  }

  private unpack({ dict, contents }: PDFRawStream): PDFRawStream {
    const filter = String(dict.get(pdfLib.PDFName.of('Filter')) ?? '')
      .replace(/[[\]\s]/g, '')
      .replace(/^\/Fl$/, '/FlateDecode');
    const isPlain = filter === '' || filter === 'null';
    if ((!isPlain && filter !== '/FlateDecode') || has(dict, 'DecodeParms') || has(dict, 'DP')) {
      this.finding.stop('unreadable');
    }
    const unpacked = isPlain ? contents : inflateSync(contents, { maxOutputLength: this.left });
    this.left -= unpacked.length;
    if (this.left <= 0) this.finding.stop('unreadable');
    const plain = pdfLib.PDFDict.withContext(this.context);
    for (const key of ['First', 'N']) {
      const name = pdfLib.PDFName.of(key);
      const value = dict.get(name);
      if (value) plain.set(name, value);
    }
    return pdfLib.PDFRawStream.of(plain, new Uint8Array(unpacked));
  }
}

/** Reads the objects of one pack, whose contents are plain. */
class PackInspector extends pdfLib.PDFObjectStreamParser {
  private readonly finding: Finding;

  constructor(pack: PDFRawStream, finding: Finding) {
    super(pack);
    this.finding = finding;
  }

  protected override parseName(): PDFName {
    return this.finding.name(super.parseName());
  }

  protected override parseDict(ref?: PDFRef): PDFDict {
    return this.finding.keys(super.parseDict(ref));
  }
}

const has = (dict: PDFDict, key: string) => dict.has(pdfLib.PDFName.of(key));
const isPacked = (dict: PDFDict) => dict.get(pdfLib.PDFName.of('Type')) === pdfLib.PDFName.of('ObjStm');

// « 12 0 obj » or « trailer », with blanks and remarks between the words.
const BLANK = String.raw`(?:[\0\s]|%[^\r\n]*[\r\n])`;
const BEGINNING = new RegExp(
  `(?:\\d${BLANK}+\\d+${BLANK}*obj(?![A-Za-z])${BLANK}*|trailer${BLANK}*(?=<<))`,
  'g',
);

/**
 * Whether some object stands where none was read: in a stream, a remark or a text, to which a table of objects can lead.
 * @param read where those that were read begin, in bytes
 */
function hidesObjects(bytes: Uint8Array, read: ReadonlySet<number>): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const { index, 0: words } of text.matchAll(BEGINNING)) {
    if (!read.has(index + words.length)) return true;
  }
  return false;
}

async function faultOf(bytes: Uint8Array): Promise<PdfFault | undefined> {
  const finding = new Finding();
  try {
    const inspector = new Inspector(bytes, finding);
    await inspector.parseDocument();
    for (const pack of inspector.packs) await new PackInspector(pack, finding).parseIntoContext();
    return hidesObjects(bytes, inspector.read) ? 'unreadable' : undefined;
  } catch {
    return finding.fault ?? 'unreadable';
  }
}

// The library warns of what it mends; nobody reads it here.
console.warn = () => {};
parentPort?.postMessage(await faultOf(workerData as Uint8Array));
