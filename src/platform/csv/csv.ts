import { formatTime, type Moment, parisDay } from '../french/time.ts';

/** A cell of a CSV file. */
export type Cell = string | number | null | undefined;

/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/**
 * Digits that are a name rather than a quantity, with or without spaces: a SIRET would be rounded to 9,9E+13, a telephone
 * or a postcode would lose its first zero, « 12E5 » would become 1 200 000.
 */
const CODE = /^(0[\d\s]+|\d[\d\s]{10,}|\d+e\d+)$/i;
/** What {@link toCsv} put before a cell. */
const GUARD = /^(?:'(?=[=+\-@\t\r])|\t(?=\d))/;
const SEPARATOR = ';';
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes a CSV file as spreadsheets open it in French: `;`, lines ended by CR LF, UTF-8 with a byte order mark, a comma in
 * numbers. Text that a spreadsheet would take for a formula is kept harmless by an apostrophe before it.
 *
 * A SIRET and other codes of digits get a tab before them, which makes text of them and does not show. `="…"` would do
 * too, but is a formula: our own guard, careful spreadsheets and whatever else reads the file refuse or show it; an
 * apostrophe is seen. Our readers, as those that trim their cells, take the tab off again.
 */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return BYTE_ORDER_MARK + rows.map(csvLine).join('');
}

const csvLine = (row: readonly Cell[]): string => `${row.map(cell).join(SEPARATOR)}\r\n`;

/** Lines to come after those of {@link toCsv}, in the same file. */
export const moreCsv = (rows: readonly (readonly Cell[])[]): string => rows.map(csvLine).join('');

/** « 30/11/2026 », a day in Paris: what a French spreadsheet takes for a date, and sorts as one. */
export function dayCell(moment: Moment): string {
  const { day, month, year } = parisDay(moment);
  return `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`;
}

/** « 30/11/2026 17:20 », likewise. */
export const momentCell = (moment: Moment): string => `${dayCell(moment)} ${formatTime(moment)}`;

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  // The quotes of « "1,75" » keep it in one cell wherever a comma stands between cells; a spreadsheet still counts it.
  if (typeof value === 'number') return quoted(String(value).replace('.', ','));
  return quoted(FORMULA.test(value) ? `'${value}` : CODE.test(value) ? `\t${value}` : value);
}

const quoted = (text: string) => (/[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A cell as it was before `toCsv`, or another program by `="…"`, kept it harmless or made text of it. */
export function unguarded(written: string): string {
  const formula = /^="(.*)"$/su.exec(written)?.[1];
  return formula === undefined ? written.replace(GUARD, '') : formula.replaceAll('""', '"');
}
