import { describe, expect, test } from 'vitest';
import { attributesFor, claimsFor, structuresFor, userFor } from '#sso/attributes/rules.ts';
import { lacksRightOnly, mayOpen, type Person, type Service, serviceAt } from '#sso/services/rules.ts';

const service = (fields: Partial<Service> = {}): Service => ({
  id: 1,
  key: 'rafael',
  name: 'RAFAEL',
  description: '',
  homeUrl: null,
  icon: 'people-fill',
  isSuspended: false,
  opensTo: 'everyone',
  needsSecondFactor: false,
  subject: 'identifier',
  speaksCas: true,
  speaksOidc: false,
  attributesInV2: false,
  mayProxy: false,
  casLogoutUrl: null,
  contactEmail: null,
  position: 1,
  version: 1,
  addresses: [],
  rights: ['of_general', 'prescriber_1'],
  attributes: [
    { attribute: 'mail', name: 'mail' },
    { attribute: 'droit', name: 'memberOf' },
    { attribute: 'siret', name: 'siret' },
    { attribute: 'structure', name: 'structure' },
  ],
  ...fields,
});
const person = (fields: Partial<Person> = {}): Person => ({
  userId: 7,
  subject: '0b1e',
  email: 'a@demo.example',
  firstName: 'Ada',
  lastName: 'O’Brien & <b>',
  isOpen: true,
  isAgencyManager: false,
  affiliations: [
    {
      ...{ structureId: 1, siret: '1', name: 'Mairie', isTrainingBody: false, mayPreregister: false },
      isMember: false,
      rights: ['beneficiary', 'hr_validator'],
    },
    {
      ...{ structureId: 2, siret: '2', name: 'Organisme', isTrainingBody: true, mayPreregister: false },
      isMember: true,
      rights: ['of_general', 'beneficiary'],
    },
  ],
  ...fields,
});
const alone = person({ affiliations: [] });
const [first] = person().affiliations as [Person['affiliations'][0]];

describe('who may open a service', () => {
  test.each<[string, Partial<Service>, Person, true | string, string?]>([
    ['everyone', {}, alone, true],
    ['a closed account', {}, person({ isOpen: false }), 'account', 'agency'],
    ['suspended', { isSuspended: true }, person(), 'suspended', 'agency'],
    ['suspended, a closed account', { isSuspended: true }, person({ isOpen: false }), 'account', 'agency'],
    ['the agency, a manager', { opensTo: 'agency' }, person({ isAgencyManager: true }), true],
    ['the agency, anybody else', { opensTo: 'agency' }, person(), 'agency', 'agency'],
    ['members, one of them', { opensTo: 'members' }, person(), true],
    ['members, others', { opensTo: 'members' }, person({ affiliations: [first] }), 'membership', 'referent'],
    ['members, nobody’s', { opensTo: 'members' }, alone, 'structure', 'agency'],
    ['rights, held', { opensTo: 'rights' }, person(), true],
    ['rights, others', { opensTo: 'rights' }, person({ affiliations: [first] }), 'right', 'referent'],
    ['rights, nobody’s', { opensTo: 'rights' }, alone, 'structure', 'agency'],
    [
      'rights, a manager without',
      { opensTo: 'rights' },
      person({ affiliations: [first], isAgencyManager: true }),
      'right',
      'referent',
    ],
    ['rights, none registered', { opensTo: 'rights', rights: [] }, person(), 'right', 'referent'],
  ])('%s', (_what, fields, who, expected, ask) => {
    const answer = mayOpen(service(fields), who);
    if (expected === true) return expect(answer).toBe(true);
    expect(answer).toMatchObject({ because: expected, ask, reason: expect.stringMatching(/^\p{Lu}.+\.$/u) });
  });
});

test('whoever lacks a right that their structure gives to some is told of the service', () => {
  const rafael = service({ opensTo: 'rights' });
  const body = { ...first, isTrainingBody: true };
  const prescribing = { ...first, mayPreregister: true };
  const tells = (who: Person, fields: Partial<Service> = {}) => lacksRightOnly({ ...rafael, ...fields }, who);
  expect(tells(person({ affiliations: [first, body] }))).toBe(true);
  expect(tells(person({ affiliations: [prescribing] }))).toBe(true);
  // Of a structure that gives the right to nobody; with the right; closed to everybody; open to any person.
  expect(tells(person({ affiliations: [first] }))).toBe(false);
  expect(tells(person())).toBe(false);
  expect(tells(person({ affiliations: [body] }), { isSuspended: true })).toBe(false);
  expect(tells(person({ affiliations: [body] }), { rights: ['provider'] })).toBe(true);
  expect(tells(person({ affiliations: [prescribing] }), { rights: ['provider'] })).toBe(false);
  expect(tells(alone)).toBe(false);
});

describe('what a service is told', () => {
  test('of the structures that its door is about, with the rights that it knows of', () => {
    expect(structuresFor(service({ opensTo: 'rights' }), person())).toEqual([
      { siret: '2', name: 'Organisme', rights: ['of_general'] },
    ]);
    expect(structuresFor(service({ opensTo: 'members' }), person()).map(({ siret }) => siret)).toEqual(['2']);
    expect(structuresFor(service(), person())).toEqual([
      { siret: '1', name: 'Mairie', rights: [] },
      { siret: '2', name: 'Organisme', rights: ['of_general'] },
    ]);
  });

  test('under its own names, flat, and nothing for nothing', () => {
    expect(attributesFor(service(), person())).toEqual([
      ['mail', ['a@demo.example']],
      ['memberOf', ['2:of_general']],
      ['siret', ['1', '2']],
      ['structure', ['Mairie', 'Organisme']],
    ]);
    expect(attributesFor(service(), alone)).toEqual([['mail', ['a@demo.example']]]);
    expect(attributesFor(service({ attributes: [] }), person())).toEqual([]);
  });

  test('as claims, of the same', () => {
    expect(claimsFor(service(), person())).toEqual({
      sub: '0b1e',
      email: 'a@demo.example',
      email_verified: true,
      structures: [
        { siret: '1', name: 'Mairie', rights: [] },
        { siret: '2', name: 'Organisme', rights: ['of_general'] },
      ],
    });
    expect(claimsFor(service({ attributes: [{ attribute: 'sn', name: 'sn' }] }), person())).toEqual({
      sub: '0b1e',
      family_name: 'O’Brien & <b>',
    });
  });

  test('and called by its address or at random, as it wants', () => {
    expect(userFor(service({ subject: 'email' }), person())).toBe('a@demo.example');
    expect(userFor(service(), person())).toBe('0b1e');
  });
});

test('of two services on one host, the longer address wins', () => {
  const at = (id: number, ...urls: string[]) =>
    service({ id, addresses: urls.map((url) => ({ kind: 'cas', url })) });
  const broad = at(1, 'https://app.example.org/');
  const narrow = at(2, 'https://app.example.org/rh', 'https://rh.example.org/');
  const found = (url: string, ...all: Service[]) =>
    serviceAt(all, new URL(url), { publicUrl: 'https://portail.example' })?.id;
  for (const all of [
    [broad, narrow],
    [narrow, broad],
  ]) {
    expect(found('https://app.example.org/rh/x', ...all)).toBe(2);
    expect(found('https://app.example.org/rhx', ...all)).toBe(1);
    expect(found('https://rh.example.org/rh', ...all)).toBe(2);
    expect(found('https://other.example.org/', ...all)).toBeUndefined();
  }
  expect(found('https://app.example.org/rh', { ...narrow, speaksCas: false })).toBeUndefined();
});
