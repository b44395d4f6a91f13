import { element, type LheoElement } from '#rafael/lheo/tree.ts';
import { LHEO_CLOSING, lheoOpening, writeElement } from '#rafael/lheo/writer.ts';

const trades = [
  'maçonnerie',
  'soudure',
  'cuisine',
  'comptabilité',
  'aide à domicile',
  'informatique',
  'conduite',
  'vente',
];
const towns: readonly [postcode: string, city: string, commune: string][] = [
  ['33000', 'Bordeaux', '33063'],
  ['87000', 'Limoges', '87085'],
  ['86000', 'Poitiers', '86194'],
  ['64000', 'Pau', '64445'],
  ['17000', 'La Rochelle', '17300'],
  ['24000', 'Périgueux', '24322'],
];
const prose =
  'La personne apprend les gestes du métier, les règles de sécurité et le travail en équipe, en centre et en entreprise. ';

/** Whole numbers that look thrown, the same for the same place in the list. */
const thrown = (seed: number, below: number): number => (Math.imul(seed + 1, 2_654_435_761) >>> 8) % below;

/**
 * The nth formation of a catalogue that nobody has: about 6 KB, with one action, every fifth with two, and five sessions for
 * two actions.
 * @param siret of the organisme responsable
 * @param year in which its sessions begin
 */
export function formationAt(nth: number, siret: string, year: number): LheoElement {
  const number = `F${nth}`;
  const trade = trades[thrown(nth, trades.length)] as string;
  const text = (name: string, times: number) =>
    element(name, `${trade} ${nth}. ${prose.repeat(times)}`.slice(0, 2900));
  const contact = element('coordonnees', [
    element('nom', 'Accueil'),
    element('telfixe', [element('numtel', '0500000000')]),
    element('courriel', `formation${nth}@demo.example`),
  ]);
  const actions = Array.from({ length: nth % 5 === 0 ? 2 : 1 }, (_, at) => actionAt(nth, at, number, year));
  return element(
    'formation',
    [
      element('domaine-formation', [
        element('code-FORMACODE', String(10_000 + thrown(nth, 80_000)), { ref: 'V14' }),
      ]),
      element('intitule-formation', `Titre professionnel ${trade}, parcours ${nth}`),
      text('objectif-formation', 6),
      text('resultats-attendus', 4),
      text('contenu-formation', 14),
      element('certifiante', String(nth % 2)),
      element('contact-formation', [contact]),
      element('parcours-de-formation', String(1 + thrown(nth, 4))),
      element('code-niveau-entree', '1'),
      element('certification', [element('code-RNCP', String(30_000 + thrown(nth, 9000)))]),
      element('code-niveau-sortie', String(13 + thrown(nth, 4))),
      ...actions,
      element('organisme-formation-responsable', [
        element('numero-activite', '75330000033'),
        element('SIRET-organisme-formation', [element('SIRET', siret)]),
        element('nom-organisme', 'Organisme de mesure'),
        element('raison-sociale', 'Organisme de mesure'),
        element('coordonnees-organisme', [contact]),
        element('contact-organisme', [contact]),
      ]),
    ],
    { numero: number, datemaj: `${year}0101` },
  );
}

function actionAt(nth: number, at: number, number: string, year: number): LheoElement {
  const [postcode, city, commune] = towns[thrown(nth + at, towns.length)] as (typeof towns)[number];
  const address = element('adresse', [
    element('ligne', `${1 + (nth % 90)} rue du Centre`),
    element('codepostal', postcode),
    element('ville', city),
    element('code-INSEE-commune', commune),
  ]);
  return element(
    'action',
    [
      element('rythme-formation', 'temps plein'),
      element('code-public-vise', '80056', { ref: 'V14' }),
      element('niveau-entree-obligatoire', '0'),
      element('modalites-alternance', 'Deux semaines en entreprise'),
      element('modalites-enseignement', String(thrown(nth, 3))),
      element('conditions-specifiques', 'Être demandeur d’emploi'),
      element('prise-en-charge-frais-possible', '1'),
      element('lieu-de-formation', [element('coordonnees', [address])]),
      element('modalites-entrees-sorties', '0'),
      ...Array.from({ length: 2 + ((nth + at) % 4 === 0 ? 1 : 0) - (at ? 1 : 0) }, (_, session) =>
        sessionAt(nth, session, `${number}-${at + 1}`, year, address),
      ),
      element('nombre-heures-total', String(70 + thrown(nth, 900))),
      element('conventionnement', String((nth + 1) % 2)),
      element('organisme-financeur', [element('code-financeur', '2'), element('nb-places-financees', '8')]),
    ],
    { numero: `${number}-${at + 1}` },
  );
}

function sessionAt(nth: number, at: number, number: string, year: number, address: LheoElement): LheoElement {
  const month = 1 + thrown(nth + at * 7, 10);
  const two = (value: number) => String(value).padStart(2, '0');
  return element(
    'session',
    [
      element('periode', [
        element('debut', `${year}${two(month)}${two(1 + thrown(nth + at, 28))}`),
        element('fin', `${year}${two(month + 2)}28`),
      ]),
      element('adresse-inscription', [address]),
      element('etat-recrutement', '1'),
      element('cycle', [
        element('type-cycle', '0'),
        element('capacite-simultanee', String(8 + thrown(nth, 9))),
      ]),
    ],
    { numero: `${number}-${at + 1}` },
  );
}

/** A file of so many of them, in pieces of bytes. */
export function* fileOfFormations(count: number, siret: string, year: number): Generator<Buffer> {
  let piece = lheoOpening(new Date(Date.UTC(year, 0, 1)));
  for (let nth = 0; nth < count; nth += 1) {
    piece += `${writeElement(formationAt(nth, siret, year))}\n`;
    if (piece.length < 65_536) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece + LHEO_CLOSING);
}
