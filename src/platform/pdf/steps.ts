/** What a table holds; a column's width is its share of the line. */
export interface PdfTable {
  columns: readonly { label: string; width: number }[];
  rows: readonly (readonly string[])[];
  /** Room to sign: the least height of a row, in points. */
  rowHeight?: number;
}

/** Writes a document from top to bottom; pages follow one another as they fill up. */
export interface PdfWriter {
  heading(text: string, level?: 1 | 2): void;
  paragraph(text: string, style?: { small?: boolean; bold?: boolean }): void;
  /** Label and value, one pair per line. */
  facts(pairs: readonly (readonly [label: string, value: string])[]): void;
  /** The header comes back on each page; the first column names the row. */
  table(table: PdfTable): void;
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
