import { hash } from 'node:crypto';
import { plainText } from '#platform/french/text.ts';
import { childOf, childrenOf, elementAt, type LheoElement, textAt } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';

/** An action as somebody would know it again: what, where, when, and for how long. */
export interface Likeness {
  /** The title, the place and the dates of the first session, in one. */
  key: string;
  hours: number | null;
}

/** From this difference on, two actions alike are two. */
const OTHER_HOURS = 10;

/** What makes each action of a formation like another one; those whose place or dates are unknown are like none. */
export function likenesses(formation: LheoElement): Likeness[] {
  const title = plainText(textAt(formation, 'intitule-formation') ?? '');
  return childrenOf(formation, 'action').flatMap((action) => {
    const session = childOf(action, 'session');
    const place =
      elementAt(action, 'lieu-de-formation', 'coordonnees', 'adresse') ??
      (session && elementAt(session, 'adresse-inscription', 'adresse'));
    const [postcode, city] = [place && textAt(place, 'codepostal'), place && textAt(place, 'ville')];
    const start = session && textAt(session, 'periode', 'debut');
    const end = session && textAt(session, 'periode', 'fin');
    if (!postcode || !start) return [];
    const hours = tokenOf(textAt(action, 'nombre-heures-total') ?? '');
    return [
      {
        key: likenessKey({ title, postcode, city: city ?? '', start, end: end ?? '' }),
        hours: hours === '' ? null : Number(hours),
      },
    ];
  });
}

/** The title, the place and the dates in one, however they are written. */
export const likenessKey = ({
  title,
  postcode,
  city,
  start,
  end,
}: Readonly<Record<'title' | 'postcode' | 'city' | 'start' | 'end', string>>): string =>
  [plainText(title), postcode.trim(), plainText(city).trim(), tokenOf(start), tokenOf(end)].join('|');

const areAlike = (one: number | null, other: number | null): boolean =>
  one === null || other === null || Math.abs(one - other) < OTHER_HOURS;

/** A formation that has an action. */
export interface Bearer {
  number: string;
  /** In the file; undefined for one of the catalogue. */
  line?: number;
}

/** Actions by what makes them alike, each with the first formation that has it. */
export class Likenesses {
  readonly #first = new Map<string, Bearer & { hours: number | null }>();

  /** Notes the actions of a formation. */
  note(structureId: number, bearer: Bearer, actions: readonly Likeness[]): void {
    for (const { key, hours } of actions) {
      const whole = shortOf(structureId, key);
      if (!this.#first.has(whole)) this.#first.set(whole, { ...bearer, hours });
    }
  }

  /** Another formation with an action like one of these; undefined where there is none. */
  find(structureId: number, number: string, actions: readonly Likeness[]): Bearer | undefined {
    for (const { key, hours } of actions) {
      const found = this.#first.get(shortOf(structureId, key));
      // Hours that are unknown, or about as many.
      if (found && found.number !== number && areAlike(found.hours, hours)) return found;
    }
    return undefined;
  }
}

/** As short as tells a hundred thousand apart: a large file goes by. */
const shortOf = (structureId: number, key: string): string =>
  hash('sha1', `${structureId} ${key}`, 'base64').slice(0, 14);
