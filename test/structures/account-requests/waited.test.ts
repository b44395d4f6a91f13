import { expect, test } from 'vitest';
import { waitedInWords } from '#requests/waiting.ts';

test.each([
  ['this morning', '2026-11-20T08:00:00Z', '2026-11-20T15:00:00Z', 'aujourd’hui'],
  ['on Friday, read on Saturday', '2026-11-20T15:00:00Z', '2026-11-21T09:00:00Z', 'moins d’un jour ouvré'],
  ['on Friday, read on Monday', '2026-11-20T15:00:00Z', '2026-11-23T16:00:00Z', '1\u00a0jour ouvré'],
  ['before a holiday', '2026-11-10T09:00:00Z', '2026-11-12T10:00:00Z', '1\u00a0jour ouvré'],
  ['two weeks ago', '2026-11-02T09:00:00Z', '2026-11-20T10:00:00Z', '13\u00a0jours ouvrés'],
])('what came %s has waited so long', (_when, since, now, words) => {
  expect(waitedInWords(new Date(since), new Date(now))).toBe(words);
});
