import type { Knex } from 'knex';
import { convention } from '#follow-up/conventions/kind.ts';
import { findConventions, signConvention } from '#follow-up/conventions/service.ts';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { findFollowedSession } from '#follow-up/documents/issuing/repository.ts';
import { issue } from '#follow-up/documents/issuing/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { daysAgo } from './calendar.ts';
import { castOf, type Person } from './people.ts';

/** Nothing of the demonstration is news: its documents were sent long ago. */
const SILENT = { enqueue: async () => 0, enqueueAll: async () => [] };

/**
 * What the demo's sessions have given: the documents of those whose sheet is validated, convocations to those to come,
 * and conventions of the training body: one signed by both, one that waits for the structure, one for the body itself.
 */
export async function insertIssued(
  deps: Dependencies,
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const { body, beneficiary, providerId } = castOf(people);
  const at = (moment: Date): Dependencies => ({
    ...deps,
    db: trx as unknown as Knex,
    mail: { ...deps.mail, ...SILENT },
    clock: { now: () => moment },
  });
  const sessions: { id: number; closedAt: Date | null }[] = await trx('sessions as s')
    .join('actions as a', 'a.id', 's.action_id')
    .leftJoin('attendance_sheets as f', 'f.session_id', 's.id')
    .whereNull('s.cancelled_at')
    .where((one) => one.whereNotNull('f.closed_at').orWhere('s.starts_at', '>', now))
    .whereExists(trx('enrolments as e').whereRaw('e.session_id = s.id and is_confirmed(e.state)'))
    // Those that the demo's own people see: a start is not to draw hundreds.
    .where((one) =>
      one
        .where('a.provider_id', providerId)
        .orWhereExists(
          trx('enrolments as e').whereRaw('e.session_id = s.id').whereIn('e.user_id', [beneficiary.id]),
        ),
    )
    .orderBy('s.starts_at')
    .select('s.id', 'f.closed_at as closedAt');
  for (const { id, closedAt } of sessions) await followSession(at(closedAt ?? daysAgo(now, 9)), id);
  await insertConventions(at, trx, { people, body, providerId, now });
}

async function insertConventions(
  at: (moment: Date) => Dependencies,
  trx: Knex.Transaction,
  {
    people,
    body,
    providerId,
    now,
  }: { people: readonly Person[]; body: Person; providerId: number; now: Date },
): Promise<void> {
  const validators = new Map(
    people.flatMap((person) =>
      person.affiliations
        .filter(({ rights }) => rights.includes('hr_validator'))
        .map(({ structure }): [number, Person] => [structure.id, person]),
    ),
  );
  const coming: number[] = await trx('sessions as s')
    .join('actions as a', 'a.id', 's.action_id')
    .join('action_kinds as k', 'k.id', 'a.kind_id')
    .where({ 'a.provider_id': providerId, 'k.is_training': true })
    .where('s.starts_at', '>', now)
    .whereNull('s.cancelled_at')
    .orderBy('s.starts_at')
    .limit(3)
    .pluck('s.id');
  const made = at(daysAgo(now, 8));
  for (const id of coming) {
    const session = await findFollowedSession(trx, id);
    const due = (session && (await convention.byHand?.(trx, session, now))) ?? [];
    const items = due.flatMap((one) => (one.facts ? [{ ...one, facts: one.facts }] : []));
    if (session)
      await issue(made, trx, { kind: convention, session, items, at: made.clock.now(), by: body.id });
  }
  const signer = async ({ id: userId }: Person, quality: string) => ({
    userId,
    name: (await trx('users').where({ id: userId }).first(trx.raw('full_name(users) as name'))).name,
    quality,
    ip: '192.0.2.10',
    userAgent: 'Mozilla/5.0',
  });
  // First those of the structure whose Valideur RH the demo has one sign in as.
  const shown = people.find(({ login }) => login === 'valideur')?.affiliations[0]?.structure.id;
  const waiting = (await findConventions(trx, { providerId }, { offset: 0, limit: 50 }))
    .filter(({ structureId }) => validators.has(structureId))
    .sort((a, b) => Number(b.structureId === shown) - Number(a.structureId === shown));
  const [first, second] = waiting;
  for (const one of [first, second].filter((found) => found !== undefined))
    await signConvention(at(daysAgo(now, 6)), one, 'body', await signer(body, 'Directrice'));
  const validator = first && validators.get(first.structureId);
  if (first && validator)
    await signConvention(at(daysAgo(now, 4)), first, 'employer', await signer(validator, 'Responsable RH'));
}
