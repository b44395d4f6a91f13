/** The départements of the region, by code. */
export const departments: Readonly<Record<string, string>> = Object.freeze({
  '16': 'Charente',
  '17': 'Charente-Maritime',
  '19': 'Corrèze',
  '23': 'Creuse',
  '24': 'Dordogne',
  '33': 'Gironde',
  '40': 'Landes',
  '47': 'Lot-et-Garonne',
  '64': 'Pyrénées-Atlantiques',
  '79': 'Deux-Sèvres',
  '86': 'Vienne',
  '87': 'Haute-Vienne',
});

/** « Gironde (33) » */
export const departmentLabel = (code: string): string => `${departments[code] ?? code}\u00a0(${code})`;

/**
 * The département of a postcode or of an INSEE commune code: its first two characters, three overseas; the postcodes
 * of Corsica (20xxx) are those of 2A below 20200. Empty for what is neither.
 */
export function departmentOf(code: string): string {
  if (!/^(\d{2}|2[AB])\d{3}$/.test(code)) return '';
  if (code.startsWith('97') || code.startsWith('98')) return code.slice(0, 3);
  if (code.startsWith('20')) return code < '20200' ? '2A' : '2B';
  return code.slice(0, 2);
}
