import { describe, expect, test } from 'vitest';
import { auditWords } from '#audit/declaration.ts';
import { requestsOf } from '#requests/request.ts';
import { features } from '../../src/features.ts';

const kinds = requestsOf(features);
const words = auditWords(features);

test('no two kinds share a name, a list or the name of its files', () => {
  for (const field of ['kind', 'path', 'title', 'label'] as const) {
    const said = kinds.map((kind) => kind[field]);
    expect(new Set(said).size, field).toBe(said.length);
  }
});

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const ends = [
    ...Object.values(kind.decisions).map(({ state }) => state),
    ...(kind.withdrawal ? ['withdrawn'] : []),
  ];

  test('every way in which it ends is shown in its list, and has words in the journal', () => {
    const audited = kind.audited?.({ details: {} } as never) ?? {};
    for (const state of ends) {
      expect(Object.keys(kind.outcomes), state).toContain(state);
      expect([...words.keys()], state).toContain(audited[state]?.action ?? `${name}.${state}`);
    }
  });

  test('its decisions and its outcomes have addresses of their own', () => {
    for (const named of [kind.decisions, kind.outcomes]) {
      const slugs = Object.values(named).map(({ slug }) => slug);
      expect(new Set(slugs).size).toBe(slugs.length);
      for (const slug of slugs) expect(['', 'annuler-la-decision', 'decidees', 'toutes']).not.toContain(slug);
    }
  });

  test('what référents decide is accepted or refused', () => {
    if (kind.referents) expect(Object.keys(kind.decisions)).toEqual(['accept', 'refuse']);
  });
});
