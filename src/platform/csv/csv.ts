/** A cell of a CSV file. */
export type Cell = string | number | null | undefined;

/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'(?=[=+\-@\t\r])/;
const SEPARATOR = ';';
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes a CSV file as spreadsheets open it in French: `;`, lines ended by CR LF, UTF-8 with a byte order mark. Text
 * that a spreadsheet would take for a formula is kept harmless by an apostrophe before it; numbers are left as they are.
 */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return BYTE_ORDER_MARK + rows.map(csvLine).join('');
}

const csvLine = (row: readonly Cell[]): string => `${row.map(cell).join(SEPARATOR)}\r\n`;

/** Lines to come after those of {@link toCsv}, in the same file. */
export const moreCsv = (rows: readonly (readonly Cell[])[]): string => rows.map(csvLine).join('');

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[";\r\n\t]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A cell as it was before `toCsv` kept it harmless: text that is read back is not shown with our apostrophe. */
export const unguarded = (written: string): string => written.replace(GUARDED, '');
