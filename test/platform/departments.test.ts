import { describe, expect, test } from 'vitest';
import { departmentOf } from '#platform/french/departments.ts';

describe('the département of a place', () => {
  test.each([
    ['33318', '33'],
    ['01001', '01'],
    ['2A004', '2A'],
    ['2B033', '2B'],
    ['97411', '974'],
    ['97701', '977'],
    ['98714', '987'],
    // A commune abroad, and what is no code.
    ['99138', ''],
    ['20004', ''],
    ['[ND]', ''],
  ])('by the commune %s: %s', (communeCode, department) => {
    expect(departmentOf({ communeCode })).toBe(department);
  });

  test('the commune decides over postcode and town; a code that is none does not', () => {
    const address = { postcode: '33220', city: 'Pineuilh' };
    expect(departmentOf({ ...address, communeCode: '24335' })).toBe('24');
    expect(departmentOf({ ...address, communeCode: '' })).toBe('33');
    expect(departmentOf({ ...address, communeCode: '[ND]' })).toBe('33');
  });

  test.each([
    ['33600', '33'],
    ['01000', '01'],
    ['20000', '2A'],
    ['20137', '2A'],
    ['20200', '2B'],
    ['20620', '2B'],
    ['97400', '974'],
    ['97500', '975'],
    ['98000', '980'],
    ['98800', '988'],
    // Post of the army, and what is no postcode.
    ['00100', ''],
    ['99123', ''],
    ['3360', ''],
    ['', ''],
  ])('by the postcode %s: %s', (postcode, department) => {
    expect(departmentOf({ postcode })).toBe(department);
    expect(departmentOf({ postcode, city: 'Quelque-Part' })).toBe(department);
  });

  // In the region: two communes of Dordogne served from Gironde, one of Vienne served from Indre-et-Loire.
  test.each([
    ['33220', 'Port-Sainte-Foy-et-Ponchapt', '24'],
    ['33220', 'PORT STE FOY ET PONCHAPT', '24'],
    ['33220', 'Port-Sainte-Foy', '24'],
    ['33220', 'Fougueyrolles', '24'],
    ['33220', 'Sainte-Foy-la-Grande', '33'],
    ['33220', '', '33'],
    ['37160', 'Buxeuil', '86'],
    ['37160', 'Descartes', '37'],
    ['01410', 'Lajoux', '39'],
    ['01410', 'Mijoux', '01'],
    ['01200', 'Éloise', '74'],
    ['05130', 'PIEGUT CEDEX 2', '04'],
    ['52100', 'St-Eulien', '51'],
    ['42620', 'St Pierre Laval', '03'],
    ['94390', 'Paray-Vieille-Poste', '91'],
    ['97133', 'Saint-Barthélemy', '977'],
    ['97150', 'Saint-Martin', '978'],
    // A name that every object has.
    ['33220', 'constructor', '33'],
    ['constructor', 'constructor', ''],
  ])('where the post comes from the next one, %s %s: %s', (postcode, city, department) => {
    expect(departmentOf({ postcode, city })).toBe(department);
  });
});
