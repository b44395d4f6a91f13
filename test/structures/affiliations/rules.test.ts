import { expect, test } from 'vitest';
import { mayAsk } from '#structures/affiliations/rules.ts';
import { readSelection } from '#structures/affiliations/selection.ts';
import { mayDetach } from '#structures/departures/rules.ts';

const ask = { isOpen: true, isAffiliated: false, hasPending: false, pendingCount: 0 };
test.each([
  ['anybody, an open structure', {}, true],
  ['already there', { isAffiliated: true }, 'déjà partie'],
  ['closed', { isOpen: false }, 'fermée'],
  ['asked already', { hasPending: true, pendingCount: 1 }, 'attend déjà'],
  ['nine others wait', { pendingCount: 9 }, true],
  ['ten others wait', { pendingCount: 10 }, 'attendent déjà'],
])('may ask: %s', (_what, change, answer) => {
  const verdict = mayAsk({ ...ask, ...change });
  if (answer === true) expect(verdict).toBe(true);
  else expect(verdict).toContain(answer);
});

const detach = { isSelf: false, byAgency: false, isReferent: false, referentCount: 1, othersCount: 3 };
test.each([
  ['a colleague', {}, true],
  ['oneself', { isSelf: true }, 'contactez-nous'],
  ['somebody of the agency, oneself', { isSelf: true, byAgency: true }, true],
  ['the last référent', { isReferent: true }, 'seul référent'],
  ['the last référent, by the agency', { isReferent: true, byAgency: true }, 'seul référent'],
  ['the very last person, by the agency', { isReferent: true, byAgency: true, othersCount: 0 }, true],
  ['one référent of two', { isReferent: true, referentCount: 2 }, true],
])('may detach: %s', (_what, change, answer) => {
  const verdict = mayDetach({ ...detach, ...change });
  if (answer === true) expect(verdict).toBe(true);
  else expect(verdict).toContain(answer);
});

test('a selection is read box by box; what is no box of ours is left out', () => {
  expect(readSelection(undefined)).toEqual([]);
  expect(
    readSelection([
      'account:1:2',
      'account:1:2',
      'x:1:2',
      'affiliation:3:4',
      'account:0:1',
      'account:1:2:3',
      '',
    ]),
  ).toEqual([
    { kind: 'account', structureId: 1, requestId: 2 },
    { kind: 'affiliation', structureId: 3, requestId: 4 },
  ]);
  expect(readSelection(Array.from({ length: 99 }, (_, n) => `account:1:${n + 1}`))).toHaveLength(25);
});
