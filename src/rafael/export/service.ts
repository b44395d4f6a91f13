import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { checkFormation } from '../lheo/checks.ts';
import { type LheoElement, withChildren } from '../lheo/tree.ts';
import { writeLheo } from '../lheo/writer.ts';
import { withoutPeople } from './contacts.ts';
import type { Exported, KeptFormation } from './repository.ts';
import * as repository from './repository.ts';

/** As many formations as are read at once: half a megabyte. */
const PART = 50;

/** A formation with its actions and their sessions, as LHÉO has them. */
const whole = ({ lheo, actions }: Pick<KeptFormation, 'lheo' | 'actions'>): LheoElement =>
  withChildren(
    lheo,
    'action',
    actions.map((action) => withChildren(action.lheo, 'session', action.sessions)),
  );

/** Formations as the catalogue has them today, by their ids: without what is archived of them. */
export async function readFormations(db: Knex, ids: readonly number[]): Promise<Map<number, LheoElement>> {
  if (ids.length === 0) return new Map();
  return new Map((await repository.findKept(db, ids)).map((kept) => [kept.id, whole(kept)]));
}

/**
 * Formations one after the other, each part read after the last one of the part before: a cursor would hold a connection
 * for as long as the reader takes. What LHÉO does not take is left out: a formation without a session, a draft in which
 * something is missing.
 */
export async function* exportedFormations(db: Knex, which: Exported): AsyncGenerator<LheoElement> {
  const isPublic = !('structureId' in which);
  for (let after = 0; ; ) {
    const part = await repository.findExported(db, which, { after, limit: PART });
    for (const kept of part) {
      if (kept.actions.length === 0) continue;
      const tree = whole(kept);
      if (kept.isDraft && checkFormation(tree).some(({ severity }) => severity === 'reject')) continue;
      yield isPublic && !kept.showsContacts ? withoutPeople(tree) : tree;
    }
    if (part.length < PART) return;
    after = part.at(-1)?.id ?? 0;
  }
}

/** The formations with the first one read already; undefined where there is none, which no file of LHÉO may say. */
async function unlessNone(
  formations: AsyncGenerator<LheoElement>,
): Promise<AsyncIterable<LheoElement> | undefined> {
  const first = await formations.next();
  if (first.done) return undefined;
  return (async function* () {
    yield first.value as LheoElement;
    yield* formations;
  })();
}

/**
 * The catalogue of a body as one file of LHÉO 2.3, noted in the journal before it leaves.
 * @returns the file, in pieces; undefined where there is nothing to export
 */
export async function exportCatalogue(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  structureId: number,
): Promise<AsyncGenerator<string> | undefined> {
  const at = clock.now();
  const formations = await unlessNone(exportedFormations(db, { structureId }));
  if (!formations) return undefined;
  const count = await repository.countExported(db, { structureId });
  await recordAudit(db, { action: 'offers.exported', at, structureId, details: { formations: count } });
  return writeLheo(formations, at);
}

/**
 * What is published, for everybody, as one file of LHÉO 2.3.
 * @param since only what changed from that moment on; null for all
 * @returns the file, in pieces; undefined where there is nothing
 */
export async function publicFeed(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  since: Date | null,
): Promise<AsyncGenerator<string> | undefined> {
  const formations = await unlessNone(exportedFormations(db, { publishedSince: since }));
  return formations && writeLheo(formations, clock.now());
}

/** Whether the people to contact of a body are named in the public feed. */
export const showsContacts = ({ db }: Pick<Dependencies, 'db'>, structureId: number): Promise<boolean> =>
  repository.showsContacts(db, structureId);

/** Has the people to contact of a body named in the public feed, or no more; noted in the journal where it changes. */
export async function showContacts(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  structureId: number,
  shown: boolean,
): Promise<void> {
  const at = clock.now();
  await db.transaction(async (trx) => {
    if (!(await repository.setContactsShown(trx, structureId, shown, at))) return;
    const action = shown ? 'offers.contacts_shown' : 'offers.contacts_hidden';
    await recordAudit(trx, { action, at, structureId });
  });
}
