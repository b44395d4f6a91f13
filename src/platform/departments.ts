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
