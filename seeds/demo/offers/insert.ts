import type { Knex } from 'knex';
import { saveFormations } from '#rafael/offers/saving/save.ts';
import { daysAgo } from '../calendar.ts';
import type { Person } from '../people.ts';
import type { Structure } from '../structures.ts';
import { insertCodes } from './codes.ts';
import { type DraftFormation, formations } from './formations.ts';
import { treeOf } from './tree.ts';

/** The training offer of four bodies: some of it stale, some full, some with information meetings to come. */
export async function insertOffers(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  await insertCodes(trx, now);
  const keeper = people.find(({ login }) => login === 'of.catalogue')?.id ?? null;
  const made = daysAgo(now, 310);
  const rows: { id: number; siret: string; name: string }[] = await trx('structures').select(
    'id',
    'siret',
    'name',
  );
  const bodyOf = (key: string) => {
    const body = rows.find(({ id }) => id === structures.get(key)?.id);
    if (!body) throw new Error(`no structure ${key}`);
    return body;
  };
  for (const publish of [true, false]) {
    const drafts = formations.flatMap((draft, at) =>
      Boolean(draft.isDraft) === publish ? [] : [{ draft, at }],
    );
    const saved = await saveFormations(
      trx,
      drafts.map(({ draft, at }) => {
        const body = bodyOf(draft.body);
        return { structureId: body.id, tree: treeOf(draft, { number: `D${at + 1}`, body, now }) };
      }),
      { source: 'entered', userId: keeper, now: made, publish },
    );
    for (const [index, { draft }] of drafts.entries())
      await tellMore(trx, saved[index]?.offerId as number, draft, now);
  }
}

/** What no file says: when it was confirmed last, and the seats that are taken. */
async function tellMore(
  trx: Knex.Transaction,
  offerId: number,
  draft: DraftFormation,
  now: Date,
): Promise<void> {
  const confirmed_at = draft.isDraft ? null : daysAgo(now, draft.confirmed ?? offerId % 60);
  await trx('offers').where({ id: offerId }).update({ confirmed_at });
  const sessions = draft.actions.flatMap((action) => action.sessions);
  const rows = await trx('offer_sessions as s')
    .join('offer_actions as a', 'a.id', 's.action_id')
    .where('s.offer_id', offerId)
    .orderBy(['a.position', 's.position'])
    .select('s.id', 's.capacity');
  for (const [at, { id, capacity }] of rows.entries()) {
    if (capacity === null) continue;
    const seats_held = sessions[at]?.isFull ? capacity : (id * 7) % Math.max(1, capacity - 2);
    await trx('offer_sessions').where({ id }).update({ seats_held });
  }
}
