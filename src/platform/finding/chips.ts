/** A filter in use, with the same search without it. */
export interface Chip {
  label: string;
  removeHref: string;
}

/** The chip of a filter; undefined for one that is not in use. */
export const chip = (isUsed: unknown, label: string | undefined, removeHref: string): Chip | undefined =>
  isUsed ? { label: label ?? '', removeHref } : undefined;
