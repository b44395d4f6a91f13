/** The days of a delegation (`YYYY-MM-DD`, in Paris), both included. */
export interface Period {
  startsOn: string;
  endsOn: string;
}

/** What is wrong with a period, and which of its two days to correct. */
export interface PeriodFault {
  day: 'first' | 'last';
  message: string;
}

/**
 * Whether somebody may be delegated to over these days: from today or later, within a year from now, and for a year at
 * most. The database holds the last one too.
 * @returns undefined when nothing stands against it
 */
export function periodFault({ startsOn, endsOn }: Period, today: string): PeriodFault | undefined {
  const [first, last] = [Temporal.PlainDate.from(startsOn), Temporal.PlainDate.from(endsOn)];
  const day = Temporal.PlainDate.from(today);
  const isBefore = (one: Temporal.PlainDate, other: Temporal.PlainDate) =>
    Temporal.PlainDate.compare(one, other) < 0;
  if (isBefore(first, day)) {
    return { day: 'first', message: 'Le premier jour est passé\u00a0: choisissez aujourd’hui ou plus tard.' };
  }
  if (!isBefore(first, day.add({ years: 1 }))) {
    return {
      day: 'first',
      message: 'Le premier jour est dans plus d’un an\u00a0: choisissez-le plus proche.',
    };
  }
  if (isBefore(last, first)) {
    return { day: 'last', message: 'Le dernier jour est avant le premier\u00a0: corrigez l’un des deux.' };
  }
  if (!isBefore(last, first.add({ years: 1 }))) {
    return {
      day: 'last',
      message: 'Une délégation dure un an au plus\u00a0: choisissez un jour plus proche.',
    };
  }
  return undefined;
}

/** Why a delegation ends before its last day, or at it. */
export type EndReason = 'revoked' | 'over' | 'left' | 'closed' | 'right_taken';

/** The same in words, for the e-mail. */
export const endReasons: Readonly<Record<EndReason, string>> = Object.freeze({
  revoked: 'La délégation est arrêtée avant son terme.',
  over: 'Le dernier jour de la délégation est passé.',
  left: 'L’une des deux personnes a quitté la structure.',
  closed: 'Le compte de l’une des deux personnes est fermé.',
  right_taken: 'Le droit de Valideur RH de la personne remplacée est retiré.',
});
