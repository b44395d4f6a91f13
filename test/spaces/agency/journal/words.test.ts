import { expect, test } from 'vitest';
import { type AuditAction, auditWords } from '#audit/declaration.ts';
import { detailLabels } from '#identity/account/service.ts';
import { requestsOf } from '#requests/request.ts';
import { lineOf } from '#spaces/agency/journal/presentation.ts';
import type { JournalEntry } from '#spaces/agency/journal/repository.ts';
import { FIELDS } from '#structures/structure-updates/rules.ts';
import { features } from '../../../../src/features.ts';

const queues = requestsOf(features);
const words = auditWords(features);
const told = (action: AuditAction, details: JournalEntry['details'], subjectKind: string | null = null) =>
  lineOf(
    {
      ...{ id: 1, at: new Date(0), action, way: 'page', ip: null, details },
      ...{ subjectKind, subjectId: null, actor: null, person: null, structureId: null, structureName: null },
      ...{ siret: null, tooManyPeople: false },
    },
    words,
    queues,
  ).precisions.join(', ');

const declared = [...words.values()].flatMap(({ action, details }) =>
  Object.keys(details).map((key) => [action as AuditAction, key] as const),
);
test.each(declared)('of « %s », « %s » is never shown as it is written', (action, key) => {
  const value = key === 'fields' ? 'phone' : /day|before|until/i.test(key) ? '2026-01-01' : 3;
  expect(told(action, { [key]: value })).not.toContain(`${key}\u00a0:`);
});

test('the decisions of every queue are told in the words of their buttons', () => {
  for (const { kind, decisions } of queues) {
    for (const [name, { verb }] of Object.entries(decisions)) {
      expect(told('decision.scheduled', { decision: name }, kind)).toBe(verb.toLowerCase());
    }
  }
});

test('every field that an entry names has words', () => {
  const named = {
    'structure_update.created': FIELDS,
    'account.updated': Object.keys(detailLabels),
  } as const;
  for (const [action, fields] of Object.entries(named)) {
    for (const field of fields) {
      expect(told(action as AuditAction, { fields: field })).toMatch(/^[a-zé]/);
      expect(told(action as AuditAction, { fields: field })).not.toBe(field);
    }
  }
  expect(told('structure_update.created', { fields: 'address,city' })).toBe('adresse, ville');
});

test('an import, as jsonb gives its details back', () => {
  expect(told('membership.imported', { skipped: 3, accepted: 1, recorded: 1 })).toBe(
    '3\u00a0laissées de côté, 1\u00a0demande acceptée, 1\u00a0adhésion enregistrée',
  );
  // What an older version noted under a name that is no more.
  expect(told('membership.imported', { autre: 'x' })).toBe('autre\u00a0: x');
});
