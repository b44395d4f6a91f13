/** The first of what was found. @throws when nothing was */
export function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was found');
  return row;
}
