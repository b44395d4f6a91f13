const numbers = new Intl.NumberFormat('fr-FR');

/** « 1 place restante », « 4 places restantes », « 0 place restante »: in French, singular up to 1. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${numbers.format(count)}\u00a0${Math.abs(count) < 2 ? singular : many}`;
}

/**
 * « d’Inès », « de Paul »: « de » before a name, elided before a vowel. An h is left alone: nothing in a name tells a
 * mute one (« d’Hélène ») from another (« de Hugues »).
 */
export function deName(name: string): string {
  const [initial = ''] = name.trim().normalize('NFD').toLowerCase();
  return 'aeiouœæ'.includes(initial) && initial !== '' ? `d’${name}` : `de ${name}`;
}

/** « 732 829 320 00074 »: a SIRET in the groups that people read aloud. */
export function formatSiret(siret: string): string {
  return siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1\u00a0$2\u00a0$3\u00a0$4');
}

/** « 33600 Pessac », or that nobody knows where: some imported lists hold no address. */
export function placeOf({ postcode, city }: { postcode: string; city: string }): string {
  return [postcode, city].filter(Boolean).join(' ') || 'adresse inconnue';
}

/** The modalities of an action or a slot, as pages name them (guide 003). */
const modalities: Readonly<Record<string, string>> = Object.freeze({
  in_person: 'Présentiel',
  remote: 'Distanciel',
  mixed: 'Mixte',
});

/** « Présentiel », « Distanciel », « Mixte » */
export const modalityLabel = (code: string): string => modalities[code] ?? code;

/** « 1.5 jours (présentiel) » (guide 003, cards of « Prochainement »). */
export function formatDuration(days: number, modality: string): string {
  return `${days}\u00a0${days > 1 ? 'jours' : 'jour'} (${modalityLabel(modality).toLowerCase()})`;
}

/** « 3 h 30 », « 7 h », « 45 min » */
export function formatHours(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest}\u00a0min`;
  return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h\u00a0${String(rest).padStart(2, '0')}`;
}

/** « 05 56 00 00 00 » for French numbers kept as E.164. */
export function formatPhone(phone: string | null): string {
  if (!phone) return '';
  const national = /^\+33(\d)(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(phone);
  return national ? `0${national[1]}\u00a0${national.slice(2).join('\u00a0')}` : phone;
}
