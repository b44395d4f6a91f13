import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEmailAddress } from '#platform/mail/address.ts';
import { email } from '#platform/web/forms/fields.ts';

const label63 = 'a'.repeat(63);

describe('an e-mail address', () => {
  test.each([
    ['prenom.nom@structure.fr', 'prenom.nom@structure.fr'],
    ['Prenom.NOM@Structure.FR', 'Prenom.NOM@structure.fr'],
    ["d'escale+formation@mairie.example", "d'escale+formation@mairie.example"],
    ['a_b-c/d=e@sous.domaine.mairie-de-pau.fr', 'a_b-c/d=e@sous.domaine.mairie-de-pau.fr'],
    [`${'a'.repeat(64)}@mairie.fr`, `${'a'.repeat(64)}@mairie.fr`],
    [`ab@${label63}.fr`, `ab@${label63}.fr`],
    ['accueil@mairie-évry.fr', 'accueil@xn--mairie-vry-h7a.fr'],
    ['accueil@MAIRIE-ÉVRY.fr', 'accueil@xn--mairie-vry-h7a.fr'],
    // The accent typed as a mark of its own.
    ['accueil@mairie-e\u0301vry.fr', 'accueil@xn--mairie-vry-h7a.fr'],
    ['accueil@xn--mairie-vry-h7a.fr', 'accueil@xn--mairie-vry-h7a.fr'],
    ['accueil@пример.рф', 'accueil@xn--e1afmkfd.xn--p1ai'],
  ])('%s reaches %s', (typed, address) => {
    expect(checkEmailAddress(typed)).toEqual({ address });
  });

  test.each([
    ['hélène.dupont@structure.fr', '«\u00a0é\u00a0»'],
    ['d’escale@structure.fr', "l’apostrophe droite «\u00a0'\u00a0»"],
    ['a..b@structure.fr', 'Deux points'],
    ['.ab@structure.fr', 'un point'],
    ['ab.@structure.fr', 'un point'],
    ['a b@structure.fr', 'espace'],
    ['a,b@structure.fr', '«\u00a0,\u00a0»'],
    ['"ab"@structure.fr', '«\u00a0"\u00a0»'],
    ['a\\b@structure.fr', '«\u00a0\\\u00a0»'],
    ['<ab@structure.fr>', '«\u00a0<\u00a0»'],
    ['ab@cd@structure.fr', 'qu’un «\u00a0@\u00a0»'],
    ['\u{1f600}ab@structure.fr', '«\u00a0\u{1f600}\u00a0»'],
    [`${'a'.repeat(65)}@structure.fr`, '64\u00a0signes au plus'],
    ['ab@-mairie.fr', '«\u00a0-mairie\u00a0»'],
    ['ab@mairie-.fr', '«\u00a0mairie-\u00a0»'],
    ['ab@ma_irie.fr', '«\u00a0_\u00a0»'],
    ['ab@mairie..fr', 'Deux points'],
    ['ab@.mairie.fr', 'un point'],
    ['ab@mairie.fr.', 'un point'],
    ['ab@mairie.fr)', '«\u00a0)\u00a0»'],
    [`ab@${'a'.repeat(64)}.fr`, 'trop long'],
    [`ab@${`${'a'.repeat(60)}.`.repeat(5)}fr`, 'trop long'],
    ['ab@xn--a.fr', 'n’existe pas'],
    ['ab@192.168.0.1', 'complète'],
    ['ab@0x7f.1', 'complète'],
    ['ab@mairie', 'complète'],
    ['ab@mairie.f', 'complète'],
    ['ab', 'complète'],
    ['@mairie.fr', 'complète'],
    ['ab@', 'complète'],
    ['ab@exa%41mple.fr', '«\u00a0%\u00a0»'],
  ])('%s is refused, and it says why', (typed, problem) => {
    expect(checkEmailAddress(typed)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('is what every mail server can carry, or is refused', () => {
    const piece = fc.string({ unit: fc.constantFrom(...'aZ0é’.-_\' +@"(\u00a0\u0301ß'), maxLength: 12 });
    fc.assert(
      fc.property(piece, piece, (local, host) => {
        const checked = checkEmailAddress(`${local}@${host}.fr`);
        if ('problem' in checked) expect(checked.problem).not.toBe('');
        else {
          expect(checked.address).toMatch(
            /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
          );
          // What was kept is kept as it is when it comes back.
          expect(checkEmailAddress(checked.address)).toEqual(checked);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read by the field of every form in that way', () => {
    expect(email().parse(' accueil@mairie-évry.fr\u200b ')).toBe('accueil@xn--mairie-vry-h7a.fr');
    const refused = email().safeParse('hélène.dupont@structure.fr');
    expect(refused.error?.issues[0]?.message).toContain('«\u00a0é\u00a0»');
    expect(email('Donnez-la.').safeParse('').error?.issues[0]?.message).toBe('Donnez-la.');
  });
});
