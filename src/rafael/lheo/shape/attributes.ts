import type { IssueCode } from '../issues.ts';
import { attributesOf } from './shape.ts';

const DATE_TIME =
  /^(-?(?:\d{4}|[1-9]\d{4,}))-(0[1-9]|1[0-2])-(\d\d)T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?$/;
/** Of Latin letters alone: of others, versions of XML differ in which may stand in a name. */
const NAME = /^[A-Za-zÀ-ÖØ-öø-ÿ_][\wÀ-ÖØ-öø-ÿ.·-]*$/;
/** An address, whole or relative, in which anything may stand but brackets, « % » alone and a second « # ». */
const URI =
  /^(?:[a-z][a-z\d+.-]*:|(?![^/?#]*:))(?:\/\/(?:[^/?#@]*@)?[^/?#@:]*(?::\d{1,5})?(?=[/?#]|$)|(?!\/\/))[^#]*(?:#[^#]*)?$/i;

/** What is wrong with an attribute of an element of LHÉO: its code and why, in French; undefined where nothing is. */
export function faultOfAttribute(
  element: string,
  attribute: string,
  value: string,
): readonly [code: IssueCode, message: string] | undefined {
  if (!attributesOf(element).includes(attribute)) {
    // « extra » holds anything, attributes included.
    if (element === 'extra') return undefined;
    return ['E10', `« ${element} » n’a pas d’attribut « ${attribute} ».`];
  }
  if (attribute.startsWith('horodatage-') && !isMoment(value)) {
    return ['E26', `L’attribut « ${attribute} » est une date et une heure, comme 2027-01-31T09:30:00Z.`];
  }
  if ((attribute === 'id' || attribute === 'idref') && !NAME.test(value)) {
    return ['E26', `L’attribut « ${attribute} » est un nom, qui commence par une lettre.`];
  }
  if (attribute === 'uri' && !isUri(value)) return ['E26', 'L’attribut « uri » est une adresse.'];
  return undefined;
}

function isMoment(value: string): boolean {
  const [, year = '', month = '', day = ''] = DATE_TIME.exec(value) ?? [];
  if (!year || Number(year) === 0) return false;
  const last = new Date(Date.UTC(Math.abs(Number(year)), Number(month), 0)).getUTCDate();
  return Number(day) >= 1 && Number(day) <= last;
}

const isUri = (value: string): boolean => !/[[\]]|%(?![\da-f]{2})/i.test(value) && URI.test(value);
