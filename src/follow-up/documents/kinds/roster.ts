import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { plural } from '#platform/french/words.ts';
import { type Due, defineDocumentKind, type FollowedSession } from '../issuing/kind.ts';
import { writeVerification } from '../issuing/verification-block.ts';
import { templateKindLabels } from '../templates/fields.ts';
import { writeTemplate } from '../templates/write.ts';
import { sampleSession } from './samples.ts';
import { printedSession, readSessionFacts, type SessionFacts, sessionTexts } from './session-facts.ts';

/** What the list of the people of a session says. */
export type RosterFacts = SessionFacts & {
  /** In the order of their names; numbered by their enrolments. */
  people: { id: number; name: string; employer: string }[];
};

async function readRoster(
  trx: Knex.Transaction,
  session: FollowedSession,
): Promise<Due<RosterFacts>[] | undefined> {
  const rows = await query<(RosterFacts['people'][0] & { isAnonymised: boolean })[]>(
    trx,
    `select e.id, full_name(u) as name, st.name as employer, u.anonymised_at is not null as "isAnonymised"
       from enrolments e join users u on u.id = e.user_id join structures st on st.id = e.structure_id
      where e.session_id = :id and e.state = any(cast(:states as text[]))
      order by u.last_name, u.first_name, e.id`,
    { id: session.id, states: [...CONFIRMED_STATES] },
  );
  if (rows.length === 0) return undefined;
  const subject = { enrolmentId: null, structureId: null };
  // A list without one of its names would say less than the one that was issued.
  if (rows.some(({ isAnonymised }) => isAnonymised)) return [{ ...subject, facts: null }];
  const people = rows.map(({ id, name, employer }) => ({ id, name, employer }));
  return [{ ...subject, facts: { ...(await readSessionFacts(trx, session)), people } }];
}

/** « Liste des inscrits »: issued with a number when somebody asks for it, and when the attendance sheet is validated. */
export const roster = defineDocumentKind<RosterFacts>({
  key: 'roster',
  sample: {
    ...sampleSession,
    people: [
      { id: 1, name: 'Camille Exemple', employer: 'Structure d’exemple' },
      { id: 2, name: 'Sacha Exemple', employer: 'Autre structure d’exemple' },
    ],
  },
  prefix: 'INSC',
  label: templateKindLabels.roster,
  due: async (trx, session) => (session.sheet === 'closed' ? readRoster(trx, session) : undefined),
  byHand: readRoster,
  gone: 'Plus personne n’est inscrit à cette session.',
  substance: ({ people }) => people.map(({ id }) => id).sort((a, b) => a - b),
  title: ({ action }) => `Liste des inscrits, ${action.title}`,
  write(pdf, template, facts, printed) {
    writeTemplate<'roster'>(pdf, template, {
      texts: { ...sessionTexts(facts, printed), inscrits: plural(facts.people.length, 'personne') },
      blocks: {
        liste_inscrits: () =>
          pdf.table({
            columns: [
              { label: 'Nom', width: 1 },
              { label: 'Structure', width: 1 },
            ],
            rows: facts.people.map(({ name, employer }) => [name, employer]),
          }),
        verification: () => writeVerification(pdf, printed),
      },
    });
  },
  printedFields: (facts) => [
    ...printedSession(facts),
    ['Effectif', plural(facts.people.length, 'personne')],
    ...facts.people.map(({ name, employer }, index): [string, string] => [
      `Personne ${index + 1}`,
      `${name}, ${employer}`,
    ]),
  ],
});
