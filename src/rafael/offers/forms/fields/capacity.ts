import { childrenOf, element, type LheoElement, textAt, withChildren, withText } from '../../../lheo/tree.ts';
import type { Place } from './places.ts';

const COUNT = 'capacite-simultanee';
const TYPE = 'type-cycle';
/** « Formation initiale »: LHÉO wants one of two, and neither is about adults. */
const USUAL = '0';

const saysPlaces = (cycle: LheoElement): boolean => Boolean(textAt(cycle, COUNT)?.trim());

/** The places of a session: those of the first cycle that says them, else of the first one, else of one that is made. */
export const capacity: Place = {
  path: ['cycle', COUNT],
  texts(session) {
    const cycle = childrenOf(session, 'cycle').find(saysPlaces);
    return cycle ? [textAt(cycle, COUNT) ?? ''] : [];
  },
  put(session, [text]) {
    const cycles = childrenOf(session, 'cycle');
    const at = Math.max(0, cycles.findIndex(saysPlaces));
    const cycle = cycles[at] ?? element('cycle', [element(TYPE, USUAL)]);
    const next = withText(cycle, COUNT, text);
    const isBare = next.children?.length === 1 && textAt(next, TYPE) === USUAL && !next.attributes;
    return withChildren(session, 'cycle', [
      ...cycles.slice(0, at),
      ...(isBare ? [] : [next]),
      ...cycles.slice(at + 1),
    ]);
  },
};
