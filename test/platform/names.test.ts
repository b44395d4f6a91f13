import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  holdsAddress,
  mayBecomeLink,
  optionalStructureName,
  personName,
  structureName,
} from '#platform/web/forms/names.ts';

const person = personName('Saisissez votre nom.');
const structure = structureName('Saisissez la raison sociale.');
const problemOf = (outcome: { error?: { issues: { message: string }[] } }) =>
  outcome.error?.issues[0]?.message;

describe('somebody’s name', () => {
  test.each([
    'O’Brien',
    'd’Escale',
    'Jean-Marc',
    'Marie de Sainte-Foy',
    'de los Ríos y Pérez de Ayala',
    'van der Meer',
    '’t Hooft',
    'Łukasz Żółć',
    'Ångström Ðóra',
    'Đorđević',
    'Gal·la',
    'Țepeș',
    'Ħ',
    'Y',
    'J.-P. M.',
    'Παπαδόπουλος',
  ])('%s is kept as it is', (name) => expect(person.parse(name)).toBe(name));

  test.each([
    ["O'Brien", 'O’Brien'],
    ['O´Brien', 'O’Brien'],
    ['O`Brien', 'O’Brien'],
    ['Oʼ Brien', 'O’ Brien'],
    ['O‘Brien', 'O’Brien'],
    ['O′Brien', 'O’Brien'],
    ['Oʻahu', 'O’ahu'],
    ['O＇Brien', 'O’Brien'],
    ['Jean‐Marc', 'Jean-Marc'],
    ['Jean‑Marc', 'Jean-Marc'],
    ['Jean–Marc', 'Jean-Marc'],
    ['Jean—Marc', 'Jean-Marc'],
    ['Jean−Marc', 'Jean-Marc'],
    ['Jean－Marc', 'Jean-Marc'],
    ['  Jean \u00a0 Marc\u200b ', 'Jean Marc'],
  ])('%s is kept as %s', (typed, kept) => expect(person.parse(typed)).toBe(kept));

  test.each([
    ['Compte suspendu : https://evil.example'],
    ['Compte suspendu evil.example'],
    ['moi@evil.example'],
    ['Appelez le 05 56 00 00 00'],
    ['Jean 3'],
    ['Paul (associé)'],
    ['Paul, directeur'],
    ['Votre compte est suspendu appelez vite votre banque'],
    ['Bravo !'],
    ['evil。example'],
  ])('« %s » is none', (typed) =>
    expect(problemOf(person.safeParse(typed))).toMatch(/^(Utilisez|Un nom compte)/),
  );

  test('whatever is typed: refused, or letters and the signs of names alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
        const { data } = person.safeParse(typed);
        if (data !== undefined) {
          expect(data).toMatch(/^[\p{L}\p{M} .’·-]+$/u);
          expect(mayBecomeLink(data)).toBe(false);
          expect(person.parse(data)).toBe(data);
        }
      }),
    );
  });
});

describe('a structure’s name', () => {
  test.each([
    '1, 2, 3 Soleil',
    'Sud.com',
    'E.Leclerc',
    'S.A.R.L. D’Escale & Fils',
    '=Égalité+, coopérative d’insertion',
    '«Accueil»',
    'Cap#avenir',
    'N°1',
    'E=MC2',
    'L@ Fabrique',
    'GRETA-CFA Aquitaine (site de Pessac) : antenne no 2',
    'Oui ! C’est possible ?',
    'O2',
    'Mission locale 33000 2026',
    'Ali/Baba',
    'Hôtel : école de cuisine',
    'Le Grand Hôtel: restaurant',
    'Châtel : mairie',
    'Cha\u0302tel : mairie',
    'Big Data : conseil',
    'Service Tel : accueil',
    'Pau | Tarbes × Dax ~ Landes',
  ])('%s is taken', (name) => expect(structure.parse(name)).toBe(name.normalize('NFC')));

  test.each([
    ['L´Atelier', 'L’Atelier'],
    ['L`Atelier', 'L’Atelier'],
    ["L'Atelier", 'L’Atelier'],
    ['Centre−Ouest', 'Centre-Ouest'],
    ['Centre–Ouest', 'Centre-Ouest'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(structure.parse(typed)).toBe(kept);
    expect(optionalStructureName().parse(typed)).toBe(kept);
  });

  test.each([
    'Compte suspendu : https://evil.example',
    'Compte suspendu : hTTps ://evil',
    'www.evil.example',
    'Allez sur WWW .evil.example',
    'evil.example/compte',
    'evil.example:8080',
    'evil.example?compte',
    'evil．example／compte',
    'evil。example/compte',
    'ecrivez@evil.example',
    'javascript:alert(1)',
    'Data:text',
    'Appelez tel:3949',
    'Hôtel www.evil.example',
    'Appelez le 08 99 70 00 00',
    'Appelez le 0899700000',
    'Appelez le +33 8 99 70 00 00',
    'Appelez le 0033.899.700.000',
  ])('« %s » is refused', (typed) => {
    expect(problemOf(structure.safeParse(typed))).toContain('ni adresse internet');
    expect(problemOf(optionalStructureName().safeParse(typed))).toContain('ni adresse internet');
  });

  test.each([
    ['<b>Atelier</b>', 'Le signe «\u00a0<\u00a0» n’est pas admis'],
    ['🎁 Cadeau', 'Le signe «\u00a0🎁\u00a0» n’est pas admis'],
    ['{{ nom }}', 'Le signe «\u00a0{\u00a0» n’est pas admis'],
    ['...', 'Utilisez des lettres'],
  ])('« %s » is no name: %s', (typed, words) => {
    expect(problemOf(structure.safeParse(typed))).toContain(words);
    expect(problemOf(optionalStructureName().safeParse(typed))).toContain(words);
  });

  test('may be left out where it is optional', () => expect(optionalStructureName().parse(' ')).toBeNull());

  test('what a mailbox turns into a link is told apart from what is refused', () => {
    expect(holdsAddress('Sud.com')).toBe(false);
    expect(mayBecomeLink('Sud.com')).toBe(true);
    expect(mayBecomeLink('E.L. Formation')).toBe(false);
    expect(mayBecomeLink('Soc. Coop. des Landes')).toBe(false);
  });
});
