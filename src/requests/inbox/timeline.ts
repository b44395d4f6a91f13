import type { ActionWords } from '#audit/declaration.ts';

/** Something that happened to a request, from its own tables or from the audit journal. */
export interface TimelineEvent {
  at: string | Date;
  /** As in the audit journal; the tables name what they know in the same way. */
  action: string;
  byName: string | null;
  note: string | null;
}

/** A line of « Historique ». */
export interface TimelineLine {
  at: Date;
  label: string;
  byName: string | null;
  note: string | null;
}

/** What the audit journal has no name for. */
const OTHER_LABELS: Readonly<Record<string, string>> = Object.freeze({
  'structure_request.repeated': 'Demande envoyée de nouveau par la même personne',
  'account_request.retired': 'Demande retirée',
  'decision.moot': 'Décision sans objet\u00a0: la demande avait reçu une réponse',
  'decision.failed': 'Décision impossible à appliquer',
});

/** Both tell of one event when they name it alike within this time of one another. */
const SAME_EVENT_MS = 60_000;

/**
 * The history of a file, from the oldest event. What the tables and the audit journal both know is told once, with
 * the note and the name of whichever has them.
 * @param events in any order
 * @param decisions the words for each decision, for « Décision prise »
 * @param words those of the audit journal, by the code of each action
 */
export function timelineOf(
  events: readonly TimelineEvent[],
  decisions: Readonly<Record<string, { verb: string }>>,
  words: ReadonlyMap<string, Pick<ActionWords, 'label'>>,
): TimelineLine[] {
  const sorted = events
    .map((event) => ({ ...event, at: new Date(event.at) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const told: typeof sorted = [];
  for (const event of sorted) {
    const same = told.find(
      ({ action, at }) =>
        action === event.action &&
        !action.startsWith('decision.') &&
        event.at.getTime() - at.getTime() <= SAME_EVENT_MS,
    );
    if (!same) told.push(event);
    else Object.assign(same, { byName: same.byName ?? event.byName, note: same.note ?? event.note });
  }
  return told.map(({ at, action, byName, note }) => {
    const label = OTHER_LABELS[action] ?? words.get(action)?.label ?? action;
    const decision = action === 'decision.scheduled' || action === 'decision.undone' ? note : null;
    const verb = decision === null ? undefined : decisions[decision]?.verb;
    return {
      at,
      label: verb ? `${label}\u00a0: ${verb.toLowerCase()}` : label,
      byName,
      note: decision === null ? note : null,
    };
  });
}
