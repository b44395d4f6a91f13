/**
 * Reads an hour of LHÉO, which bodies write as « 9h », « 14h15 », « 14:15 » or « 1415 ».
 * @returns `HH:MM`, or undefined where it is none
 */
export function readLheoHour(raw: string): string | undefined {
  const [, hours = '', minutes = '00'] =
    /^\s*(\d{1,2})\s*[h:]\s*(\d{2})?\s*$/i.exec(raw) ?? /^\s*(\d{2})(\d{2})\s*$/.exec(raw) ?? [];
  if (!hours || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return `${hours.padStart(2, '0')}:${minutes}`;
}

/** An hour as LHÉO writes it, « 9h » or « 14h15 ». @param time `HH:MM` */
export function lheoHour(time: string): string {
  const [hours = '', minutes = ''] = time.split(':');
  return `${Number(hours)}h${minutes === '00' ? '' : minutes}`;
}
