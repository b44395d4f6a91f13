import { describe, expect, test } from 'vitest';
import { emailSignals } from '#requests/email-signals/rules.ts';

const KNOWN = ['mission-locale.fr', 'gmail.com'];
const codes = (email: string, known = KNOWN) => emailSignals(email, known).map(({ code }) => code);

describe('what is unusual about an address', () => {
  test.each([
    ['like the colleagues', 'ada@mission-locale.fr', []],
    ['whatever the case', 'Ada@Mission-Locale.FR', []],
    ['another company, far from theirs', 'ada@cap-emploi33.fr', []],
    ['French accents are Latin letters', 'anaïs.lœwe@mission-locale.fr', []],
    ['a Cyrillic « а » among Latin letters', 'аda@mission-locale.fr', ['foreign_letters']],
    ['Greek altogether', 'λογος@mission-locale.fr', ['foreign_letters']],
    ['punycode that hides a Cyrillic « о »', 'ada@xn--missin-lcale-8fkd.fr', ['punycode', 'lookalike']],
    ['one letter more', 'ada@mission-localee.fr', ['lookalike']],
    ['one letter less', 'ada@mision-locale.fr', ['lookalike']],
    ['one letter other', 'ada@mission-lacale.fr', ['lookalike']],
    ['two letters swapped', 'ada@misison-locale.fr', ['lookalike']],
    ['the hyphen left out', 'ada@missionlocale.fr', ['lookalike']],
    ['a digit for a letter, twice', 'ada@m1ssion-l0cale.fr', ['lookalike']],
    ['« rn » for « m »', 'ada@rnission-locale.fr', ['lookalike']],
    ['a free mailbox mistyped', 'ada@orrange.fr', ['lookalike']],
    ['a free mailbox that looks like another', 'ada@ymail.com', ['free_mail']],
    ['the known domain before another', 'ada@mission-locale.fr.evil.com', ['lookalike']],
    ['the known domain before another, after a label', 'ada@www.mission-locale.fr.evil.com', ['lookalike']],
    ['the same name with another ending', 'ada@mission-locale.com', ['lookalike']],
    ['the same name with another ending, without its hyphen', 'ada@missionlocale.org', ['lookalike']],
    ['below the known domain', 'ada@bordeaux.mission-locale.fr', []],
    ['a free mailbox of another country', 'ada@gmail.fr', []],
    ['below a throw-away domain', 'ada@sub.mailinator.com', ['disposable']],
    ['further below', 'ada@a.b.mailinator.com', ['disposable']],
    ['a throw-away mailbox', 'ada@yopmail.com', ['disposable']],
    ['a free mailbox where others are professional', 'ada@gmail.com', ['free_mail']],
  ])('%s: %s', (_, email, expected) => {
    expect(codes(email)).toEqual(expected);
  });

  test('a free mailbox is nothing where the others have one too, or where there is nobody', () => {
    expect(codes('ada@gmail.com', ['orange.fr'])).toEqual([]);
    expect(codes('ada@gmail.com', [])).toEqual([]);
  });

  test('a punycode domain is shown as it looks, and one that imitates the structure’s is told of', () => {
    // « missіon.fr » with the Ukrainian і.
    const signals = emailSignals('ada@xn--misson-svf.fr', ['mission.fr']);
    expect(signals.map(({ code }) => code)).toContain('punycode');
    expect(signals.map(({ code }) => code)).toContain('lookalike');
    expect(signals.map(({ text }) => text).join()).toContain('mission.fr');
  });

  test.each([
    '',
    'sans-arobase',
    '@',
    'a@',
    '@b.fr',
    `${'x'.repeat(300)}@${'y'.repeat(300)}.fr`,
    'a@xn--zzzzzz.fr',
  ])('anything else is answered: %s', (email) => {
    expect(Array.isArray(codes(email))).toBe(true);
  });
});
