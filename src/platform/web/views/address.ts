/**
 * An address of this site with its query, each value encoded; what is empty or absent is left out. Pages assemble
 * addresses by this alone: what is written by hand is escaped twice, or not at all.
 * @param path as it stands, such as `/parcourspro/actions`
 */
export function addressOf(
  path: string,
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
