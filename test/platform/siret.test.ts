import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSiret, numberSearched } from '#platform/french/siret.ts';
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
    // As copied from a letter, a web page, an invoice.
    ['SIRET : 732 829 320 00074', '73282932000074'],
    ['SIRET73282932000074', '73282932000074'],
    ['N° SIRET\u00a0: 732\u202f829\u202f320\u202f00074.', '73282932000074'],
    ['« 732 829 320 00074 »', '73282932000074'],
    ['Siret n°73282932000074 (siège)', '73282932000074'],
    ['FR 732 829 320 00074', '73282932000074'],
    ['#732_829_320_00074', '73282932000074'],
    ["'73282932000074", '73282932000074'],
    // Beside another number.
    ['SIRET 990 079 196 00012 – APE 8559A', '99007919600012'],
    ['990 079 196 00012 - 8559A', '99007919600012'],
    ['33000 990 079 196 00012', '99007919600012'],
    ['99007919600012, 33000 Bordeaux', '99007919600012'],
    ['35600000049837 - 75015 Paris', '35600000049837'],
  ])('%s is right', (typed, siret) => {
    expect(checkSiret(typed)).toEqual({ siret });
  });

  test.each([
    ['73282932000075', 'inexact'],
    ['35600000049838', 'inexact'],
    ['00000000000000', 'inexact'],
    ['732829320', 'SIREN'],
    ['SIREN 732 829 320', 'SIREN'],
    ['RCS Bordeaux 732 829 320', 'SIREN'],
    ['FR 44 732 829 320', 'TVA'],
    ['N° TVA intracommunautaire : FR44732829320', 'TVA'],
    ['73282932000074 et 73282932000082', 'un seul'],
    ['7328293200007', '13\u00a0saisis'],
    ['', '0\u00a0saisis'],
    ['990 079 196 00012A', 'que des chiffres'],
    ['990 079 196 00012 5', '15\u00a0saisis'],
    ['990 079 196 00013 - 8559A', 'que des chiffres'],
    ['732 829 320 00074 - 990 079 196 00012', '28\u00a0saisis'],
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
  ['732', '732'],
  ['73', ''],
  ['732 829', '732829'],
  ['SIRET : 990 079 196 00012', '99007919600012'],
  ['N° SIRET 990.079.196-00012', '99007919600012'],
  ['siren 732 829 320', '732829320'],
  ['FR 732 829', '732829'],
  ['FR 44 732 829 320', '732829320'],
  ['TVA : FR44732829320', '732829320'],
  ['n° de tva intracommunautaire FR 44 732 829 320', '732829320'],
  ['Mairie de Pau (SIRET 732 829 320 00074)', '73282932000074'],
  ['Mairie de Pau, 732829320', '732829320'],
  ['SIRET 990 079 196 00012 – APE 8559A', '99007919600012'],
  ['990 079 196 00012 - 8559A', '99007919600012'],
  ['33000 990 079 196', '990079196'],
  ['990 079 196 33000 Bordeaux', '990079196'],
  ['990 079 196, 33000 Bordeaux', '990079196'],
  ['990 079 196 000', '990079196000'],
  ['Mission locale 33000', ''],
  ['SDIS 33', ''],
  ['732 et 829', ''],
  ['Lycée 123', ''],
  ['', ''],
])('the number looked for in « %s » is %s', (typed, digits) => {
  expect(numberSearched(typed)).toBe(digits);
});
