import type { PdfTable } from '../steps.ts';
import { INK, LINE, MARGIN, type Page, SIZE } from './page.ts';
import { inOrder } from './text.ts';

const HEADER_FILL = '#eef2f5';
const PADDING = 4;

/** Draws a table: its header comes back on each page, and the first cell of a row names it. */
export function drawTable({ doc, root, printable, width, bottom }: Page, table: PdfTable): void {
  const { columns, rows, rowHeight = 0 } = table;
  const shares = columns.reduce((sum, column) => sum + column.width, 0);
  const widths = columns.map((column) => (column.width / shares) * width());
  const element = doc.struct('Table' as never);
  root.add(element);

  const heightOf = (cells: readonly string[], least: number): number => {
    const heights = cells.map((cell, index) =>
      doc
        .font(index === 0 ? 'bold' : 'body')
        .fontSize(SIZE - 1)
        .heightOfString(cell, { width: (widths[index] as number) - 2 * PADDING, ...inOrder(cell) }),
    );
    return Math.max(least, ...heights.map((height) => height + 2 * PADDING));
  };

  const draw = (cells: readonly string[], kind: 'header' | 'repeated' | 'row', height: number) => {
    const top = doc.y;
    // A structure element that is never added would keep the document from ending.
    const row = kind === 'repeated' ? undefined : doc.struct('TR' as never);
    if (row) element.add(row);
    let left = MARGIN;
    cells.forEach((cell, index) => {
      const cellWidth = widths[index] as number;
      const at = left;
      doc.markContent('Artifact' as never, { type: 'Layout' });
      if (kind !== 'row') doc.rect(at, top, cellWidth, height).fill(HEADER_FILL);
      doc.rect(at, top, cellWidth, height).lineWidth(0.5).stroke(LINE);
      doc.endMarkedContent();
      const write = () => {
        // Of the cell that names a row, the first line is the name.
        const [name = '', ...details] = kind === 'row' && index === 0 ? cell.split('\n') : [cell];
        const box = { width: cellWidth - 2 * PADDING, ...inOrder(cell) };
        doc
          .font(kind === 'row' && index > 0 ? 'body' : 'bold')
          .fontSize(SIZE - 1)
          .fillColor(INK)
          .text(name, at + PADDING, top + PADDING, box);
        if (details.length > 0) doc.font('body').text(details.join('\n'), at + PADDING, doc.y, box);
      };
      if (!row) {
        doc.markContent('Artifact' as never, { type: 'Pagination' });
        write();
        doc.endMarkedContent();
      } else {
        const isHeader = kind === 'header' || index === 0;
        const scope = kind === 'header' ? 'Column' : 'Row';
        const part = doc.struct(
          (isHeader ? 'TH' : 'TD') as never,
          (isHeader ? { scope } : {}) as never,
          (cell === '' ? [] : [write]) as never,
        );
        row.add(part);
      }
      left += cellWidth;
    });
    row?.end();
    doc.x = MARGIN;
    doc.y = top + height;
  };

  const labels = columns.map(({ label }) => printable(label));
  const headerHeight = heightOf(labels, 0);
  const printed = rows.map((cells) => cells.map(printable));
  const first = printed[0] ? heightOf(printed[0], rowHeight) : 0;
  if (doc.y + headerHeight + first > bottom()) doc.addPage();
  draw(labels, 'header', headerHeight);
  for (const cells of printed) {
    const height = heightOf(cells, rowHeight);
    if (doc.y + height > bottom()) {
      doc.addPage();
      draw(labels, 'repeated', headerHeight);
    }
    draw(cells, 'row', height);
  }
  element.end();
  doc.y += SIZE;
}
