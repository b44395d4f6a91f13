import { parisDay } from '#platform/french/time.ts';
import { lheoDay } from '#rafael/lheo/dates.ts';
import { element, type LheoElement } from '#rafael/lheo/tree.ts';
import { withOwn } from '#rafael/offers/project/own.ts';
import { workingDay } from '../calendar.ts';
import { placeNamed } from '../places.ts';
import { fields, programmes, publics } from './codes.ts';
import type { DraftFormation, DraftSession } from './formations.ts';

type DraftAction = DraftFormation['actions'][number];

/** A formation of the demo as LHÉO writes it, with its actions and sessions. */
export function treeOf(
  draft: DraftFormation,
  { number, body, now }: { number: string; body: { name: string; siret: string }; now: Date },
): LheoElement {
  const [, code] = fields[draft.field];
  const contact = (name: string, phone: string) =>
    element('coordonnees', [
      element('nom', name),
      element('telfixe', [element('numtel', phone)]),
      element('courriel', 'of.catalogue@demo.example'),
    ]);
  const certification = [
    ...(draft.rncp ? [element('code-RNCP', draft.rncp)] : []),
    ...(draft.rs ? [element('code-RS', draft.rs)] : []),
  ];
  return element(
    'formation',
    [
      element('domaine-formation', [element('code-FORMACODE', code, { ref: 'V14' })]),
      element('intitule-formation', draft.title),
      element('objectif-formation', `À la fin de la formation, la personne sait ${draft.able}.`),
      element(
        'resultats-attendus',
        draft.rncp
          ? 'La certification visée, en entier ou par blocs de compétences.'
          : 'Une attestation de compétences.',
      ),
      element('contenu-formation', contentOf(draft)),
      element('certifiante', draft.rncp || draft.rs ? '1' : '0'),
      element('contact-formation', [contact('Accueil', '+33 5 36 49 00 10')]),
      element('contact-formation', [
        element('type-contact', '1'),
        contact('Référent handicap', '+33 5 36 49 00 11'),
      ]),
      element('parcours-de-formation', '2'),
      element('code-niveau-entree', '1'),
      certification.length > 0 ? element('certification', certification) : undefined,
      draft.level ? element('code-niveau-sortie', String(draft.level)) : undefined,
      ...draft.actions.map((action, at) => actionOf(action, `${number}-${at + 1}`, now)),
      element('organisme-formation-responsable', [
        element('numero-activite', '75990000099'),
        element('SIRET-organisme-formation', [element('SIRET', body.siret)]),
        element('nom-organisme', body.name.slice(0, 250)),
        element('raison-sociale', body.name.slice(0, 250)),
        element('coordonnees-organisme', [contact('Accueil', '+33 5 36 49 00 10')]),
        element('contact-organisme', [contact('Accueil', '+33 5 36 49 00 10')]),
      ]),
    ],
    { numero: number },
  );
}

function contentOf({ able, field, actions }: DraftFormation): string {
  const hours = Math.max(...actions.map((action) => action.hours));
  return [
    `Le parcours apprend à ${able}.`,
    `Il alterne des ateliers, des mises en situation et du travail en petit groupe, dans un plateau technique du domaine «\u00a0${fields[field][0]}\u00a0».`,
    hours > 300
      ? 'Deux périodes en entreprise permettent d’éprouver ce qui a été appris.'
      : 'Chaque demi-journée finit par un point sur ce qui est acquis.',
  ].join('\n');
}

function addressOf(city: string): LheoElement {
  const place = placeNamed(city);
  return element('adresse', [
    element('ligne', '12 rue des Écoles'),
    element('codepostal', place.postcode),
    element('ville', place.city),
  ]);
}

function actionOf(draft: DraftAction, number: string, now: Date): LheoElement {
  const { programme, mode = 0, hours } = draft;
  const address = addressOf(draft.city);
  const action = element(
    'action',
    [
      element(
        'rythme-formation',
        hours > 300 ? 'Temps plein, 35 heures par semaine' : 'Temps partiel, trois jours par semaine',
      ),
      element('code-public-vise', publics[draft.public][0], { ref: 'V14' }),
      element('niveau-entree-obligatoire', '0'),
      element('modalites-alternance', hours > 300 ? 'Deux périodes en entreprise' : 'Sans alternance'),
      element('modalites-enseignement', String(mode)),
      element(
        'conditions-specifiques',
        programme ? 'Être en recherche d’emploi et avoir un projet confirmé' : 'Aucun prérequis',
      ),
      element('prise-en-charge-frais-possible', programme ? '1' : '0'),
      element('lieu-de-formation', [element('coordonnees', [address])]),
      element('modalites-entrees-sorties', draft.isPermanent ? '1' : '0'),
      ...draft.sessions.map((session, at) => sessionOf(session, `${number}-${at + 1}`, address, now)),
      element('acces-handicapes', 'Locaux accessibles, aménagements possibles'),
      element('nombre-heures-total', String(hours)),
      element('conventionnement', programme ? '1' : '0'),
      programme ? element('organisme-financeur', [element('code-financeur', '2')]) : undefined,
    ],
    { numero: number },
  );
  return programme && programmes[programme]
    ? withOwn(action, { programme, market: `M-${number}`, lot: '1' })
    : action;
}

function sessionOf(draft: DraftSession, number: string, address: LheoElement, now: Date): LheoElement {
  const from = workingDay(parisDay(now).add({ days: draft.in }), 1);
  const until = workingDay(from.add({ days: draft.days }), -1);
  const start = lheoDay(from.toString());
  const known = {
    day: start,
    month: `${start.slice(0, 6)}00`,
    year: `${start.slice(0, 4)}0000`,
    nothing: '00000000',
  };
  const { knows = 'day', places } = draft;
  return element(
    'session',
    [
      element('periode', [
        element('debut', known[knows]),
        element('fin', knows === 'day' ? lheoDay(until.toString()) : '99999999'),
      ]),
      element('adresse-inscription', [address]),
      element('etat-recrutement', String(draft.recruiting ?? 1)),
      ...(draft.meetings ?? []).map((days) => meetingOn(workingDay(parisDay(now).add({ days }), 1), address)),
      places === undefined
        ? undefined
        : element('cycle', [element('type-cycle', '0'), element('capacite-simultanee', String(places))]),
    ],
    { numero: number },
  );
}

/** « Information collective ». */
function meetingOn(day: Temporal.PlainDate, address: LheoElement): LheoElement {
  const raw = lheoDay(day.toString());
  return element('recrutement', [
    element('modalite-recrutement', '9'),
    element('a-distance', '0'),
    address,
    element('nb-places', '20'),
    element('periode', [element('debut', raw), element('fin', raw)]),
    element('heure-debut', '14h00'),
    element('heure-fin', '16h00'),
  ]);
}
