import { plural } from '#platform/french/words.ts';
import type { Addressee } from './repository.ts';

/** As many people as one message goes to. */
export const MOST_RECIPIENTS = 1000;
/** Messages that leave for the people of one session, and from one author, in twenty-four hours. */
export const MOST_PER_SESSION = 5;
export const MOST_PER_AUTHOR = 20;

/** People who can be chosen together. */
export const groups = {
  inscrits: 'Inscrits',
  preinscrits: 'Préinscrits',
  attente: 'Liste d’attente',
  presents: 'Présents',
  absents: 'Absents',
  'a-confirmer': 'N’ont pas confirmé leur présence',
} as const;
export type Group = keyof typeof groups;

const belongs: Readonly<Record<Group, (one: Addressee) => boolean>> = {
  inscrits: ({ state }) => state === 'enrolled' || state === 'attended' || state === 'absent',
  preinscrits: ({ state }) => state === 'preregistered',
  attente: ({ state }) => state === 'waitlisted',
  presents: ({ state }) => state === 'attended',
  absents: ({ state }) => state === 'absent',
  'a-confirmer': ({ mustConfirm }) => mustConfirm,
};

/** The groups in which there is somebody, with how many. */
export function groupsOf(people: readonly Addressee[]): { group: Group; label: string; count: number }[] {
  return (Object.entries(groups) as [Group, string][])
    .map(([group, label]) => ({ group, label, count: people.filter(belongs[group]).length }))
    .filter(({ count }) => count > 0);
}

/** Everybody of the groups, and those chosen by name, each once and in the order of the list. */
export function chosenAmong(
  people: readonly Addressee[],
  chosen: { groups: readonly string[]; ids: readonly number[] },
): Addressee[] {
  const wanted = chosen.groups.filter((group): group is Group => Object.hasOwn(groups, group));
  const ids = new Set(chosen.ids);
  return people.filter((one) => ids.has(one.enrolmentId) || wanted.some((group) => belongs[group](one)));
}

/** Why no more messages may leave today; undefined when one may. */
export function whyTooMany({
  ofSession,
  ofAuthor,
}: {
  ofSession: number;
  ofAuthor: number;
}): string | undefined {
  if (ofSession >= MOST_PER_SESSION)
    return `${plural(MOST_PER_SESSION, 'message')} au plus par jour pour une session\u00a0: attendez demain, ou réunissez vos informations.`;
  return ofAuthor >= MOST_PER_AUTHOR
    ? `${plural(MOST_PER_AUTHOR, 'message')} au plus par jour et par personne\u00a0: attendez demain.`
    : undefined;
}
