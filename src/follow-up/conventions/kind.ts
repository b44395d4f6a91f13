import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { formatDateTime, formatDay } from '#platform/french/time.ts';
import { formatSiret, plural } from '#platform/french/words.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import { type Due, defineDocumentKind, type FollowedSession } from '../documents/issuing/kind.ts';
import { saySame } from '../documents/issuing/service.ts';
import { writeVerification } from '../documents/issuing/verification-block.ts';
import { readLegal } from '../documents/kinds/completion.ts';
import { natureLabels } from '../documents/kinds/natures.ts';
import { sampleCompletion, sampleSession } from '../documents/kinds/samples.ts';
import {
  printedHalfDays,
  printedSession,
  readSessionFacts,
  said,
  sessionTexts,
  writeHalfDays,
} from '../documents/kinds/session-facts.ts';
import { templateKindLabels } from '../documents/templates/fields.ts';
import { writeTemplate } from '../documents/templates/write.ts';
import type { ConventionFacts } from './facts.ts';
import { findConventionsOf } from './repository.ts';
import { type Party, type PrintedSignature, parties } from './rules.ts';
import { tellAmended, tellWithdrawn } from './tell.ts';

interface ClientRow {
  structureId: number;
  client: ConventionFacts['client'];
  people: (ConventionFacts['people'][0] & { isAnonymised: boolean })[];
}

const findClients = (db: Knex, sessionId: number): Promise<ClientRow[]> =>
  query<ClientRow[]>(
    db,
    `select st.id as "structureId",
            json_build_object('name', st.name, 'siret', st.siret,
              'address', concat_ws(', ', nullif(st.address, ''), nullif(concat_ws(' ', st.postcode, st.city), ''))) as client,
            json_agg(json_build_object('id', e.id, 'name', concat(u.civility, ' ', full_name(u)),
                                       'isAnonymised', u.anonymised_at is not null)
                     order by u.last_name, u.first_name, e.id) as people
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
      where e.session_id = :sessionId and e.state = any(cast(:states as text[]))
      group by st.id
      order by st.name, st.id`,
    { sessionId, states: [...CONFIRMED_STATES] },
  );

/** What is said of each structure that sends people to a session; a signed one that stands is left as it is. */
async function readConventions(
  trx: Knex.Transaction,
  session: FollowedSession,
): Promise<Due<ConventionFacts>[]> {
  const shared = await readSessionFacts(trx, session);
  if (!shared.action.isTraining || session.cancelledAt) return [];
  const legal = await readLegal(trx, session);
  const known = new Map((await findConventionsOf(trx, session.id)).map((one) => [one.structureId, one]));
  return (await findClients(trx, session.id)).map(({ structureId, client, people }) => {
    const subject = { enrolmentId: null, structureId };
    // Without one of its names it would say less than what was signed.
    if (people.some(({ isAnonymised }) => isAnonymised)) return { ...subject, facts: null };
    const before = known.get(structureId);
    const content = { ...shared, client, legal, people: people.map(({ id, name }) => ({ id, name })) };
    const facts: ConventionFacts = { ...content, amends: before?.lastSigned ?? null, signatures: [] };
    // What somebody has signed stays as it was signed, whatever else is said today, until the people or the dates change.
    const kept = before?.isSigned && !before.isWithdrawn ? before.facts : null;
    return { ...subject, facts: kept && saySame(substanceOf(kept), substanceOf(facts)) ? null : facts };
  });
}

/** What calls for another version by itself: whom the structure sends, when and where. */
const substanceOf = ({ people, session: { halfDays } }: ConventionFacts) => ({
  people: people.map(({ id }) => id).sort((a, b) => a - b),
  halfDays: halfDays.map(({ startsAt, endsAt, modality, place }) => ({ startsAt, endsAt, modality, place })),
});

/**
 * Conventions begin by hand, and follow what happens from then on: another list of people or other dates make another
 * version, an amendment where one was signed. Once the session is over, they stay as they are.
 */
async function dueConventions(
  trx: Knex.Transaction,
  session: FollowedSession,
  now: Date,
): Promise<Due<ConventionFacts>[] | undefined> {
  if (session.cancelledAt) return [];
  if (session.endsAt <= now) return undefined;
  const begun = new Set((await findConventionsOf(trx, session.id)).map(({ structureId }) => structureId));
  if (begun.size === 0) return undefined;
  return (await readConventions(trx, session)).filter(({ structureId }) => begun.has(structureId as number));
}

/**
 * « Convention de formation »: one for each structure that sends people to a session, signed by the training body and by
 * that structure (code du travail, L6353-1 and D6353-1).
 */
export const convention = defineDocumentKind<ConventionFacts>({
  key: 'convention',
  ofTraining: true,
  isSealed: true,
  sample: {
    ...sampleSession,
    client: {
      name: 'Structure d’exemple',
      siret: '73282932000066',
      address: '1 place de l’Exemple, 33000 Bordeaux',
    },
    legal: sampleCompletion.legal,
    people: [
      { id: 1, name: 'Mme Camille Exemple' },
      { id: 2, name: 'M. Sacha Exemple' },
    ],
    amends: null,
    signatures: [],
  },
  prefix: 'CONV',
  label: templateKindLabels.convention,
  due: dueConventions,
  byHand: readConventions,
  // Moyens, suivi, sanction (code du travail, D6353-1 I 1°).
  missing: ({ legal }) =>
    (
      [
        ['moyens pédagogiques et techniques', legal.means],
        ['modalités de suivi', legal.followUp],
        ['sanction de la formation', legal.sanction],
      ] as const
    )
      .filter(([, words]) => words.trim() === '')
      .map(([label]) => label),
  gone: 'La structure n’a plus personne d’inscrit, ou la session est annulée.',
  substance: substanceOf,
  title: ({ client, action, amends }) =>
    `${amends ? 'Avenant à la convention' : 'Convention'} de formation, ${client.name}, ${action.title}`,
  tell: tellAmended,
  tellWithdrawn,
  write(pdf, template, facts, printed) {
    const { legal, client, people } = facts;
    if (facts.amends) {
      pdf.paragraph(
        `Avenant\u00a0: cette convention remplace la convention n°\u00a0${facts.amends.number}, signée le ${formatDay(new Date(facts.amends.signedOn))}.`,
        { bold: true },
      );
    }
    writeTemplate<'convention'>(pdf, template, {
      texts: {
        ...sessionTexts(facts, printed),
        nature_action: natureLabels[legal.nature] ?? legal.nature,
        programme: said(legal.programme),
        public: said(legal.audience),
        prerequis: said(legal.prerequisites),
        moyens: legal.means,
        suivi: legal.followUp,
        evaluation: said(legal.evaluation),
        sanction: legal.sanction,
        client: client.name,
        adresse_client: said(client.address),
        siret_client: formatSiret(client.siret),
        effectif: plural(people.length, 'personne'),
      },
      blocks: {
        tableau_demi_journees: () => writeHalfDays(pdf, facts),
        annexe_participants: () =>
          pdf.table({
            columns: [{ label: 'Nom', width: 1 }],
            rows: people.map(({ name }) => [name]),
          }),
        signatures: () => writeSignatures(pdf, facts),
        verification: () => writeVerification(pdf, printed),
      },
    });
  },
  printedFields: (facts) => [
    ...printedSession(facts),
    ['Structure', facts.client.name],
    ['SIRET de la structure', formatSiret(facts.client.siret)],
    ['Adresse de la structure', said(facts.client.address)],
    ['Nature de l’action', natureLabels[facts.legal.nature] ?? facts.legal.nature],
    ['Contenu', said(facts.legal.programme)],
    ['Public visé', said(facts.legal.audience)],
    ['Prérequis', said(facts.legal.prerequisites)],
    ['Moyens', said(facts.legal.means)],
    ['Suivi', said(facts.legal.followUp)],
    ['Évaluation', said(facts.legal.evaluation)],
    ['Sanction', said(facts.legal.sanction)],
    ...printedHalfDays(facts),
    ...(facts.amends
      ? ([['Avenant à la convention', `n°\u00a0${facts.amends.number}`]] as [string, string][])
      : []),
    ...facts.people.map(({ name }, index): [string, string] => [`Personne ${index + 1}`, name]),
    ...parties.map((party): [string, string] => [
      `Signature ${partyWords[party]}`,
      signatureInWords(facts.signatures.find((one) => one.party === party)),
    ]),
    ...facts.signatures
      .slice(0, 1)
      .map(({ number, sha256 }): [string, string] => [
        'Version signée',
        `n°\u00a0${number}, SHA-256 ${sha256}`,
      ]),
  ],
});

const partyWords: Readonly<Record<Party, string>> = { body: 'de l’organisme', employer: 'de la structure' };

const signatureInWords = (signature: PrintedSignature | undefined): string =>
  signature
    ? `${signature.name}, ${signature.quality}, le ${formatDateTime(new Date(signature.signedAt))}`
    : 'à venir';

/** Who signed, and what exactly: the version that was read, told by its number and its hash. */
function writeSignatures(pdf: PdfWriter, { body, client, signatures }: ConventionFacts): void {
  const names: Record<Party, string> = { body: body.name, employer: client.name };
  for (const party of parties) {
    const signature = signatures.find((one) => one.party === party);
    pdf.paragraph(`Pour ${names[party]}\u00a0: ${signatureInWords(signature)}`, { bold: true });
  }
  const [signed] = signatures;
  pdf.paragraph(
    signed
      ? `Signatures électroniques simples (code civil, articles 1366 et 1367), données depuis leur compte par les signataires sur la convention n°\u00a0${signed.number}, dont l’empreinte SHA-256 est ${signed.sha256}. La présente copie reprend la convention signée.`
      : 'La copie qui porte les deux signatures est émise dès que chaque partie a signé.',
    { small: true },
  );
}
