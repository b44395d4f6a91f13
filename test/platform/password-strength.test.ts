import { describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { checkNewPassword } from '#platform/security/password-strength.ts';
import { TEST_PASSWORD } from '../support/people.ts';

describe('a new password', () => {
  test.each([
    'Soleil-Levant-7-Collines',
    'correct cheval batterie agrafe nuage violet tambour',
    'je prends le train de Bordeaux à Poitiers ce soir',
    'сегодня утром дождь идёт очень сильно здесь',
    'Cheval-Lune-Bateau-42',
    'Kz8!vQ2#pLm4',
    TEST_PASSWORD,
  ])('« %s » will do', (password) => expect(checkNewPassword(password)).toBe(true));

  test.each(['court1!A', 'aaaaaaaaaaaaaaaaaaaa', 'formation '.repeat(9)])(
    '« %s » has not the form of one',
    (password) => expect(checkNewPassword(password)).toContain('Choisissez au moins 12 caractères'),
  );

  test.each([
    'CapMetiers-2026!',
    'C@pM3t1ers!2027',
    'Parcours-Demo-2027',
    'ParcoursPro-Nouvelle-Aquitaine-2026',
    'Formation2026!Bordeaux',
    'B0rd3@ux-33000!',
    'Janvier2027!Lundi',
    'P@ssw0rd2026!!P@ss',
    'Motdepasse2026!',
    'Azertyuiop123!',
    'Qsdfghjklm-1234!',
    'Superman-Batman-99!',
    'Secret-Secret-1',
    'Bienvenue!Chez!Nous!2026',
    'Bonjour-Merci-2026!',
    'aaaaAAAA1111!!!!',
    DEMO_PASSWORD,
  ])('« %s » is made of what is tried first', (password) =>
    expect(checkNewPassword(password)).toContain('mots que l’on essaie d’abord'),
  );

  test.each(['1qaz2wsx3EDC!', 'Ab1!Ab1!Ab1!Ab1!'])('« %s » is guessed soon', (password) =>
    expect(checkNewPassword(password)).toContain('trop facile à deviner'),
  );

  test.each([
    ['Proviste-Alain-33', ['Alain', 'Proviste', 'alain.proviste@structure.example']],
    ['AnneClaire-Proviste-1974', ['Anne-Claire', 'Proviste']],
    ['Pr0v1ste!4lain-33', ['Alain', 'Proviste']],
    ['Lœwenstein-Eve-7', ['Ève', 'Lœwenstein']],
    ['Greta-Horizon-Sud-2026!', ['a@b.example', 'GRETA Horizon Sud']],
  ])('« %s » is made of what others know of the person', (password, personal) =>
    expect(checkNewPassword(password, personal)).toContain('votre nom'),
  );

  test('no answer repeats a part of what was typed', () => {
    for (const password of ['CapMetiers-2026!', '1qaz2wsx3EDC!', 'court1!A']) {
      expect(checkNewPassword(password)).not.toMatch(/CapMetiers|1qaz|court1/);
    }
  });

  test('none takes long to measure, whatever is typed', () => {
    checkNewPassword(TEST_PASSWORD);
    const slow = [
      'P@ssw0rd2026!!P@ss'.repeat(11),
      '@4aA$5s!1iI0oO3eE'.repeat(11),
      '@48$€!|1103705{[(<6&92%aA'.repeat(8),
      `${'({[<|/\\@4^'.repeat(19)}aA1`,
      'abcabcabcabc1A!'.repeat(13),
    ];
    const before = process.cpuUsage();
    for (const one of slow) checkNewPassword(one.slice(0, 200));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / slow.length).toBeLessThan(250);
  });
});
