import { z } from 'zod';
import { checkbox, choice, optionalText, optionalWholeNumber, readable } from '#platform/web/forms/fields.ts';
import { readLheoDate } from '../../lheo/dates.ts';
import { lheoHour, readLheoHour } from '../../lheo/hours.ts';
import { childrenOf, element, type LheoElement, textAt, withChildren } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';
import { lheoDateShown, lheoWholeDay } from './dates.ts';
import { withTexts } from './edit.ts';

/** As many information meetings as a session may have by its form. */
export const MOST_MEETINGS = 30;
/** Empty lines that the form shows after those that are filled in. */
export const BLANK_MEETINGS = 3;

const KINDS = { '9': 'Information collective', '8': 'Entretien individuel' } as const;
export const meetingKinds = Object.entries(KINDS)
  .map(([value, label]) => ({ value, label }))
  .reverse();

const hour = () =>
  readable({ max: 8 }).transform((typed, context): string | null => {
    if (typed === '') return null;
    const time = readLheoHour(typed);
    if (time) return lheoHour(time);
    context.addIssue({ code: 'custom', message: 'Écrivez une heure comme 9h ou 14h15.' });
    return z.NEVER;
  });

/** The fields of one line; without a day, the line is none. */
const fields = {
  sorte: choice(['8', '9'], 'Choisissez une sorte de rendez-vous.'),
  date: lheoWholeDay(),
  de: hour(),
  a: hour(),
  places: optionalWholeNumber({ min: 0, max: 99_999 }),
  adresse: optionalText(50),
  code_postal: optionalText(5),
  ville: optionalText(50),
  distance: checkbox(),
  lien: optionalText(400),
  commentaire: optionalText(500),
  retirer: checkbox(),
};
type Line = z.output<z.ZodObject<typeof fields>>;

const nameOf = (at: number, field: string): string => `rdv${at}_${field}`;

/** The schema of so many lines, their names numbered from 0. */
export const meetingsSchema = (count: number): z.ZodRawShape =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) =>
      Object.entries(fields).map(([field, type]) => [
        nameOf(at, field),
        field === 'sorte' ? z.preprocess((typed) => typed ?? '9', type) : type,
      ]),
    ).flat(),
  );

/** Whether a recruitment is a meeting with a day, which the form shows; the others are kept as they are. */
function isMeeting(recruitment: LheoElement): boolean {
  const mode = tokenOf(textAt(recruitment, 'modalite-recrutement') ?? '');
  const day = readLheoDate(tokenOf(textAt(recruitment, 'periode', 'debut') ?? ''), 'first');
  return mode in KINDS && day?.precision === 'day';
}

/** The meetings of a session that its form shows. */
export const meetingsOf = (session: LheoElement): LheoElement[] =>
  childrenOf(session, 'recrutement').filter(isMeeting);

/** What a session says of its meetings, as its form shows it. */
export function meetingValues(session: LheoElement): Record<string, string> {
  return Object.fromEntries(
    meetingsOf(session).flatMap((one, at) => {
      const said = (...path: string[]) => textAt(one, ...path)?.trim() ?? '';
      return Object.entries({
        sorte: tokenOf(said('modalite-recrutement')),
        date: lheoDateShown(said('periode', 'debut')),
        de: said('heure-debut'),
        a: said('heure-fin'),
        places: said('nb-places'),
        adresse: said('adresse', 'ligne'),
        code_postal: said('adresse', 'codepostal'),
        ville: said('adresse', 'ville'),
        distance: tokenOf(said('a-distance')) === '1' ? '1' : '',
        lien: said('urlweb'),
        commentaire: said('commentaire'),
      }).map(([field, value]) => [nameOf(at, field), value]);
    }),
  );
}

/** What is wrong with lines beyond their own fields, by field; empty where nothing is. */
export function meetingFaults(
  data: Readonly<Record<string, unknown>>,
  count: number,
): Record<string, string> {
  const faults: Record<string, string> = {};
  for (let at = 0; at < count; at += 1) {
    const line = lineOf(data, at);
    if (line.retirer) continue;
    const address = [line.adresse, line.code_postal, line.ville];
    if (!line.date) {
      if (address.some(Boolean) || line.de || line.places !== null || line.commentaire) {
        faults[nameOf(at, 'date')] = 'Donnez la date de ce rendez-vous, ou videz la ligne.';
      }
      continue;
    }
    if (address.some(Boolean) && !address.every(Boolean)) {
      faults[nameOf(at, 'adresse')] = 'Une adresse a une rue, un code postal et une ville.';
    } else if (line.code_postal && !/^\d{5}$/.test(line.code_postal)) {
      faults[nameOf(at, 'code_postal')] = 'Un code postal compte 5\u00a0chiffres.';
    }
    const [from, until] = [line.de, line.a].map((text) => text && readLheoHour(text));
    if (from && until && until <= from) faults[nameOf(at, 'a')] = 'La fin est avant le début.';
    if (until && !from) faults[nameOf(at, 'de')] = 'Donnez aussi l’heure de début.';
  }
  return faults;
}

const lineOf = (data: Readonly<Record<string, unknown>>, at: number): Line =>
  Object.fromEntries(Object.keys(fields).map((field) => [field, data[nameOf(at, field)]])) as Line;

/**
 * The session with the meetings of its form: a line changes the meeting that stood there, or adds one. What else recruits stays.
 * @param data read by {@link meetingsSchema}, in which {@link meetingFaults} found nothing
 */
export function withMeetings(
  session: LheoElement,
  data: Readonly<Record<string, unknown>>,
  count: number,
): LheoElement {
  const shown = meetingsOf(session);
  const lines = Array.from({ length: count }, (_, at) => ({ line: lineOf(data, at), before: shown[at] }));
  const made = lines
    .filter(({ line }) => line.date && !line.retirer)
    .map(({ line, before }) => recruitmentOf(line, before ?? element('recrutement')));
  const others = childrenOf(session, 'recrutement').filter((one) => !isMeeting(one));
  return withChildren(session, 'recrutement', [...others, ...made]);
}

function recruitmentOf(line: Line, before: LheoElement): LheoElement {
  const day = line.date ?? '';
  const told: [path: string[], text: string | null][] = [
    [['modalite-recrutement'], line.sorte],
    [['a-distance'], line.distance ? '1' : textAt(before, 'a-distance') ? '0' : null],
    [['adresse', 'ligne'], line.adresse],
    [['adresse', 'codepostal'], line.code_postal],
    [['adresse', 'ville'], line.ville],
    [['urlweb'], line.lien],
    [['nb-places'], line.places === null ? null : String(line.places)],
    [['periode', 'debut'], day],
    [['periode', 'fin'], day],
    [['heure-debut'], line.de],
    [['heure-fin'], line.a],
    [['commentaire'], line.commentaire],
  ];
  return told.reduce((made, [path, text]) => withTexts(made, path, text ? [text] : []), before);
}
