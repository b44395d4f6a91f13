/** Rows of one page of a list that SQL cuts, with the number of rows of the whole list. */
export interface Paged<T> {
  rows: T[];
  total: number;
}

/** Which part of a list is wanted. */
export interface Slice {
  limit: number;
  offset: number;
}

/** Gathers the rows of a statement that gives `count(*) over () as total`. */
export function paged<T extends { total: number }>(rows: T[]): Paged<T> {
  return { rows, total: rows[0]?.total ?? 0 };
}
