import { z } from 'zod';
import { optionalWholeNumber, readable } from '#platform/web/forms/fields.ts';
import { childOf, type LheoElement, textAt } from '../../lheo/tree.ts';
import { ownOfAction, withOwn } from '../project/own.ts';
import { projectSession } from '../project/session.ts';
import { actionFields } from './action.ts';
import { lheoDate, lheoDateShown, lheoWholeDay } from './dates.ts';
import { withTexts } from './edit.ts';
import { type OfferField, schemaOf, valuesOf, withFields } from './fields.ts';
import { formationFields } from './formation.ts';
import { meetingFaults, meetingsSchema, meetingValues, withMeetings } from './meetings.ts';
import { sessionFields } from './session.ts';

type Data = Readonly<Record<string, unknown>>;

/** A form of one level of the offer: what it asks, and how the tree says it. */
export interface LevelForm {
  fields: readonly OfferField[];
  /** @param meetings lines of information meetings that were sent, on a session */
  schema(meetings: number): z.ZodObject;
  /** What the tree says, as the form shows it. */
  values(level: LheoElement): Record<string, string>;
  /** What is wrong beyond single fields, by field. */
  faults(data: Data, meetings: number): Record<string, string>;
  /** The tree as the form says it. */
  apply(level: LheoElement, data: Data, meetings: number): LheoElement;
  /** Of fields that stand in no list of {@link OfferField}, by name. */
  labels: Readonly<Record<string, string>>;
}

const none = () => ({});

/** « Formation ». */
export const offerForm: LevelForm = {
  fields: formationFields,
  schema: () => schemaOf(formationFields),
  values: (level) => valuesOf(level, formationFields),
  faults: none,
  apply: (level, data) => withBodyContact(withFields(level, formationFields, data)),
  labels: {},
};

/** LHÉO wants somebody to contact at the body: where nobody is named, those of its own coordinates. */
function withBodyContact(offer: LheoElement): LheoElement {
  const body = ['organisme-formation-responsable'];
  const said = (name: string) =>
    textAt(offer, ...body, 'coordonnees-organisme', 'coordonnees', ...name.split('/'));
  return ['telfixe/numtel', 'courriel'].reduce((made, name) => {
    const path = [...body, 'contact-organisme', 'coordonnees', ...name.split('/')];
    const text = said(name);
    return text && !textAt(made, ...path) ? withTexts(made, path, [text]) : made;
  }, offer);
}

/** « Action ». */
export const actionForm: LevelForm = {
  fields: actionFields,
  schema: () =>
    z.object({
      ...schemaOf(actionFields).shape,
      programme: readable({ max: 20 }),
      marche: readable({ max: 60 }),
      lot: readable({ max: 60 }),
    }),
  values: (level) => {
    const { programme, market, lot } = ownOfAction(level);
    return { ...valuesOf(level, actionFields), programme, marche: market, lot };
  },
  faults: (data): Record<string, string> => {
    const address = [data.lieu_adresse, data.lieu_code_postal, data.lieu_ville];
    if (address.some(Boolean) && !address.every(Boolean)) {
      return { lieu_adresse: 'Une adresse a une rue, un code postal et une ville.' };
    }
    if (data.lieu_nom && !address.some(Boolean)) return { lieu_adresse: 'Donnez l’adresse de ce lieu.' };
    if (data.places_financees && !data.financeur) return { financeur: 'Choisissez qui finance ces places.' };
    return {};
  },
  apply: (level, data) =>
    withOwn(withFields(level, actionFields, data), {
      programme: String(data.programme ?? ''),
      market: String(data.marche ?? ''),
      lot: String(data.lot ?? ''),
    }),
  labels: { programme: 'Programme', marche: 'Marché', lot: 'Lot' },
};

const DATES = {
  debut: ['periode', 'debut'],
  fin: ['periode', 'fin'],
  inscription_du: ['periode-inscription', 'periode', 'debut'],
  inscription_au: ['periode-inscription', 'periode', 'fin'],
} as const;

/** « Session ». */
export const sessionForm: LevelForm = {
  fields: sessionFields,
  schema: (meetings) =>
    z.object({
      debut: lheoDate('start'),
      fin: lheoDate('end'),
      inscription_du: lheoWholeDay(),
      inscription_au: lheoWholeDay(),
      places: optionalWholeNumber({ min: 0, max: 99_999 }),
      ...schemaOf(sessionFields).shape,
      ...meetingsSchema(meetings),
    }),
  values: (level) => ({
    ...Object.fromEntries(
      Object.entries(DATES).map(([name, path]) => [name, lheoDateShown(textAt(level, ...path))]),
    ),
    places: String(projectSession(level).capacity ?? ''),
    // Most sessions recruit when they are added.
    ...valuesOf(
      childOf(level, 'etat-recrutement') ? level : withTexts(level, ['etat-recrutement'], ['1']),
      sessionFields,
    ),
    ...meetingValues(level),
  }),
  faults: (data, meetings) => ({
    ...meetingFaults(data, meetings),
    ...(data.inscription_du && !data.inscription_au
      ? { inscription_au: 'Donnez aussi la fin des inscriptions.' }
      : {}),
    ...(data.inscription_au && !data.inscription_du
      ? { inscription_du: 'Donnez aussi le début des inscriptions.' }
      : {}),
    ...(data.inscription_du && data.inscription_au && data.inscription_du > data.inscription_au
      ? { inscription_au: 'Les inscriptions finissent avant de commencer.' }
      : {}),
    ...(endsBefore(data.debut, data.fin) ? { fin: 'La session finit avant de commencer.' } : {}),
  }),
  apply: (level, data, meetings) => {
    const dated = Object.entries(DATES).reduce((made, [name, path]) => {
      const raw = data[name] as string | null;
      return withTexts(made, path, raw ? [raw] : []);
    }, level);
    return withMeetings(withPlaces(withFields(dated, sessionFields, data), data.places), data, meetings);
  },
  labels: {
    debut: 'Début',
    fin: 'Fin',
    inscription_du: 'Inscriptions du',
    inscription_au: 'Inscriptions au',
    places: 'Places',
  },
};

/** Of two dates of LHÉO, of which months and years are as long as they may be. */
function endsBefore(start: unknown, end: unknown): boolean {
  const [from, until] = [String(start), String(end)].map((raw) => raw.replace(/(00)+$/, ''));
  if (!from || !until || /^0*$/.test(from) || until === '99999999') return false;
  const length = Math.min(from.length, until.length);
  return until.slice(0, length) < from.slice(0, length);
}

/** Places are those of a cycle, of which LHÉO wants the type: that of continuing training has none of its own. */
function withPlaces(session: LheoElement, places: unknown): LheoElement {
  const said = places === null || places === undefined ? [] : [String(places)];
  const path = ['cycle', 'capacite-simultanee'];
  if (said.length === 0) {
    const emptied = withTexts(session, path, []);
    const cycle = childOf(emptied, 'cycle');
    const isOurs = cycle?.children?.length === 1 && textAt(cycle, 'type-cycle') === '0' && !cycle.attributes;
    return isOurs ? withTexts(emptied, ['cycle', 'type-cycle'], []) : emptied;
  }
  const typed = textAt(session, 'cycle', 'type-cycle')
    ? session
    : withTexts(session, ['cycle', 'type-cycle'], ['0']);
  return withTexts(typed, path, said);
}
