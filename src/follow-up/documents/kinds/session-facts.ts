import type { Knex } from 'knex';
import { slotsJson } from '#enrolment/slots.ts';
import { query } from '#platform/database/query.ts';
import { formatDay, formatPeriod, formatSlot, formatTime } from '#platform/french/time.ts';
import { deName, formatHours, formatPhone, formatSiret, modalityLabel } from '#platform/french/words.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import type { TrainingBodyProfile } from '#structures/training-body-profile/rules.ts';
import { isTimed, slotMinutes } from '../../attendance/rules.ts';
import type { FollowedSession, Printed } from '../issuing/kind.ts';
import type { TextsOf } from '../templates/fields.ts';
import { activityDeclaration } from '../templates/locked.ts';

/** A half-day of a session. */
export type HalfDay = {
  id: number;
  /** ISO 8601 */
  startsAt: string;
  endsAt: string;
  modality: string;
  /** Of a remote one: empty. */
  place: string;
};

/** What every document of a session says: whose it is, of what, when and where. */
export type SessionFacts = {
  body: TrainingBodyProfile & {
    name: string;
    siret: string;
    address: string;
    /** The hash of the picture of its stamp, in hexadecimal. */
    stamp: string | null;
  };
  action: {
    title: string;
    kind: string;
    /** « Action de formation » in the sense of the code du travail (L6313-1). */
    isTraining: boolean;
    objectives: string;
    modality: string;
    trainer: string;
    durationDays: number;
  };
  session: { id: number; startsAt: string; endsAt: string; halfDays: HalfDay[] };
};

/** Reads what every document of a session says, in one statement. */
export async function readSessionFacts(db: Knex, { id }: Pick<FollowedSession, 'id'>): Promise<SessionFacts> {
  const rows = await query<[SessionFacts]>(
    db,
    `select json_build_object(
              'name', pr.name, 'siret', pr.siret,
              'address', concat_ws(', ', nullif(pr.address, ''), nullif(concat_ws(' ', pr.postcode, pr.city), '')),
              'activityNumber', pf.activity_number, 'activityRegion', pf.activity_region,
              'representative', pf.representative, 'representativeQuality', pf.representative_quality, 'city', pf.city,
              'phone', pf.phone, 'email', pf.email, 'administrativeContact', pf.administrative_contact,
              'disabilityContact', pf.disability_contact, 'qualiopiNumber', pf.qualiopi_number,
              'stamp', encode(sha256(pf.stamp), 'hex')) as body,
            json_build_object(
              'title', a.title, 'kind', k.label, 'isTraining', k.is_training, 'objectives', a.objectives,
              'modality', a.modality, 'trainer', a.trainer, 'durationDays', cast(a.duration_days as float)) as action,
            json_build_object(
              'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at,
              'halfDays', ${slotsJson(`'id', sl.id, 'modality', sl.modality,
                'place', case when sl.modality = 'remote' then '' else
                  concat_ws(', ', nullif(sl.place, ''), nullif(sl.address, ''),
                                  nullif(concat_ws(' ', nullif(sl.postcode, ''), nullif(sl.city, '')), '')) end`)}
            ) as session
       from sessions s
       join actions a on a.id = s.action_id
       join action_kinds k on k.id = a.kind_id
       join structures pr on pr.id = a.provider_id
       left join training_body_profiles pf on pf.structure_id = pr.id
      where s.id = ?`,
    [id],
  );
  return rows[0];
}

const UNSAID = 'non renseigné';
/** What an empty field is printed as. */
export const said = (text: string | null): string => text || UNSAID;

/** The texts of templates that every kind has: see `templates/fields.ts`. */
export function sessionTexts(
  { body, action, session }: SessionFacts,
  { number, issuedAt }: Pick<Printed, 'number' | 'issuedAt'>,
): TextsOf<'attendance_sheet'> {
  return {
    numero: number,
    date: formatDay(issuedAt),
    organisme: body.name,
    adresse_organisme: said(body.address),
    siret_organisme: formatSiret(body.siret),
    declaration_activite: activityDeclaration(body.activityNumber, body.activityRegion),
    representant: said(body.representative),
    qualite_representant: said(body.representativeQuality),
    ville_organisme: said(body.city),
    telephone_organisme: formatPhone(body.phone) || UNSAID,
    email_organisme: said(body.email),
    contact_administratif: said(body.administrativeContact),
    referent_handicap: said(body.disabilityContact),
    numero_qualiopi: said(body.qualiopiNumber),
    action: action.title,
    type_action: action.kind,
    objectifs: said(action.objectives),
    modalite: modalityLabel(action.modality),
    intervenant: said(action.trainer),
    numero_session: String(session.id),
    dates: datesOf(session),
    date_debut: formatDay(session.startsAt),
    date_fin: formatDay(session.endsAt),
    duree: plannedInWords({ action, session }),
    lieu: placesOf(session),
  };
}

/** « 10 mars - 11 mars 2027 » */
export const datesOf = ({ startsAt, endsAt }: SessionFacts['session']): string =>
  formatPeriod(startsAt, endsAt, new Date(0));

/** Whether the hours of a session mean something: a self-paced run of several weeks is one half-day. */
const hasHours = ({ halfDays }: SessionFacts['session']): boolean => timesOf(halfDays).every(isTimed);

const timesOf = (halfDays: readonly HalfDay[]) =>
  halfDays.map(({ startsAt, endsAt }) => ({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) }));

/** « 14 h », or days where half-days are not timed. */
export function plannedInWords({ action, session }: Pick<SessionFacts, 'action' | 'session'>): string {
  if (!hasHours(session)) return daysInWords(action.durationDays);
  return formatHours(timesOf(session.halfDays).reduce((total, slot) => total + slotMinutes(slot), 0));
}

/** « 1,5 jour » */
export const daysInWords = (days: number): string =>
  `${String(days).replace('.', ',')}\u00a0jour${days >= 2 ? 's' : ''}`;

const REMOTE = 'À distance';

/** Each place once, in the order of the half-days. */
export const placesOf = ({ halfDays }: SessionFacts['session']): string =>
  [...new Set(halfDays.map(({ modality, place }) => (modality === 'remote' ? REMOTE : said(place))))].join(
    '\u00a0; ',
  );

/** « jeudi 20 nov. 2026, 09:00 – 12:30 » */
export const halfDayInWords = ({ startsAt, endsAt }: HalfDay): string => formatSlot(startsAt, endsAt);

/** « Salle Garonne, 12 rue de l’Exemple, 33000 Bordeaux », or « À distance ». */
export const whereOf = ({ modality, place }: Pick<HalfDay, 'modality' | 'place'>): string =>
  modality === 'remote' ? REMOTE : place || 'Lieu à préciser';

/** The half-days with where each takes place: a table, as a place may differ from one to the next. */
export function writeHalfDays(pdf: PdfWriter, { session }: Pick<SessionFacts, 'session'>): void {
  pdf.table({
    columns: [
      { label: 'Séance', width: 1 },
      { label: 'Lieu', width: 1 },
    ],
    rows: printedHalfDays({ session }),
  });
}

/** The same, for whoever checks a document. */
export const printedHalfDays = ({ session }: Pick<SessionFacts, 'session'>): [string, string][] =>
  session.halfDays.map((halfDay) => [halfDayInWords(halfDay), whereOf(halfDay)]);

/** « 09:00 – 12:30 » */
export const hoursOf = ({ startsAt, endsAt }: HalfDay): string =>
  `${formatTime(startsAt)} – ${formatTime(endsAt)}`;

/**
 * The block `signature_organisme`: who signs for the body, the body alone where nobody is named. A picture of a stamp is a
 * picture, not a signature.
 */
export function writeBodySignature(
  pdf: PdfWriter,
  { body }: SessionFacts,
  { stamp }: Pick<Printed, 'stamp'>,
): void {
  if (body.representative) {
    const signatory = [body.representative, body.representativeQuality].filter(Boolean).join(', ');
    pdf.paragraph(signatory, { bold: true });
  }
  pdf.paragraph(`Pour ${body.name}`);
  if (stamp) pdf.image(stamp, { alt: `Cachet ${deName(body.name)}`, width: 160, height: 80 });
}

/**
 * All that a template may print of a session, for whoever checks a document: which of it is printed, the agency chooses.
 */
export const printedSession = (facts: SessionFacts): [string, string][] => {
  const { action, session } = facts;
  return withValues([
    ['Action', action.title],
    ['Type', action.kind],
    ['Session', `n°\u00a0${session.id}`],
    ['Dates', datesOf(session)],
    ['Premier jour', formatDay(session.startsAt)],
    ['Dernier jour', formatDay(session.endsAt)],
    ['Durée prévue', plannedInWords(facts)],
    ['Modalité', modalityLabel(action.modality)],
    ['Lieu', placesOf(session)],
    ['Intervenant', action.trainer],
    ['Objectifs', action.objectives],
    ...printedBody(facts),
  ]);
};

/** The same of a training body. */
export const printedBody = ({ body }: Pick<SessionFacts, 'body'>): [string, string][] =>
  withValues([
    ['Organisme de formation', body.name],
    ['SIRET', formatSiret(body.siret)],
    ['Adresse de l’organisme', body.address],
    ['Activité', activityDeclaration(body.activityNumber, body.activityRegion)],
    ['Signataire', [body.representative, body.representativeQuality].filter(Boolean).join(', ')],
    ['Fait à', body.city],
    ['Téléphone', formatPhone(body.phone)],
    ['E-mail', body.email],
    ['Contact administratif', body.administrativeContact],
    ['Référent handicap', body.disabilityContact],
    ['Certificat Qualiopi', body.qualiopiNumber],
  ]);

/** Those that have something to say. */
export const withValues = (fields: readonly [string, string | null][]): [string, string][] =>
  fields.flatMap(([label, value]) => (value ? [[label, value]] : []));
