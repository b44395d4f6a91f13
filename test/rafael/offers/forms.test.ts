import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '#platform/web/forms/body.ts';
import { checkFormation } from '#rafael/lheo/checks.ts';
import {
  childOf,
  childrenOf,
  element,
  elementAt,
  type LheoElement,
  textAt,
  textsOf,
  withChildren,
} from '#rafael/lheo/tree.ts';
import { levelFaults } from '#rafael/offers/forms/faults.ts';
import type { Parts } from '#rafael/offers/forms/fields/fields.ts';
import { readTypedDate, shownDate } from '#rafael/offers/forms/fields/typed-dates.ts';
import { actionParts } from '#rafael/offers/forms/levels/action.ts';
import { formationParts } from '#rafael/offers/forms/levels/formation.ts';
import { sessionParts } from '#rafael/offers/forms/levels/session.ts';
import { othersOf } from '#rafael/offers/forms/others.ts';
import { readLevel, shownLevel } from '#rafael/offers/forms/reading.ts';
import { writtenLevel } from '#rafael/offers/forms/writing.ts';
import { projectAction } from '#rafael/offers/project/action.ts';
import { anyOf, smallest } from '../../support/lheo.ts';

/** The form as it is shown, with these fields typed otherwise. */
const sent = (parts: Parts, level: LheoElement, typed: Record<string, string> = {}): Fields => ({
  ...shownLevel(parts, level).values,
  ...typed,
});
/** The level once the form is sent; what is wrong with the form, where something is. */
function saved(parts: Parts, level: LheoElement, typed: Record<string, string> = {}) {
  const read = readLevel(parts, level, sent(parts, level, typed));
  if (!read.ok) return { errors: read.form.errors, level };
  return { errors: {}, level: writtenLevel(parts, level, read.data) };
}
const leaf = (name: string, text: string) => element(name, text);
const levels: [string, Parts, (formation: LheoElement) => LheoElement | undefined][] = [
  ['formation', formationParts, (formation) => formation],
  ['action', actionParts, (formation) => childOf(formation, 'action')],
  ['session', sessionParts, (formation) => elementAt(formation, 'action', 'session')],
];

test.each(levels)('whatever a %s says, its form sent untouched leaves it as it is', (_, parts, levelOf) => {
  fc.assert(
    fc.property(anyOf('formation'), (formation) => {
      const level = levelOf(formation) as LheoElement;
      // As browsers send it.
      const body = Object.fromEntries(
        Object.entries(shownLevel(parts, level).values).map(([name, value]) => [
          name,
          value.replace(/\r\n?|\n/g, '\r\n'),
        ]),
      );
      const read = readLevel(parts, level, body);
      expect(read.form.errors).toEqual({});
      expect(read.ok && writtenLevel(parts, level, read.data)).toEqual(level);
    }),
    { numRuns: 40 },
  );
});

test.each(levels)(
  'any form of a %s that is taken leaves a tree that LHÉO takes, but for what is missing',
  (name, parts) => {
    const words = fc.oneof(
      fc.string({ maxLength: 60, unit: fc.constantFrom(...'aé 0123456789<&>"\r\n-,/:') }),
      fc.constantFrom(
        '1',
        '9',
        '22254',
        '04/01/2027',
        '2027-01-04',
        'https://x.example',
        '33000',
        '14h30',
        'a@x.example',
      ),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(sent(parts, smallest(name)))), words),
        (typed) => {
          // Words of codes are looked for beside.
          const { formacodes, publics, ...alone } = typed;
          const { level, errors } = saved(parts, smallest(name), alone);
          if (Object.keys(errors).length > 0) return;
          expect(levelFaults(parts, level).filter(({ isMissing }) => !isMissing)).toEqual(
            // Ends before it begins: told beside, by the check of the level.
            expect.toSatisfy((faults: { message: string }[]) =>
              faults.every(({ message }) => message.includes('finit avant')),
            ),
          );
        },
      ),
      { numRuns: 150 },
    );
  },
);

describe('dates that are not known to the day', () => {
  test.each([
    ['04/01/2027', '20270104', '04/01/2027'],
    ['4.1.2027', '20270104', '04/01/2027'],
    ['2027-01-04', '20270104', '04/01/2027'],
    ['01/2027', '20270100', '01/2027'],
    ['1-2027', '20270100', '01/2027'],
    ['janvier 2027', '20270100', '01/2027'],
    ['févr. 2027', '20270200', '02/2027'],
    ['2027', '20270000', '2027'],
  ])('« %s » is %s', (typed, raw, shown) => {
    expect(readTypedDate(typed)).toBe(raw);
    expect(shownDate(raw)).toBe(shown);
  });
  test.each(['31/02/2027', '13/2027', '00/2027', 'ju 2027', 'm 2027', '1927', '27', 'bientôt'])(
    '« %s » is none',
    (typed) => expect(readTypedDate(typed)).toBeUndefined(),
  );
  test.each([
    ['00000000', ''],
    ['99999999', ''],
    ['20270231', '20270231'],
  ])('%s shows as « %s »', (raw, shown) => expect(shownDate(raw)).toBe(shown));
});

describe('a session', () => {
  const session = smallest('session');

  test('has dates, and none when they are emptied', () => {
    const dated = saved(sessionParts, session, { debut: '01/2027', fin: '' }).level;
    expect([textAt(dated, 'periode', 'debut'), textAt(dated, 'periode', 'fin')]).toEqual([
      '20270100',
      '99999999',
    ]);
  });

  test('has places in a cycle of its own, which goes with them', () => {
    const full = saved(sessionParts, session, { places: '12' }).level;
    expect(childrenOf(full, 'cycle')).toEqual([
      element('cycle', [leaf('type-cycle', '0'), leaf('capacite-simultanee', '12')]),
    ]);
    expect(saved(sessionParts, full, { places: '' }).level).toEqual(session);
    expect(saved(sessionParts, full, { places: '-1' }).errors).toHaveProperty('places');
  });

  test('takes requests between two days, of which one may be open', () => {
    const from = saved(sessionParts, session, { inscription_du: '2026-12-01' }).level;
    expect(elementAt(from, 'periode-inscription', 'periode')).toEqual(
      element('periode', [leaf('debut', '20261201'), leaf('fin', '99999999')]),
    );
    expect(saved(sessionParts, from, { inscription_du: '' }).level).toEqual(session);
  });

  test('has meetings by rows: those that recruit otherwise stay in their places', () => {
    const others = ['3', '9', '7'].map((mode) =>
      element('recrutement', [leaf('modalite-recrutement', mode)]),
    );
    const before = withChildren(session, 'recrutement', others);
    const after = saved(sessionParts, before, {
      reunion_1_date: '2027-01-12',
      reunion_1_de: '9',
      reunion_3_sorte: '8',
      reunion_3_date: '2027-01-13',
      reunion_3_de: '14:15',
      reunion_3_adresse: '1 rue X\r\nBâtiment B',
      reunion_3_code_postal: '33 000',
      reunion_3_ville: 'Bordeaux',
    }).level;
    const recruitments = childrenOf(after, 'recrutement');
    expect(recruitments.map((one) => textAt(one, 'modalite-recrutement'))).toEqual(['3', '9', '7', '8']);
    expect(textAt(recruitments[1] as LheoElement, 'heure-debut')).toBe('9h');
    expect(recruitments[3]).toEqual(
      element('recrutement', [
        leaf('modalite-recrutement', '8'),
        element('adresse', [
          leaf('ligne', '1 rue X'),
          leaf('ligne', 'Bâtiment B'),
          leaf('codepostal', '33000'),
          leaf('ville', 'Bordeaux'),
        ]),
        element('periode', [leaf('debut', '20270113'), leaf('fin', '20270113')]),
        leaf('heure-debut', '14h15'),
      ]),
    );
    const emptied = saved(sessionParts, after, { reunion_1_date: '', reunion_1_de: '' }).level;
    expect(childrenOf(emptied, 'recrutement').map((one) => textAt(one, 'modalite-recrutement'))).toEqual([
      '3',
      '7',
      '8',
    ]);
  });

  test('a row that says only its sort is none', () => {
    expect(saved(sessionParts, session, { reunion_1_sorte: '8' }).level).toEqual(session);
  });
});

describe('an address', () => {
  const placed = withChildren(smallest('action'), 'lieu-de-formation', [
    element('lieu-de-formation', [
      element('coordonnees', [
        element('adresse', [
          leaf('ligne', '1 rue X'),
          leaf('ligne', 'BP 12'),
          leaf('codepostal', '33000'),
          leaf('ville', 'Bordeaux'),
          leaf('departement', '33'),
          leaf('code-INSEE-commune', '33063'),
          element('geolocalisation', [leaf('latitude', '44.8'), leaf('longitude', '-0.6')]),
        ]),
      ]),
    ]),
    smallest('lieu-de-formation'),
  ]);

  test('in another town is situated anew, and another street is not', () => {
    const moved = saved(actionParts, placed, { lieu_code_postal: '87000', lieu_ville: 'Limoges' }).level;
    expect(projectAction(moved)).toMatchObject({ department: '87', placeCommune: null, latitude: null });
    const nearby = saved(actionParts, placed, { lieu_adresse: '2 rue Y' }).level;
    expect(projectAction(nearby)).toMatchObject({ placeCommune: '33063', latitude: 44.8 });
    expect(
      textsOf(elementAt(nearby, 'lieu-de-formation', 'coordonnees', 'adresse') as LheoElement, 'ligne'),
    ).toEqual(['2 rue Y']);
    expect(childrenOf(nearby, 'lieu-de-formation')).toHaveLength(2);
  });

  test.each([
    ['a'.repeat(51), '50\u00a0caractères au plus par ligne'],
    ['a\nb\nc\nd\ne', 'quatre lignes au plus.'],
    ['-', 'un tiret ne dit rien'],
  ])('« %s » is refused', (typed, message) => {
    expect(saved(actionParts, placed, { lieu_adresse: typed }).errors.lieu_adresse).toContain(message);
  });
});

describe('a formation', () => {
  const formation = smallest('formation');

  test.each([
    ['intitule', 'a'.repeat(256), 'ce champ est trop long\u00a0: 255 caractères au plus'],
    ['objectif', '—', 'un tiret ne dit rien'],
    ['parcours', '7', 'choisissez une valeur de la liste.'],
    ['nsf', '230, 23', '«\u00a023\u00a0» n’est pas un code\u00a0: écrivez par exemple 230.'],
    ['formacodes', '11111 22222 33333 44444 55555 66666', '5\u00a0au plus.'],
    ['declaration', '123', 'ce numéro a onze chiffres.'],
    ['contact_1_courriel', 'x', 'saisissez une adresse e-mail complète'],
    ['site', 'javascript:alert(1)', 'saisissez une adresse complète'],
  ])('%s « %s » is refused: %s', (name, typed, message) => {
    expect(
      saved(formationParts, formation, { [name]: typed }).errors[name]?.replaceAll(/\s/g, ' '),
    ).toContain(message.replaceAll(/\s/g, ' '));
  });

  test('what a file brought is not refused to whoever changes something else', () => {
    const odd = withChildren(formation, 'objectif-formation', [leaf('objectif-formation', ' - ')]);
    const { level, errors } = saved(formationParts, odd, { intitule: 'Maçon' });
    expect(errors).toEqual({});
    expect(textAt(level, 'objectif-formation')).toBe(' - ');
    expect(textAt(level, 'intitule-formation')).toBe('Maçon');
  });

  test('codes that stay keep what the file said of them', () => {
    const coded = withChildren(formation, 'domaine-formation', [
      element('domaine-formation', [
        element('code-FORMACODE', '22254', { ref: 'V13' }),
        leaf('code-ROME', 'F1703'),
      ]),
    ]);
    const { level } = saved(formationParts, coded, { formacodes: '22334, 22254' });
    expect(childrenOf(childOf(level, 'domaine-formation') as LheoElement, 'code-FORMACODE')).toEqual([
      element('code-FORMACODE', '22334', { ref: 'V14' }),
      element('code-FORMACODE', '22254', { ref: 'V13' }),
    ]);
  });

  test('a contact that is added has what LHÉO wants of one', () => {
    const { level } = saved(formationParts, formation, { contact_2_role: '1' });
    expect(childrenOf(level, 'contact-formation')[1]).toEqual(
      element('contact-formation', [leaf('type-contact', '1'), element('coordonnees')]),
    );
    expect(checkFormation(level).filter(({ severity }) => severity === 'reject')).toEqual([]);
  });
});

describe('what keeps a level from being published', () => {
  test.each([
    [
      'formation',
      formationParts,
      ['intitule', 'objectif', 'resultats', 'contenu_formation', 'certifiante', 'parcours', 'entree'],
    ],
    [
      'action',
      actionParts,
      [
        'rythme',
        'publics',
        'niveau_obligatoire',
        'alternance',
        'modalite',
        'conditions',
        'prise_en_charge',
        'entrees',
      ],
    ],
    ['session', sessionParts, ['debut', 'inscription_adresse']],
  ] as const)('of an empty %s is told at its fields', (name, parts, fields) => {
    const faults = levelFaults(parts, { name, attributes: { numero: 'A' }, children: [] });
    expect(faults.map(({ field }) => field)).toEqual(expect.arrayContaining([...fields]));
    expect(faults.filter(({ isMissing }) => !isMissing)).toEqual([]);
  });

  test('is told at its row', () => {
    const session = withChildren(smallest('session'), 'recrutement', [
      element('recrutement', [leaf('modalite-recrutement', '3')]),
      element('recrutement', [
        leaf('modalite-recrutement', '9'),
        element('adresse', [leaf('ligne', '1 rue X')]),
      ]),
    ]);
    expect(levelFaults(sessionParts, session)).toMatchObject([
      { field: 'reunion_1_code_postal', message: 'Indiquez le code postal de la réunion.' },
      { field: 'reunion_1_ville', message: 'Indiquez la ville de la réunion.' },
    ]);
  });

  test('an end before the beginning is told at once', () => {
    const { level } = saved(sessionParts, smallest('session'), { debut: '04/01/2027', fin: '03/01/2027' });
    expect(levelFaults(sessionParts, level)).toMatchObject([{ field: 'debut', isMissing: false }]);
  });
});

test('what no field shows is shown to be read', () => {
  const action = withChildren(
    withChildren(smallest('action'), 'equipement', [
      element('equipement', [leaf('type-equipement', '9'), leaf('commentaire', 'Truelle')]),
    ]),
    'extras',
    [
      element('extras', [
        { name: 'extra', attributes: { info: 'x' }, children: ['Éligible ', element('extra', 'CPF')] },
      ]),
      element('extras', [{ name: 'extra', attributes: { info: 'lot' }, children: ['3'] }], {
        info: 'rafaelpro',
      }),
    ],
  );
  expect(othersOf(actionParts, action)).toEqual([
    { label: 'Équipement › Type equipement', text: 'Outillage professionnel' },
    { label: 'Équipement › Commentaire', text: 'Truelle' },
    { label: 'Compléments › Extra', text: 'Éligible CPF' },
  ]);
  expect(othersOf(sessionParts, smallest('session'))).toEqual([]);
});
