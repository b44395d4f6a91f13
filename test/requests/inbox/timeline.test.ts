import { expect, test } from 'vitest';
import { auditWords } from '#audit/declaration.ts';
import { type TimelineEvent, timelineOf } from '#requests/inbox/timeline.ts';
import { features } from '../../../src/features.ts';

const event = (at: string, action: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at: `2026-11-12T${at}Z`,
  action,
  byName: null,
  note: null,
  ...more,
});

test('what the tables and the journal both know is told once, from the oldest, with the name and the note', () => {
  const lines = timelineOf(
    [
      event('10:00:00', 'structure_request.refused', { note: 'Hors région.' }),
      event('10:00:00.5', 'structure_request.refused', { byName: 'Agnès' }),
      event('08:00:00', 'structure_request.created'),
      event('09:00:00', 'structure_request.repeated'),
    ],
    {},
    auditWords(features),
  );
  expect(lines.map(({ label, byName, note }) => [label, byName, note])).toEqual([
    ['Référencement demandé', null, null],
    ['Demande envoyée de nouveau par la même personne', null, null],
    ['Référencement refusé', 'Agnès', 'Hors région.'],
  ]);
});

test('two reminders are two, and decisions taken and undone are each told with what was decided', () => {
  const lines = timelineOf(
    [
      event('08:00:00', 'account_request.reminded'),
      event('09:00:00', 'account_request.reminded'),
      event('10:00:00', 'decision.scheduled', { note: 'accept' }),
      event('10:00:10', 'decision.undone', { note: 'accept' }),
      event('10:00:20', 'decision.scheduled', { note: 'accept' }),
      event('10:01:00', 'decision.failed', { note: 'Un compte existe.' }),
      event('10:02:00', 'something.else'),
    ],
    { accept: { verb: 'Accepter' } },
    auditWords(features),
  );
  expect(lines.map(({ label }) => label)).toEqual([
    'Rappel aux référents',
    'Rappel aux référents',
    'Décision prise\u00a0: accepter',
    'Décision annulée\u00a0: accepter',
    'Décision prise\u00a0: accepter',
    'Décision impossible à appliquer',
    'something.else',
  ]);
  expect(lines.at(-2)?.note).toBe('Un compte existe.');
});
