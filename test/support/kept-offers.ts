import type { Knex } from 'knex';
import { fingerprintOf } from '#rafael/lheo/canonical.ts';
import { childrenOf, type LheoElement, textAt, withChildren } from '#rafael/lheo/tree.ts';

/** Rows of a formation as the catalogue keeps it: its tree, in three levels, with what an export reads of it. */
export async function keepOffer(
  db: Knex,
  tree: LheoElement,
  {
    structureId,
    state = 'published',
    at,
  }: { structureId: number; state?: 'draft' | 'published' | 'archived'; at: Date },
): Promise<number> {
  const [offer] = await db('offers')
    .insert({
      structure_id: structureId,
      external_number: tree.attributes?.numero,
      source: 'entered',
      state,
      lheo: JSON.stringify(withChildren(tree, 'action', [])),
      fingerprint: fingerprintOf(tree),
      title: textAt(tree, 'intitule-formation'),
      created_at: at,
      updated_at: at,
      published_at: state === 'published' ? at : null,
      archived_at: state === 'archived' ? at : null,
    })
    .returning('id');
  for (const [position, action] of childrenOf(tree, 'action').entries()) {
    const [kept] = await db('offer_actions')
      .insert({
        offer_id: offer.id,
        external_number: action.attributes?.numero,
        position,
        lheo: JSON.stringify(withChildren(action, 'session', [])),
      })
      .returning('id');
    const sessions = childrenOf(action, 'session');
    if (sessions.length === 0) continue;
    await db('offer_sessions').insert(
      sessions.map((session, place) => ({
        action_id: kept.id,
        offer_id: offer.id,
        structure_id: structureId,
        external_number: session.attributes?.numero,
        position: place,
        lheo: JSON.stringify(session),
        starts_raw: textAt(session, 'periode', 'debut'),
        ends_raw: textAt(session, 'periode', 'fin'),
        date_precision: 'day',
      })),
    );
  }
  return offer.id;
}
