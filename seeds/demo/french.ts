const NBSP = '\u00a0';

/** Puts the spaces that must not break where French wants them, so that the texts can be typed plainly. */
export function french(text: string): string {
  return text.replace(/ (?=[;:!?»%])/g, NBSP).replace(/« /g, `«${NBSP}`);
}

/** « Élodie D’Escale » → « elodie.d-escale »: the words of a name for an e-mail or an address. */
export function plain(text: string, separator: string): string {
  return text
    .replace(/œ/gi, 'oe')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, separator)
    .replace(/^\W+|\W+$/g, '');
}
