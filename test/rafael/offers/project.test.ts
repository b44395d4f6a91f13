import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '#rafael/lheo/canonical.ts';
import { childOf, element, type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import { projectAction } from '#rafael/offers/project/action.ts';
import { projectMeetings } from '#rafael/offers/project/meetings.ts';
import { projectOffer } from '#rafael/offers/project/offer.ts';
import { ownOfAction, withOwn } from '#rafael/offers/project/own.ts';
import { projectSession } from '#rafael/offers/project/session.ts';
import { joinFormation, splitFormation } from '#rafael/offers/project/split.ts';
import { anyOf, fileOf, hasLheoSchema, schemaFaults, smallest } from '../../support/lheo.ts';

const action = childOf(smallest('formation'), 'action') as LheoElement;
const session = smallest('session');
const leaf = (name: string, text: string, attributes?: Record<string, string>) =>
  element(name, text, attributes);

test('levels joined again are the formation that was split, whatever it is', () => {
  fc.assert(
    fc.property(anyOf('formation'), (formation) => {
      expect(canonical(joinFormation(splitFormation(formation)))).toEqual(canonical(formation));
    }),
    { numRuns: 60 },
  );
});

test('a formation is projected', () => {
  const formation: LheoElement = {
    ...smallest('formation'),
    attributes: { numero: 'A', datemaj: '20260115' },
    children: [
      element('domaine-formation', [
        leaf('code-FORMACODE', '22254'),
        leaf('code-FORMACODE', '22254'),
        leaf('code-NSF', '230'),
        leaf('code-ROME', 'F1703'),
      ]),
      leaf('intitule-formation', ' Maçon \n du bâti ancien'),
      leaf('objectif-formation', 'Bâtir.\nRestaurer.'),
      leaf('certifiante', ' 1 '),
      leaf('parcours-de-formation', '2'),
      leaf('code-niveau-entree', '0'),
      leaf('objectif-general-formation', '6'),
      element('certification', [
        leaf('code-RNCP', 'RNCP00123'),
        leaf('code-CERTIFINFO', '99'),
        leaf('code-CPF', 'C1'),
      ]),
      element('certification', [leaf('code-RNCP', '123'), leaf('code-RS', 'RS 5678')]),
      element('code-type-formation', [leaf('code-CPF', 'C2')]),
      leaf('code-niveau-sortie', '13'),
      element('organisme-formation-responsable', [leaf('numero-activite', '75330000033')]),
    ],
  };
  expect(projectOffer(formation)).toEqual({
    title: 'Maçon du bâti ancien',
    objective: 'Bâtir.\nRestaurer.',
    entryLevel: 0,
    exitLevel: 13,
    certifying: true,
    path: 2,
    generalGoal: 6,
    formacodes: ['22254'],
    nsf: ['230'],
    rome: ['F1703'],
    rncp: ['123'],
    rs: ['5678'],
    certifinfo: ['99'],
    cpf: ['C1', 'C2'],
    bodyNumber: '75330000033',
    lheoModifiedAt: new Date('2026-01-15T00:00:00Z'),
  });
  expect(projectOffer(smallest('formation'))).toMatchObject({
    exitLevel: null,
    rncp: [],
    lheoModifiedAt: null,
  });
});

test('a place is that of the action, not that of the body', () => {
  const address = element('adresse', [
    leaf('denomination', 'AFPA'),
    leaf('ligne', '1 rue X'),
    leaf('codepostal', '20000'),
    leaf('ville', 'Ajaccio'),
    leaf('code-INSEE-commune', '2A004'),
    element('geolocalisation', [leaf('latitude', '41,92'), leaf('longitude', '8.73')]),
  ]);
  const at = withChildren(action, 'lieu-de-formation', [
    element('lieu-de-formation', [element('coordonnees', [address])]),
    smallest('lieu-de-formation'),
  ]);
  expect(projectAction(at)).toMatchObject({
    placeName: 'AFPA',
    placePostcode: '20000',
    placeCity: 'Ajaccio',
    placeCommune: '2A004',
    department: '2A',
    latitude: 41.92,
    longitude: 8.73,
    remote: false,
  });
  expect(projectAction(action)).toMatchObject({ placeCity: '', department: null, latitude: null });
});

test('seats that several pay for are added, prices read as people write them', () => {
  const paid = [
    ...['2', '16', '2'].map((code, at) =>
      element('organisme-financeur', [
        leaf('code-financeur', code),
        ...(at < 2 ? [leaf('nb-places-financees', '8')] : []),
      ]),
    ),
  ];
  const priced = withChildren(action, 'prix-total-TTC', [leaf('prix-total-TTC', '1 250,50 €')]);
  expect(projectAction(withChildren(priced, 'organisme-financeur', paid))).toMatchObject({
    funders: [2, 16],
    fundedPlaces: 16,
    priceTotal: 1250.5,
  });
  const odd = withChildren(action, 'prix-total-TTC', [leaf('prix-total-TTC', 'sur devis')]);
  expect(projectAction(odd)).toMatchObject({ priceTotal: null, fundedPlaces: null, funders: [] });
});

describe('what LHÉO has no element for travels in extras', () => {
  const own = { programme: 'HSP-1', market: 'M 2027 & <1>', lot: '' };
  test('it is said, said again otherwise, and taken back; others’ extras stay', () => {
    const theirs = element('extras', [
      { name: 'extra', attributes: { info: 'programme' }, children: ['autre'] },
    ]);
    const before = withChildren(action, 'extras', [theirs]);
    const said = withOwn(before, own);
    expect(ownOfAction(said)).toEqual(own);
    expect(ownOfAction(withOwn(said, { ...own, lot: '3', market: '' }))).toEqual({
      programme: 'HSP-1',
      market: '',
      lot: '3',
    });
    expect(withOwn(said, { programme: '', market: '', lot: '' })).toEqual(before);
    expect(ownOfAction(before)).toEqual({ programme: '', market: '', lot: '' });
  });
  test.skipIf(!hasLheoSchema)('the schema takes it', async () => {
    const formation = withChildren(smallest('formation'), 'action', [withOwn(action, own)]);
    expect(await schemaFaults([fileOf(formation)])).toEqual([[]]);
  });
});

const period = (name: string, start: string, end: string): LheoElement =>
  name === 'periode'
    ? element('periode', [leaf('debut', start), leaf('fin', end)])
    : element(name, [period('periode', start, end)]);

test.each([
  ['20270104', '20270630', '2027-01-04', '2027-06-30', 'day'],
  ['20270200', '20280200', '2027-02-01', '2028-02-29', 'month'],
  ['20270000', '20270000', '2027-01-01', '2027-12-31', 'year'],
  ['00000000', '99999999', null, null, 'unknown'],
  ['20270231', 'x', null, null, 'unknown'],
])('a session from %s to %s is from %s to %s, by the %s', (start, end, startsOn, endsOn, datePrecision) => {
  const dated = withChildren(session, 'periode', [period('periode', start, end)]);
  expect(projectSession(dated)).toMatchObject({ startsOn, endsOn, datePrecision });
  expect(projectSession(dated).startsRaw).toHaveLength(8);
});

test('places are those of the first cycle that says them; recruiting is open unless told', () => {
  const cycles = [
    element('cycle', [leaf('type-cycle', '0')]),
    element('cycle', [leaf('type-cycle', '1'), leaf('capacite-simultanee', '12')]),
  ];
  const full = withChildren(withChildren(session, 'cycle', cycles), 'etat-recrutement', [
    leaf('etat-recrutement', '3'),
  ]);
  const limited = withChildren(full, 'periode-inscription', [
    period('periode-inscription', '20261201', '20261231'),
  ]);
  expect(projectSession(limited)).toMatchObject({
    capacity: 12,
    recruiting: 3,
    enrolFrom: '2026-12-01',
    enrolTo: '2026-12-31',
  });
  expect(projectSession(session)).toMatchObject({
    capacity: null,
    recruiting: 1,
    enrolFrom: null,
    enrolTo: null,
  });
});

test('meetings are the collective and individual ones that have a day, each once', () => {
  const recruitment = (mode: string, start: string, ...more: LheoElement[]) =>
    element('recrutement', [
      leaf('modalite-recrutement', mode),
      ...more.slice(0, 2),
      period('periode', start, start),
      ...more.slice(2),
    ]);
  const address = element('adresse', [
    leaf('denomination', '-'),
    leaf('ligne', '1 rue X'),
    leaf('codepostal', '33000'),
    leaf('ville', 'Bordeaux'),
  ]);
  const meetings = projectMeetings(
    withChildren(session, 'recrutement', [
      recruitment(
        '9',
        '20270712',
        address,
        leaf('nb-places', '15'),
        leaf('heure-debut', '14h15'),
        leaf('heure-fin', '16h'),
        leaf('commentaire', 'Venez'),
      ),
      recruitment('9', '20270712', address, leaf('nb-places', '3'), leaf('heure-debut', '14:15')),
      recruitment('8', '20270112', leaf('a-distance', '1'), leaf('urlweb', 'https://visio.example')),
      recruitment('9', '20270100'),
      recruitment('3', '20270112'),
      recruitment(
        '9',
        '20270113',
        leaf('a-distance', '0'),
        leaf('nb-places', '4'),
        leaf('heure-debut', '14h'),
        leaf('heure-fin', '13h'),
      ),
    ]),
  );
  expect(meetings).toEqual([
    {
      kind: 'collective',
      startsAt: new Date('2027-07-12T12:15:00Z'),
      endsAt: new Date('2027-07-12T14:00:00Z'),
      remote: false,
      place: '1 rue X, 33000 Bordeaux',
      url: null,
      places: 15,
      comment: 'Venez',
    },
    {
      kind: 'individual',
      startsAt: new Date('2027-01-12T08:00:00Z'),
      endsAt: null,
      remote: true,
      place: '',
      url: 'https://visio.example',
      places: null,
      comment: '',
    },
    {
      kind: 'collective',
      startsAt: new Date('2027-01-13T13:00:00Z'),
      endsAt: null,
      remote: false,
      place: '',
      url: null,
      places: 4,
      comment: '',
    },
  ]);
});
