/** What a statement of the database saw, as PostgreSQL writes it: `xmin:xmax:xip,xip…`. */
export type Snapshot = string;

/**
 * Whether one saw all that the other did. Of two snapshots of one database the later has the greater `xmax`, or the same
 * and fewer transactions that were under way.
 */
export function sawAsMuch(one: Snapshot, other: Snapshot): boolean {
  const [, most = '0', underWay = ''] = one.split(':');
  const [, otherMost = '0', otherUnderWay = ''] = other.split(':');
  const [a, b] = [BigInt(most), BigInt(otherMost)];
  return a === b ? countOf(underWay) <= countOf(otherUnderWay) : a > b;
}

const countOf = (list: string) => (list === '' ? 0 : list.split(',').length);
