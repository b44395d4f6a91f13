import { z } from 'zod';
import { RIGHTS, type Right } from '#access/rights.ts';
import { choice, searchText } from '#platform/web/forms/fields.ts';

/** « Rechercher » in the people of a structure. */
export const peopleQuery = searchText(100);

/** « Filtrer » by right; whatever is none of them filters nothing. */
export const rightFilter = z.unknown().transform((input): Right | 'none' | null => {
  const right = Array.isArray(input) ? input[0] : input;
  return right === 'none' || RIGHTS.includes(right as Right) ? (right as Right | 'none') : null;
});

const changes = RIGHTS.flatMap((right) => [`+${right}`, `-${right}`] as const) as unknown as readonly [
  `+${Right}`,
  ...(`+${Right}` | `-${Right}`)[],
];

/** A click on « + » or « – »: the sign, then the right. */
export const rightsForm = z.object({
  change: choice(changes, 'Choisissez le droit à donner ou à retirer.').transform((change) => ({
    kind: change.startsWith('+') ? ('grant' as const) : ('revoke' as const),
    right: change.slice(1) as Right,
  })),
});
