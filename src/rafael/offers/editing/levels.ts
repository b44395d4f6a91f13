import {
  childOf,
  childrenOf,
  element,
  elementAt,
  type LheoElement,
  withChildren,
  withText,
} from '../../lheo/tree.ts';
import type { BodyFacts } from '../catalogue/repository.ts';
import { joinFormation, type SplitFormation } from '../project/split.ts';

const cut = (text: string, most: number): string => [...text].slice(0, most).join('').trim();
const numbered = (level: LheoElement, numero: string): LheoElement => ({
  ...level,
  attributes: { ...level.attributes, numero },
});

/** A formation that a body begins, with what is known of it. @param number by which it is found again */
export function newOffer(number: string, body: BodyFacts): LheoElement {
  const coordinates = element('coordonnees', [
    body.phone ? element('telfixe', [element('numtel', body.phone)]) : undefined,
    body.email ? element('courriel', body.email) : undefined,
  ]);
  const responsible = element('organisme-formation-responsable', [
    body.declaration ? element('numero-activite', body.declaration) : undefined,
    element('SIRET-organisme-formation', [element('SIRET', body.siret)]),
    element('nom-organisme', cut(body.name, 250)),
    element('raison-sociale', cut(body.name, 250)),
    element('coordonnees-organisme', [withAddress(coordinates, body)]),
    element('contact-organisme', [coordinates]),
  ]);
  const contacts =
    (coordinates.children ?? []).length > 0 ? [element('contact-formation', [coordinates])] : [];
  return numbered(element('formation', [...contacts, responsible]), number);
}

/** An address of a body, in lines as short as LHÉO wants them. */
function addressOf({ address, postcode, city }: BodyFacts): LheoElement | undefined {
  if (!address || !/^\d{5}$/.test(postcode) || !city) return undefined;
  const lines = address.match(/\S.{0,48}\S(?=\s|$)|\S{1,50}/g) ?? [];
  return element('adresse', [
    ...lines.slice(0, 4).map((line) => element('ligne', line)),
    element('codepostal', postcode),
    element('ville', cut(city, 50)),
  ]);
}

const withAddress = (coordinates: LheoElement, body: BodyFacts): LheoElement => {
  const address = addressOf(body);
  return address ? withChildren(coordinates, 'adresse', [address]) : coordinates;
};

/** An action that a body adds: it takes place there, until somebody says otherwise. */
export function newAction(number: string, body: BodyFacts): LheoElement {
  const coordinates = withAddress(element('coordonnees'), body);
  const places = (coordinates.children ?? []).length > 0 ? [element('lieu-de-formation', [coordinates])] : [];
  return numbered(element('action', places), number);
}

/** A session that a body adds to an action: one enrols where the action takes place, and it is open. */
export function newSession(number: string, action: LheoElement): LheoElement {
  const address = elementAt(action, 'lieu-de-formation', 'coordonnees', 'adresse');
  return numbered(
    element('session', [
      element('periode', [element('debut', '00000000'), element('fin', '99999999')]),
      address && element('adresse-inscription', [address]),
      element('etat-recrutement', '1'),
    ]),
    number,
  );
}

/** The first number of this form that no other of these has: `NA-12-1`, `NA-12-2`… */
export function freeNumber(prefix: string, taken: readonly string[]): string {
  for (let nth = 1; ; nth += 1) if (!taken.includes(`${prefix}-${nth}`)) return `${prefix}-${nth}`;
}

/** What a file said of a level itself: when it was made, what it is elsewhere. A copy is another. */
const OF_THE_FILE = [
  'datecrea',
  'datemaj',
  'horodatage-creation',
  'horodatage-modification',
  'uri',
  'id',
  'href',
  'file',
];

function anotherOf(level: LheoElement, number: string): LheoElement {
  const attributes = { ...level.attributes };
  for (const name of OF_THE_FILE) delete attributes[name];
  return numbered({ ...level, attributes }, number);
}

/** A copy of a formation under another number, its actions renumbered; without sessions, whose dates are others. */
export function copyOfOffer({ offer, actions }: SplitFormation, number: string): LheoElement {
  const title = childOf(offer, 'intitule-formation')?.text ?? '';
  const copy = anotherOf(offer, number);
  return joinFormation({
    offer: title ? withText(copy, 'intitule-formation', `${cut(title, 240)} (copie)`) : copy,
    actions: actions.map(({ action }, at) => ({
      action: anotherOf(action, `${number}-${at + 1}`),
      sessions: [],
    })),
  });
}

/** A copy of a session: its dates, and those of its meetings, are others. */
export function copyOfSession(session: LheoElement, number: string): LheoElement {
  const undated = withChildren(session, 'periode', childrenOf(newSession('', session), 'periode'));
  return anotherOf(
    withText(
      withChildren(withChildren(undated, 'periode-inscription', []), 'recrutement', []),
      'etat-recrutement',
      '1',
    ),
    number,
  );
}
