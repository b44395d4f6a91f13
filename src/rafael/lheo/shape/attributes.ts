import { attributesOf } from './shape.ts';

const DATE_TIME =
  /^-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u;

/** What is wrong with an attribute of an element of LHÉO, in French; undefined where nothing is. */
export function faultOfAttribute(element: string, attribute: string, value: string): string | undefined {
  if (!attributesOf(element).includes(attribute)) {
    // « extra » holds anything, attributes included.
    return element === 'extra' ? undefined : `« ${element} » n’a pas d’attribut « ${attribute} ».`;
  }
  if (attribute.startsWith('horodatage-') && !isMoment(value.trim())) {
    return `L’attribut « ${attribute} » est une date et une heure, comme 2027-01-31T09:30:00Z.`;
  }
  if ((attribute === 'id' || attribute === 'idref') && !NAME.test(value.trim())) {
    return `L’attribut « ${attribute} » est un nom, qui commence par une lettre.`;
  }
  return undefined;
}

function isMoment(value: string): boolean {
  if (!DATE_TIME.test(value)) return false;
  const [year = '', month = '', day = ''] = value.replace(/^-/, '').split(/[-T]/);
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}
