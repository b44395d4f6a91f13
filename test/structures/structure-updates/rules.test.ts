import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAllowed } from '#access/rights.ts';
import {
  type Corrections,
  changesOf,
  FIELDS,
  fingerprintOf,
  type StructureValues,
  suggestedFlags,
  withCorrection,
} from '#structures/structure-updates/rules.ts';

const current: StructureValues = {
  name: 'Institut  Essai',
  acronym: null,
  brand: 'Essai',
  kind: 'association',
  ape_code: '8559A',
  address: '',
  postcode: '33600',
  city: 'Pessac',
};

test('only what a reader would see differ is a change', () => {
  const same = { ...current, name: 'Institut Essai', acronym: '', ape_code: '85.59A' };
  expect(changesOf(current, same)).toEqual([]);
  expect(changesOf(current, { brand: null, address: '1 rue', city: 'PESSAC' })).toEqual([
    { field: 'brand', from: 'Essai', to: null },
    { field: 'address', from: null, to: '1 rue' },
    { field: 'city', from: 'Pessac', to: 'PESSAC' },
  ]);
});

test('an apostrophe is the same in any of its forms, as the register writes it and as it is kept when typed', () => {
  const registered = { ...current, name: "L'Atelier", brand: 'Centre–Ouest' };
  expect(changesOf(registered, { name: 'L’Atelier', brand: 'Centre-Ouest' })).toEqual([]);
});

test('the fingerprint tells any two structures apart, and takes empty for missing', () => {
  expect(fingerprintOf({ ...current, acronym: '' })).toBe(fingerprintOf(current));
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), fc.string({ minLength: 1 }), (field, value) => {
      const other = { ...current, [field]: value };
      expect(fingerprintOf(other) === fingerprintOf(current)).toBe((current[field] ?? '') === value);
    }),
  );
});

test.each([
  [{ from: 'association', to: 'training_body' }, false, true],
  [{ from: 'training_body', to: 'company' }, true, false],
  [{ from: 'company', to: 'other' }, true, true],
])('%j suggests the box', ({ from, to }, before, after) => {
  const flags = { isTrainingBody: before, mayPreregister: true };
  expect(suggestedFlags(flags, [{ field: 'kind', from, to }])).toEqual({ ...flags, isTrainingBody: after });
});

test.each([
  ['provider', false, true, false],
  ['of_general', true, false, true],
  ['prescriber_2', true, false, false],
  ['prescriber_2', false, true, true],
  ['referent', false, false, true],
] as const)(
  '%s with training %s and preregistration %s: %s',
  (right, isTrainingBody, mayPreregister, allowed) =>
    expect(isAllowed(right, { isTrainingBody, mayPreregister })).toBe(allowed),
);

describe('corrections', () => {
  test('remember what SIRENE said, through one correction after another', () => {
    const first = withCorrection({}, 'name', 'A', 'B');
    expect(first).toEqual({ name: { overruled: 'A', value: 'B' } });
    expect(withCorrection(first, 'name', 'B', 'C')).toEqual({ name: { overruled: 'A', value: 'C' } });
    expect(withCorrection(first, 'name', 'B', 'A')).toEqual({});
    // SIRENE took over in between: what it says now is what is corrected.
    expect(withCorrection(first, 'name', 'N', 'M')).toEqual({ name: { overruled: 'N', value: 'M' } });
  });

  test('of one column never touch another', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(word, word, (before, value) => {
        const others: Corrections = { city: { overruled: 'x', value: 'y' } };
        expect(withCorrection(others, 'name', before, value).city).toEqual(others.city);
      }),
    );
  });
});
