import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { type Due, defineDocumentKind, type FollowedSession } from '../issuing/kind.ts';
import { type FieldValues, writeTemplate } from '../templates/write.ts';
import {
  printedBody,
  readTrainingBody,
  type TrainingBodyFacts,
  trainingBodyFields,
  trainingBodyValues,
  writeLetterhead,
} from './training-body.ts';

/** What the list of the people of a session says. */
export type RosterFacts = {
  body: TrainingBodyFacts;
  action: string;
  startsAt: string;
  endsAt: string;
  /** In the order of their names; numbered by their enrolments. */
  people: { id: number; name: string; employer: string }[];
};

const datesOf = ({ startsAt, endsAt }: RosterFacts): string => formatPeriod(startsAt, endsAt, new Date(0));

async function readRoster(
  trx: Knex.Transaction,
  session: FollowedSession,
): Promise<Due<RosterFacts>[] | undefined> {
  const people = await query<(RosterFacts['people'][0] & { isAnonymised: boolean })[]>(
    trx,
    `select e.id, full_name(u) as name, st.name as employer, u.anonymised_at is not null as "isAnonymised"
       from enrolments e join users u on u.id = e.user_id join structures st on st.id = e.structure_id
      where e.session_id = :id and e.state = any(cast(:states as text[]))
      order by u.last_name, u.first_name, e.id`,
    { id: session.id, states: [...CONFIRMED_STATES] },
  );
  if (people.length === 0) return undefined;
  const subject = { enrolmentId: null, structureId: null };
  // A list without one of its names would say less than the one that was issued.
  if (people.some(({ isAnonymised }) => isAnonymised)) return [{ ...subject, facts: null }];
  const rows = await query<[{ title: string }]>(trx, 'select title from actions where id = ?', [
    session.actionId,
  ]);
  const facts = {
    body: await readTrainingBody(trx, session.id),
    action: rows[0].title,
    startsAt: session.startsAt.toISOString(),
    endsAt: session.endsAt.toISOString(),
    people: people.map(({ id, name, employer }) => ({ id, name, employer })),
  };
  return [{ ...subject, facts }];
}

const values = (facts: RosterFacts): FieldValues => ({
  ...trainingBodyValues(facts.body),
  action: facts.action,
  dates: datesOf(facts),
  effectif: plural(facts.people.length, 'personne'),
});

/** « Liste des inscrits »: issued with a number when somebody asks for it, and when the attendance sheet is validated. */
export const roster = defineDocumentKind<RosterFacts>({
  key: 'roster',
  prefix: 'INSC',
  label: 'Liste des inscrits',
  fields: {
    ...trainingBodyFields,
    action: 'Titre de l’action',
    dates: 'Dates de la session',
    effectif: 'Nombre de personnes',
  },
  due: async (trx, session) => (session.sheet === 'closed' ? readRoster(trx, session) : undefined),
  byHand: readRoster,
  gone: 'Plus personne n’est inscrit à cette session.',
  substance: ({ people }) => people.map(({ id }) => id).sort((a, b) => a - b),
  title: ({ action }) => `Liste des inscrits, ${action}`,
  write(pdf, template, facts) {
    writeLetterhead(pdf, facts.body);
    writeTemplate(pdf, template, values(facts));
    pdf.table({
      columns: [
        { label: 'Nom', width: 1 },
        { label: 'Structure', width: 1 },
      ],
      rows: facts.people.map(({ name, employer }) => [name, employer]),
    });
  },
  printedFields: (facts) => [
    ['Action', facts.action],
    ['Dates', datesOf(facts)],
    ...facts.people.map(({ name, employer }, index): [string, string] => [
      `Personne ${index + 1}`,
      `${name}, ${employer}`,
    ]),
    ...printedBody(facts.body),
  ],
});
