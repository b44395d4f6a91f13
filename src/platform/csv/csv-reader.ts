/** A row of a CSV file with the number of the line on which it begins (the header is on line 1). */
export interface CsvRow {
  line: number;
  cells: string[];
  /** The last of a file that does not end with a line end: whole perhaps, or cut. */
  isUnfinished?: true;
}

/** Longer than any real row: an unclosed quote must not swallow a file into memory. */
const LONGEST_ROW = 100_000;

/**
 * Reads CSV (RFC 4180: quotes, doubled quotes, line ends within quotes) as it comes, whatever ends its lines; comma,
 * semicolon or tab by the header.
 * Ours rather than a library's for speed: rows without a quote, nearly all of a SIRENE file, are merely split.
 * @param chunks decoded text in pieces of any size
 * @throws Error when a quote is never closed
 */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  let rest = '';
  let line = 0;
  let pending = '';
  let pendingLine = 0;
  let separator = '';
  const take = (text: string, rows: CsvRow[], isLast?: true) => {
    line += 1;
    let whole = text;
    if (pending !== '') whole = `${pending}\n${text}`;
    else pendingLine = line;
    if (whole.includes('"') && isOpen(whole)) {
      if (whole.length > LONGEST_ROW) throw new Error(`guillemet jamais refermé, ligne ${pendingLine}`);
      pending = whole;
      return;
    }
    pending = '';
    if (separator === '') {
      whole = whole.replace(/^\ufeff/, '');
      if (whole !== '') separator = separatorOf(whole);
    }
    if (whole !== '')
      rows.push({ line: pendingLine, cells: cellsOf(whole, separator), isUnfinished: isLast });
  };
  for await (const chunk of chunks) {
    let text = rest + chunk;
    // A « CR » at the end may be the first half of a line end.
    const held = text.endsWith('\r') ? '\r' : '';
    if (held) text = text.slice(0, -1);
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    const lines = text.split('\n');
    rest = (lines.pop() ?? '') + held;
    if (rest.length > LONGEST_ROW) throw new Error(`ligne démesurée après la ligne ${line}`);
    const rows: CsvRow[] = [];
    for (const one of lines) take(one, rows);
    if (rows.length > 0) yield rows;
  }
  const rows: CsvRow[] = [];
  if (rest !== '') take(rest.replace(/\r$/, ''), rows, true);
  if (pending !== '') throw new Error(`guillemet jamais refermé, ligne ${pendingLine}`);
  if (rows.length > 0) yield rows;
}

// The sign that cuts the header into the most columns; what stands within quotes cuts nothing.
function separatorOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const columns = (sign: string) => bare.split(sign).length;
  return [';', '\t', ','].reduce((best, sign) => (columns(sign) > columns(best) ? sign : best), ',');
}

// An odd number of quotes: the row goes on after this line end.
function isOpen(text: string): boolean {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open;
  return open;
}

function cellsOf(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator);
  const cells: string[] = [];
  for (let at = 0; at <= row.length; ) {
    if (row[at] !== '"') {
      const end = row.indexOf(separator, at);
      cells.push(row.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? row.length + 1 : end + 1;
      continue;
    }
    let end = row.indexOf('"', at + 1);
    while (end >= 0 && row[end + 1] === '"') end = row.indexOf('"', end + 2);
    cells.push(row.slice(at + 1, end < 0 ? undefined : end).replaceAll('""', '"'));
    const next = end < 0 ? -1 : row.indexOf(separator, end);
    at = next < 0 ? row.length + 1 : next + 1;
  }
  return cells;
}
