import { expect, test } from 'vitest';
import { lineOf, words } from '../../../src/agency/journal/presentation.ts';
import type { JournalEntry } from '../../../src/agency/journal/repository.ts';
import { AUDIT_DETAILS, type AuditAction } from '../../../src/audit/actions.ts';
import { features } from '../../../src/features.ts';
import { detailLabels } from '../../../src/portal/account/service.ts';
import { FIELDS } from '../../../src/portal/structure-updates/rules.ts';
import { requestsOf } from '../../../src/requests/request.ts';

const queues = requestsOf(features);

const told = (details: JournalEntry['details'], subjectKind: string | null = null) =>
  lineOf(
    {
      ...{ id: 1, at: new Date(0), action: 'decision.scheduled' as AuditAction, way: 'page', ip: null },
      ...{ subjectKind, subjectId: null, actor: null, person: null, structureId: null, structureName: null },
      ...{ siret: null, tooManyPeople: false, details },
    },
    queues,
  ).precisions.join(', ');

test.each(AUDIT_DETAILS)('« %s » is never shown as it is written', (key) => {
  const value = key === 'fields' ? 'phone' : key === 'before' ? '2026-01-01T00:00:00Z' : 3;
  expect(told({ [key]: value })).not.toContain(`${key}\u00a0:`);
  expect(Object.keys(words)).toContain(key);
});

test('the decisions of every queue are told in the words of their buttons', () => {
  for (const { kind, decisions } of queues) {
    for (const [name, { verb }] of Object.entries(decisions)) {
      expect(told({ decision: name }, kind)).toBe(verb.toLowerCase());
    }
  }
});

test('every field that an entry names has words', () => {
  for (const field of [...FIELDS, ...Object.keys(detailLabels)]) {
    expect(told({ fields: field })).toMatch(/^[a-zé]/);
    expect(told({ fields: field })).not.toBe(field);
  }
  expect(told({ fields: 'address,city' })).toBe('adresse, ville');
});

test('an import, as jsonb gives its details back', () => {
  expect(told({ skipped: 3, accepted: 1, recorded: 1 })).toBe(
    '3\u00a0laissées de côté, 1\u00a0demande acceptée, 1\u00a0adhésion enregistrée',
  );
  // What an older version noted under a name that is no more.
  expect(told({ autre: 'x' })).toBe('autre\u00a0: x');
});
