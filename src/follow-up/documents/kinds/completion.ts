import type { Knex } from 'knex';
import { slotsJson } from '#enrolment/slots.ts';
import { query } from '#platform/database/query.ts';
import { formatDay, formatPeriod, formatSlot } from '#platform/french/time.ts';
import { formatHours, modalityLabel } from '#platform/french/words.ts';
import { isTimed, type Mark, minutesPresent, presenceLabels, slotMinutes } from '../../attendance/rules.ts';
import type { Due, FollowedSession, Printed } from '../issuing/kind.ts';
import type { FieldValues } from '../templates/write.ts';
import {
  printedBody,
  readTrainingBody,
  type TrainingBodyFacts,
  trainingBodyFields,
  trainingBodyValues,
} from './training-body.ts';

/** What an attestation or a certificate says of somebody who followed an action. */
export type CompletionFacts = {
  /** « Mme Inès Valette » */
  person: string;
  employer: string;
  body: TrainingBodyFacts;
  action: {
    title: string;
    kind: string;
    nature: string;
    objectives: string;
    /** How what was learnt is appraised; empty where nothing is planned. */
    evaluation: string;
    modality: string;
    city: string;
    trainer: string;
  };
  /** Moments, ISO 8601. */
  startsAt: string;
  endsAt: string;
  /** Really followed, and planned; null where half-days are not timed (a self-paced run of several weeks). */
  minutesAttended: number | null;
  minutesPlanned: number | null;
  /** As the action's page tells it, where half-days are not timed. */
  durationDays: number;
  halfDays: { when: string; presence: string }[];
};

interface Row {
  enrolmentId: number;
  civility: string;
  name: string;
  isAnonymised: boolean;
  employer: string;
  marks: Mark[] | null;
}

interface Context {
  isTraining: boolean;
  title: string;
  kind: string;
  nature: string;
  objectives: string;
  evaluation: string;
  modality: string;
  city: string;
  trainer: string;
  durationDays: number;
  slots: { id: number; startsAt: string; endsAt: string }[];
}

/**
 * Those who followed an action, with what their documents say: once its sheet is validated, and while it is not being
 * corrected. Somebody who has been forgotten keeps what was issued.
 * @param isTraining whether it is for actions that are « actions de formation » (code du travail, L6313-1) or for the others
 * @returns undefined while nothing is to change
 */
export async function readCompletions(
  trx: Knex.Transaction,
  session: FollowedSession,
  isTraining: boolean,
): Promise<Due<CompletionFacts>[] | undefined> {
  if (session.sheet !== 'closed') return session.sheet === 'open' ? [] : undefined;
  const { slots, durationDays, isTraining: isOne, ...action } = await findContext(trx, session.id);
  if (isOne !== isTraining) return [];
  const body = await readTrainingBody(trx, session.id);
  const halfDays = slots.map(({ id, startsAt, endsAt }) => ({
    id,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  }));
  const hasHours = halfDays.every(isTimed);
  const planned = halfDays.reduce((total, slot) => total + slotMinutes(slot), 0);
  return (await findAttended(trx, session.id)).map((row) => {
    const marks = row.marks ?? [];
    const subject = { enrolmentId: row.enrolmentId, structureId: null };
    if (row.isAnonymised) return { ...subject, facts: null };
    const facts: CompletionFacts = {
      person: `${row.civility} ${row.name}`,
      employer: row.employer,
      body,
      action,
      startsAt: session.startsAt.toISOString(),
      endsAt: session.endsAt.toISOString(),
      minutesAttended: hasHours ? minutesPresent(marks, halfDays) : null,
      minutesPlanned: hasHours ? planned : null,
      durationDays,
      halfDays: halfDays.map((slot) => ({
        when: formatSlot(slot.startsAt, slot.endsAt),
        presence: presenceOf(
          marks.find(({ slotId }) => slotId === slot.id),
          slot,
        ),
      })),
    };
    return { ...subject, facts };
  });
}

async function findContext(db: Knex, sessionId: number): Promise<Context> {
  const rows = await query<[Context]>(
    db,
    `select k.is_training as "isTraining", a.title, k.label as kind, coalesce(l.nature, 'training') as nature,
            a.objectives, coalesce(l.evaluation, '') as evaluation, a.modality, coalesce(s.city, '') as city, a.trainer,
            cast(a.duration_days as float) as "durationDays", ${slotsJson(`'id', sl.id`)} as slots
       from sessions s
       join actions a on a.id = s.action_id
       join action_kinds k on k.id = a.kind_id
       left join action_legal l on l.action_id = a.id
      where s.id = ?`,
    [sessionId],
  );
  return rows[0];
}

const findAttended = (db: Knex, sessionId: number): Promise<Row[]> =>
  query<Row[]>(
    db,
    `select e.id as "enrolmentId", u.civility, full_name(u) as name, u.anonymised_at is not null as "isAnonymised",
            st.name as employer,
            (select json_agg(json_build_object('slotId', t.slot_id, 'presence', t.presence, 'minutes', t.minutes))
               from attendance t where t.enrolment_id = e.id) as marks
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
      where e.session_id = ? and e.state = 'attended'
      order by u.last_name, u.first_name, e.id`,
    [sessionId],
  );

/** « Présent », « Présent 2 h sur 3 h 30 », « Absence justifiée »: a half-day of the table. */
export function presenceOf(mark: Mark | undefined, slot: { startsAt: Date; endsAt: Date }): string {
  if (!mark) return '–';
  if (mark.presence !== 'partial' || mark.minutes === null) return presenceLabels[mark.presence];
  return `Présent ${formatHours(mark.minutes)} sur ${formatHours(slotMinutes(slot))}`;
}

/** « 3 h 30 (3,50 heures) »: in both forms, as some funders ask for the decimal one. */
export function hoursInWords(minutes: number): string {
  const clock = `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, '0')}`;
  return `${clock} (${(minutes / 60).toFixed(2).replace('.', ',')}\u00a0heures)`;
}

/** How long, in words: what was followed. */
export const durationInWords = ({ minutesAttended, durationDays }: CompletionFacts): string =>
  minutesAttended === null
    ? `${String(durationDays).replace('.', ',')}\u00a0jour${durationDays > 1 ? 's' : ''} (temps estimé des activités)`
    : hoursInWords(minutesAttended);

const natures = {
  training: 'action de formation',
  skills_assessment: 'bilan de compétences',
  vae: 'action de validation des acquis de l’expérience (VAE)',
  apprenticeship: 'action de formation par apprentissage',
} as const;

/** The four natures of the code du travail (L6313-1), that of the action ticked. */
const tickedNatures = (nature: string): string =>
  Object.entries(natures)
    .map(([key, label]) => `${key === nature ? '☒' : '☐'}\u00a0${label}`)
    .join('\n');

const datesOf = ({ startsAt, endsAt }: CompletionFacts): string =>
  formatPeriod(startsAt, endsAt, new Date(0));

/** The fields that the templates of attestations and certificates may hold. */
export const completionFields = {
  ...trainingBodyFields,
  personne: 'Civilité, prénom et nom de la personne',
  employeur: 'Nom de la structure de la personne',
  action: 'Titre de l’action',
  type: 'Type de l’action',
  natures: 'Les quatre natures d’action, celle de l’action étant cochée',
  objectifs: 'Objectifs de l’action',
  evaluation: 'Modalités d’évaluation des acquis',
  dates: 'Dates de la session',
  debut: 'Premier jour de la session',
  fin: 'Dernier jour de la session',
  duree: 'Durée effectivement suivie',
  duree_prevue: 'Durée prévue',
  modalite: 'Présentiel, distanciel ou mixte',
  lieu: 'Ville de la session',
  intervenant: 'Intervenant',
  date: 'Jour où le document est émis',
  numero: 'Numéro du document',
} as const;

/** What stands for {@link completionFields}. */
export const completionValues = (facts: CompletionFacts, printed: Printed): FieldValues => ({
  ...trainingBodyValues(facts.body),
  personne: facts.person,
  employeur: facts.employer,
  action: facts.action.title,
  type: facts.action.kind,
  natures: tickedNatures(facts.action.nature),
  objectifs: facts.action.objectives,
  evaluation: facts.action.evaluation,
  dates: datesOf(facts),
  debut: formatDay(facts.startsAt),
  fin: formatDay(facts.endsAt),
  duree: durationInWords(facts),
  duree_prevue: facts.minutesPlanned === null ? '' : hoursInWords(facts.minutesPlanned),
  modalite: modalityLabel(facts.action.modality),
  lieu: facts.action.city,
  intervenant: facts.action.trainer,
  date: formatDay(printed.issuedAt),
  numero: printed.number,
});

/** Of the facts, what a correction changes: what was followed. Names and wordings are changed on demand. */
export const followedOf = ({ startsAt, endsAt, minutesAttended, halfDays }: CompletionFacts) => ({
  startsAt,
  endsAt,
  minutesAttended,
  halfDays,
});

/** Every field that these documents print, beside their number and their day. */
export const printedCompletion = (facts: CompletionFacts): [string, string][] => [
  ['Personne', facts.person],
  ['Structure', facts.employer],
  ['Action', facts.action.title],
  ['Dates', datesOf(facts)],
  ['Durée suivie', durationInWords(facts)],
  ...printedBody(facts.body),
];
