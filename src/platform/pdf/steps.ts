import type { SealKey } from './seal.ts';

/** Words of one look. */
export interface PdfSpan {
  text: string;
  bold?: boolean;
}

/** What a line says, all alike or with words that stand out. */
export type PdfText = string | readonly PdfSpan[];

/** What a table holds; a column's width is its share of the line. */
export interface PdfTable {
  columns: readonly { label: string; width: number }[];
  rows: readonly (readonly string[])[];
  /** Room to sign: the least height of a row, in points. */
  rowHeight?: number;
}

/** A line of a drawing: its points from the pen's going down to its going up, in shares of the frame's width and height. */
export type PdfStroke = readonly (readonly [x: number, y: number])[];

/** Writes a document from top to bottom; pages follow one another as they fill up. Sizes are in points. */
export interface PdfWriter {
  heading(text: string, level?: 1 | 2 | 3): void;
  paragraph(text: PdfText, style?: { small?: boolean; bold?: boolean }): void;
  /** With bullets, or numbered from `from` on. */
  list(items: readonly PdfText[], from?: number): void;
  /** Label and value, one pair per line. */
  facts(pairs: readonly (readonly [label: string, value: string])[]): void;
  /** The header comes back on each page; the first column names the row. */
  table(table: PdfTable): void;
  /** Boxes with their words, one per line; a reader is told which are ticked. */
  boxes(choices: readonly { label: string; isTicked: boolean }[]): void;
  /** A QR code, which says `address` to a telephone and `alt` to whoever does not see it, with lines beside it. */
  code(address: string, about: { alt: string; beside: readonly PdfText[] }): void;
  /** What somebody drew with a finger or a pen, in a frame. */
  strokes(strokes: readonly PdfStroke[], frame: { alt: string; width: number; height: number }): void;
  /** A PNG, as wide as said or as high, whichever is less. */
  image(png: Uint8Array, frame: { alt: string; width: number; height: number }): void;
  space(points: number): void;
  newPage(): void;
}

export interface PdfOptions {
  title: string;
  /** Shown small at the foot of each page, before the number of the page. */
  footer: string;
  landscape?: boolean;
  /** Printed in the file's own properties. */
  at: Date;
  /** Of a document that counts before the law: one with a character that the fonts lack is not made at all. */
  refusesUnknown?: boolean;
  /** With what it is sealed, and what the seal says. */
  seal?: { key: SealKey; name: string; reason: string };
}

/** One call of a {@link PdfWriter}: what is written is handed to another thread, which takes data only. */
export type PdfStep = {
  [Name in keyof PdfWriter]: readonly [name: Name, ...args: Parameters<PdfWriter[Name]>];
}[keyof PdfWriter];

/** What is asked of the thread that draws. */
export interface PdfTask {
  options: PdfOptions;
  steps: readonly PdfStep[];
}

/** What became of a task; without bytes where it `refusesUnknown` and there is some. */
export interface DrawnPdf {
  bytes: Uint8Array | undefined;
  pages: number;
  /** Characters that the fonts do not have, each once. */
  unknown: string[];
}
