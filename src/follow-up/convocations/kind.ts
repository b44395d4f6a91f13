import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { type Due, defineDocumentKind, type FollowedSession } from '../documents/issuing/kind.ts';
import { writeVerification } from '../documents/issuing/verification-block.ts';
import { sampleSession } from '../documents/kinds/samples.ts';
import {
  printedHalfDays,
  printedSession,
  readSessionFacts,
  type SessionFacts,
  sessionTexts,
  writeHalfDays,
} from '../documents/kinds/session-facts.ts';
import { templateKindLabels } from '../documents/templates/fields.ts';
import { writeTemplate } from '../documents/templates/write.ts';
import { findLinks } from './repository.ts';
import { tellConvoked } from './tell.ts';

/** What a convocation says. */
export type ConvocationFacts = SessionFacts & {
  /** « Mme Inès Valette » */
  person: string;
  employer: string;
  /** Where one connects, in the order of the half-days: those that are followed from afar have one. */
  links: string[];
};

/**
 * Whoever has a place in a session that is not over. Once it is, what they were told stays as it is; cancelled, nobody is
 * expected any more.
 */
async function readConvocations(
  trx: Knex.Transaction,
  session: FollowedSession,
  now: Date,
): Promise<Due<ConvocationFacts>[] | undefined> {
  if (session.cancelledAt) return [];
  if (session.endsAt <= now) return undefined;
  const facts = await readSessionFacts(trx, session);
  const links = await findLinks(trx, session.id);
  const rows = await query<
    { enrolmentId: number; person: string; employer: string; isAnonymised: boolean }[]
  >(
    trx,
    `select e.id as "enrolmentId", concat(u.civility, ' ', full_name(u)) as person, st.name as employer,
            u.anonymised_at is not null as "isAnonymised"
       from enrolments e join users u on u.id = e.user_id join structures st on st.id = e.structure_id
      where e.session_id = :id and e.state = any(cast(:states as text[]))
      order by u.last_name, u.first_name, e.id`,
    { id: session.id, states: [...CONFIRMED_STATES] },
  );
  return rows.map(({ enrolmentId, person, employer, isAnonymised }) => ({
    enrolmentId,
    structureId: null,
    facts: isAnonymised ? null : { ...facts, person, employer, links },
  }));
}

/**
 * « Convocation »: when and where somebody is expected, with whom to turn to (what Qualiopi’s indicator 9 asks for). Another version follows when the session is moved, or its place or trainer changes.
 */
export const convocation = defineDocumentKind<ConvocationFacts>({
  key: 'convocation',
  sample: {
    ...sampleSession,
    person: 'Mme Camille Exemple',
    employer: 'Structure d’exemple',
    links: ['https://visio.example/salle'],
  },
  prefix: 'CVOC',
  label: templateKindLabels.convocation,
  due: readConvocations,
  gone: 'La personne n’est plus attendue à cette session.',
  // Contacts and names may change without anybody being called again.
  substance: ({ session: { halfDays }, action: { trainer, modality }, links }) => ({
    halfDays: halfDays.map(({ startsAt, endsAt, modality, place }) => ({
      startsAt,
      endsAt,
      modality,
      place,
    })),
    trainer,
    modality,
    links,
  }),
  title: ({ person, action }) => `Convocation, ${person}, ${action.title}`,
  tell: tellConvoked,
  write(pdf, template, facts, printed) {
    writeTemplate<'convocation'>(pdf, template, {
      texts: { ...sessionTexts(facts, printed), personne: facts.person, structure: facts.employer },
      blocks: {
        tableau_demi_journees: () => writeHalfDays(pdf, facts),
        lien_connexion: () => {
          for (const link of new Set(facts.links)) pdf.paragraph(`Lien de connexion\u00a0: ${link}`);
        },
        verification: () => writeVerification(pdf, printed),
      },
    });
  },
  printedFields: (facts) => [
    ['Personne', facts.person],
    ['Structure', facts.employer],
    ...printedSession(facts),
    ...printedHalfDays(facts),
    ...[...new Set(facts.links)].map((link): [string, string] => ['Lien de connexion', link]),
  ],
});
