import { expect, test } from 'vitest';
import { deletionBlockers } from '#identity/account/deletion/rules.ts';

const none = { soleReferentOf: [], seats: [], isOnlyAgencyManager: false };
test.each([
  ['nothing', none, []],
  [
    'the last référent',
    { ...none, soleReferentOf: [{ id: 3, name: 'Institut' }] },
    ['seul référent de « Institut »'],
  ],
  ['a seat', { ...none, seats: [{ title: 'VAE', startsAt: '2026-12-01T09:00:00Z' }] }, ['annulez d’abord']],
  ['the only manager', { ...none, isOnlyAgencyManager: true }, ['seul gestionnaire']],
])('%s', (_what, facts, words) => {
  const blockers = deletionBlockers(facts);
  expect(blockers).toHaveLength(words.length);
  for (const [index, word] of words.entries()) expect(blockers[index]?.message).toContain(word);
});
