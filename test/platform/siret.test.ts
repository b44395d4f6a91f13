import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { departmentOf } from '../../src/platform/french/departments.ts';
import { checkSiret } from '../../src/platform/french/siret.ts';
import { nextSiret } from '../support/people.ts';

describe('SIRET', () => {
  test.each([
    ['73282932000074', '73282932000074'],
    ['732 829 320 00074', '73282932000074'],
    ['732.829.320-00074', '73282932000074'],
    ['732\u00a0829\u202f320\u00a000074', '73282932000074'],
    // La Poste: the head office follows Luhn, the offices do not.
    ['35600000000048', '35600000000048'],
    ['35600000049837', '35600000049837'],
  ])('%s is right', (typed, siret) => {
    expect(checkSiret(typed)).toEqual({ siret });
  });

  test.each([
    ['73282932000075', 'inexact'],
    ['35600000049838', 'inexact'],
    ['00000000000000', 'inexact'],
    ['732829320', 'SIREN'],
    ['7328293200007', '13\u00a0saisis'],
    ['', '0\u00a0saisis'],
    ['7328293200007A', 'que des chiffres'],
    ['７３２８２９３２００００７４', 'que des chiffres'],
  ])('%s is wrong', (typed, problem) => {
    expect(checkSiret(typed)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('one digit changed is always noticed', () => {
    const siret = nextSiret();
    fc.assert(
      fc.property(fc.nat(13), fc.integer({ min: 1, max: 9 }), (index, by) => {
        const other = String((Number(siret[index]) + by) % 10);
        expect(checkSiret(siret.slice(0, index) + other + siret.slice(index + 1))).toHaveProperty('problem');
      }),
    );
  });

  test('any text gives an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const checked = checkSiret(typed);
        if ('siret' in checked) expect(checked.siret).toMatch(/^\d{14}$/);
        else expect(checked.problem).not.toBe('');
      }),
    );
  });
});

test.each([
  ['33600', '33'],
  ['20000', '2A'],
  ['20137', '2A'],
  ['20200', '2B'],
  ['20620', '2B'],
  ['2A004', '2A'],
  ['97400', '974'],
  ['98714', '987'],
  ['01000', '01'],
  ['', ''],
  ['3360', ''],
  ['[ND]', ''],
])('the département of %s is %s', (code, department) => {
  expect(departmentOf(code)).toBe(department);
});
