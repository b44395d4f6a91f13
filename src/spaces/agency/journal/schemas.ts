import { isIP } from 'node:net';
import { z } from 'zod';
import type { ActionWords } from '#audit/declaration.ts';
import { parisMoment, parseDay } from '#platform/french/time.ts';
import { searchText } from '#platform/web/forms/fields.ts';

const day = (name: string) =>
  searchText(20).transform((typed, context) => {
    if (typed === '') return undefined;
    const date = parseDay(typed);
    if (date) return date;
    context.addIssue({
      code: 'custom',
      message: `${name}\u00a0: saisissez une date, par exemple 21/11/2026.`,
    });
    return z.NEVER;
  });

/** An address, or a range of them in CIDR notation. */
function isAddress(typed: string): boolean {
  const [address = '', bits, ...rest] = typed.split('/');
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/**
 * The filter of « Journal ». Days are those of Paris, both included.
 * @param words those of every action, by its code: one can be looked for, or a group of them
 */
export const journalForm = (words: ReadonlyMap<string, ActionWords>) =>
  z
    .object({
      du: day('Début'),
      au: day('Fin'),
      quoi: searchText(60).transform((wanted, context): string[] | undefined => {
        if (wanted === '') return undefined;
        const found = [...words.values()].filter(
          ({ action, group }) => wanted === action || wanted === group,
        );
        if (found.length > 0) return found.map(({ action }) => action);
        context.addIssue({ code: 'custom', message: 'Choisissez dans la liste.' });
        return z.NEVER;
      }),
      personne: searchText(120),
      structure: searchText(120),
      ip: searchText(60).refine((typed) => typed === '' || isAddress(typed), {
        message: 'Saisissez une adresse IP, par exemple 192.0.2.10, ou un réseau\u00a0: 192.0.2.0/24.',
      }),
    })
    .superRefine(({ du, au }, context) => {
      if (du && au && Temporal.PlainDate.compare(du, au) > 0) {
        context.addIssue({ code: 'custom', path: ['au'], message: 'La fin est avant le début.' });
      }
    });

/** From which moment to which, the last excluded. */
export function boundsOf({ du, au }: { du?: Temporal.PlainDate; au?: Temporal.PlainDate }): {
  from?: Date;
  until?: Date;
} {
  return {
    from: du && parisMoment(du, '00:00'),
    until: au && parisMoment(au.add({ days: 1 }), '00:00'),
  };
}
