import type PDFDocument from 'pdfkit';

export const MARGIN = 40;
export const FOOTER = 24;
export const SIZE = 10;
export const SMALL = 8;
export const INK = '#1b2733';
export const MUTED = '#51606e';
export const LINE = '#8b98a5';

export type Doc = InstanceType<typeof PDFDocument>;

/** Where a document is at: what each part of it is drawn with. Lengths are in points. */
export interface Page {
  doc: Doc;
  /** The element of the structure that holds all others. */
  root: PDFKit.PDFStructureElement;
  width(): number;
  /** Below it, the foot of the page. */
  bottom(): number;
  /** A text as the fonts can write it. */
  printable(text: string): string;
}

/** Runs `draw` as the content of a new element of the structure. */
export function tagged(
  { doc }: Page,
  parent: PDFKit.PDFStructureElement,
  tag: string,
  draw: () => void,
  options: { alt?: string } = {},
): void {
  parent.add(doc.struct(tag as never, options as never, [draw] as never));
}

/** Goes on to the next page where `height` does not fit on this one; where it fits on none, it begins here. */
export function makeRoom({ doc, bottom }: Page, height: number): void {
  if (doc.y + height > bottom() && height <= bottom() - MARGIN) doc.addPage();
}
