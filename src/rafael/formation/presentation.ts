import { formatDateTime, formatDay, formatTime, parisDay, parisMoment } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Badge } from '#platform/web/views/badge.ts';
import { labelOf } from '../lheo/shape/dictionaries.ts';
import { elementAt, type LheoElement, textsOf } from '../lheo/tree.ts';
import { saysYes, wordsAt } from '../offers/project/values.ts';
import { datesInWords, entryLabels, modeLabels, seatsBadge } from '../words.ts';
import { addressLines, type Contact, contactsOf, isWeb } from './contacts.ts';
import type { ActionRow, MeetingRow, OfferRow, SessionRow } from './repository.ts';

/** A line of what is known: « Durée : 735 heures ». */
export interface Fact {
  label: string;
  value: string;
}

export interface SessionView {
  dates: string;
  badge: Badge;
  /** « Inscription du … au … »; empty where the body does not say. */
  enrolment: string;
  meetings: { text: string; place: string; href: string | undefined; places: string; comment: string }[];
}

export interface ActionView {
  heading: string;
  badges: string[];
  facts: Fact[];
  address: string[];
  coming: SessionView[];
  past: { dates: string; badge: Badge }[];
  contacts: Contact[];
}

/** Everything that the page of a formation shows. */
export interface OfferView {
  title: string;
  body: string;
  certifying: boolean;
  facts: Fact[];
  texts: { heading: string; text: string }[];
  actions: ActionView[];
  contacts: Contact[];
  disability: Contact[];
  confirmed: string;
  webs: string[];
}

/** What the page says of a formation. @param now to which sessions are to come or past */
export function offerView(offer: OfferRow, now: Date): OfferView {
  const { lheo } = offer;
  const contacts = contactsOf(lheo, 'contact-formation');
  return {
    title: offer.title,
    body: offer.body,
    certifying: offer.certifying,
    facts: offerFacts(offer),
    texts: [
      { heading: 'Objectif', text: prose(lheo, 'objectif-formation') },
      { heading: 'Résultats attendus', text: prose(lheo, 'resultats-attendus') },
      { heading: 'Contenu', text: prose(lheo, 'contenu-formation') },
    ].filter(({ text }) => text !== ''),
    actions: offer.actions.map((action) => actionView(action, now)),
    contacts: contacts.filter(({ isDisability }) => !isDisability),
    disability: contacts.filter(({ isDisability }) => isDisability),
    confirmed: offer.confirmedAt ? `Confirmée par l’organisme le ${formatDay(offer.confirmedAt)}` : '',
    webs: textsOf(elementAt(lheo, 'url-formation') ?? { name: 'url-formation' }, 'urlweb').filter(isWeb),
  };
}

/** A text as it was written; empty for the dash of a file that had to say something. */
function prose(parent: LheoElement, name: string): string {
  return wordsAt(parent, name) === '' ? '' : (elementAt(parent, name)?.text ?? '').trim();
}

const facts = (list: readonly (readonly [label: string, value: string | undefined])[]): Fact[] =>
  list.flatMap(([label, value]) => (value ? [{ label, value }] : []));

function offerFacts({ certifications, domains, entryLevel, exitLevel, path, lheo }: OfferRow): Fact[] {
  const needed = exitLevel === null ? undefined : labelOf('dict-niveaux', exitLevel);
  return facts([
    ...certifications.map(({ kind, code, label, expiresOn }): [string, string] => [
      'Certification',
      [
        `${kind}\u00a0${code}`,
        label,
        expiresOn && `enregistrée jusqu’au ${formatDay(parisMoment(expiresOn, '12:00'))}`,
      ]
        .filter(Boolean)
        .join(', '),
    ]),
    ['Niveau à l’entrée', entryLevel === null ? undefined : labelOf('dict-niveaux', entryLevel)],
    ['Niveau de sortie', needed],
    ['Domaine', domains.join(', ')],
    ['Parcours', path === null ? undefined : labelOf('dict-type-parcours', path)],
    ['Visée', labelOf('dict-AIS', wordsAt(lheo, 'objectif-general-formation'))],
  ]);
}

function actionView(action: ActionRow, now: Date): ActionView {
  const { lheo } = action;
  const today = parisDay(now).toString();
  const isPermanent = action.entry === 1;
  const isComing = ({ state, startsBy, endsOn }: SessionRow) =>
    state === 'open' &&
    (endsOn === null || endsOn >= today) &&
    (isPermanent || startsBy === null || startsBy >= today);
  const address = elementAt(lheo, 'lieu-de-formation', 'coordonnees', 'adresse');
  return {
    heading: headingOf(action),
    badges: [
      ...(action.conventioned ? ['Conventionnée'] : []),
      ...(action.programme ? [action.programme] : []),
      ...(action.needsPrescription ? ['Sur prescription'] : []),
    ],
    facts: actionFacts(action),
    address: addressLines(address),
    coming: action.sessions.filter(isComing).map((session) => sessionView(session, isPermanent, now)),
    past: action.sessions
      .filter((session) => !isComing(session))
      .toReversed()
      .map((session) => ({
        dates: datesInWords({ ...session, isPermanent }, now),
        badge:
          session.state === 'cancelled'
            ? {
                label: session.reason ? `Annulée\u00a0: ${session.reason}` : 'Annulée',
                glyph: 'calendar-x',
                tone: 'neutral',
              }
            : { label: 'Passée', glyph: 'clock-history', tone: 'neutral' },
      })),
    contacts: contactsOf(lheo, 'contact-action'),
  };
}

/** « À Pessac (33600), en présence », « À distance ». */
function headingOf({ city, postcode, mode }: ActionRow): string {
  if (mode === 2) return 'À distance';
  const town = city ? `À ${city}${postcode ? ` (${postcode})` : ''}` : 'Lieu non communiqué';
  return mode === 1 ? `${town}, en partie à distance` : town;
}

function actionFacts(action: ActionRow): Fact[] {
  const { lheo } = action;
  const hours = (count: number | null, where: string) => (count ? `${plural(count, 'heure')}${where}` : '');
  return facts([
    ['Pour qui', action.publics.map(({ code, label }) => label ?? `Public ${code}`).join(', ')],
    ['Précisions', wordsAt(lheo, 'info-public-vise')],
    ['Conditions d’accès', prose(lheo, 'conditions-specifiques')],
    ['Niveau d’entrée', saysYes(lheo, 'niveau-entree-obligatoire') ? 'Obligatoire' : undefined],
    ['Recrutement', prose(lheo, 'modalites-recrutement')],
    [
      'Durée',
      [
        hours(action.hoursTotal, ''),
        hours(action.hoursCentre, ' en centre'),
        hours(action.hoursCompany, ' en entreprise'),
      ]
        .filter(Boolean)
        .join(', ') || wordsAt(lheo, 'duree-indicative'),
    ],
    ['Rythme', prose(lheo, 'rythme-formation')],
    ['Alternance', prose(lheo, 'modalites-alternance')],
    ['Modalité', action.mode === null ? undefined : modeLabels[action.mode]],
    ['Entrées', action.entry === null ? undefined : entryLabels[action.entry]],
    ['Prise en charge', saysYes(lheo, 'prise-en-charge-frais-possible') ? 'Possible' : undefined],
    ['Détail de la prise en charge', prose(lheo, 'detail-conditions-prise-en-charge')],
    ['Reste à payer', wordsAt(lheo, 'frais-restants')],
    ['Accessibilité', action.accessible],
    ['Restauration', wordsAt(lheo, 'restauration')],
    ['Hébergement', wordsAt(lheo, 'hebergement')],
    ['Transport', wordsAt(lheo, 'transport')],
  ]);
}

function sessionView(session: SessionRow, isPermanent: boolean, now: Date): SessionView {
  const day = (one: string) => formatDay(parisMoment(one, '12:00'));
  const { enrolFrom, enrolTo } = session;
  return {
    dates: datesInWords({ ...session, isPermanent }, now),
    badge: seatsBadge(session),
    enrolment:
      enrolFrom && enrolTo
        ? `Inscription du ${day(enrolFrom)} au ${day(enrolTo)}`
        : enrolTo
          ? `Inscription jusqu’au ${day(enrolTo)}`
          : enrolFrom
            ? `Inscription à partir du ${day(enrolFrom)}`
            : '',
    meetings: session.meetings.map(meetingView),
  };
}

function meetingView({ kind, startsAt, endsAt, remote, place, url, places, taken, comment }: MeetingRow) {
  const what = kind === 'collective' ? 'Information collective' : 'Entretien';
  const until = endsAt ? `\u2009–\u2009${formatTime(endsAt)}` : '';
  const left = places === null ? '' : Math.max(0, places - taken);
  return {
    text: `${what} le ${formatDateTime(startsAt)}${until}`,
    place: remote ? 'à distance' : place,
    href: url && isWeb(url) ? url : undefined,
    places: left === '' ? '' : left === 0 ? 'complet' : plural(left, 'place restante', 'places restantes'),
    comment,
  };
}
