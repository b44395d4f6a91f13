import type { Knex } from 'knex';
import type { AuditAction } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { isoDay } from '#platform/french/time.ts';
import { Stale } from '#platform/versions.ts';
import { lheoDay } from '../../lheo/dates.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { joinFormation, type SplitFormation } from '../project/split.ts';
import { saveFormation } from '../saving/save.ts';
import type { CatalogueFormation, Which } from './repository.ts';
import * as repository from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** Who writes, for which body. */
export interface Keeper {
  structureId: number;
  userId: number;
}

/** The levels of a kept formation, as LHÉO has them. */
export const splitOf = ({ lheo, actions }: Pick<CatalogueFormation, 'lheo' | 'actions'>): SplitFormation => ({
  offer: lheo,
  actions: actions.map((one) => ({
    action: one.lheo,
    sessions: one.sessions.map((session) => session.lheo),
  })),
});

/** The whole formation, as LHÉO has it. */
export const treeOf = (formation: CatalogueFormation): LheoElement => joinFormation(splitOf(formation));

/** @throws NotFound for what the body does not have */
export async function getFormation(
  { db }: Pick<Dependencies, 'db'>,
  structureId: number,
  which: Which,
): Promise<CatalogueFormation> {
  const formation = await repository.findFormation(db, structureId, which);
  if (!formation) throw new NotFound();
  return formation;
}

/**
 * Adds a formation, as a draft.
 * @param make it, under the number that it is given
 * @returns its id
 */
export async function addOffer(
  { db, clock }: Deps,
  { structureId, userId }: Keeper,
  make: (trx: Knex.Transaction, number: string) => Promise<LheoElement>,
): Promise<number> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const number = `NA-${structureId}-${(await repository.lastOwnNumber(trx, structureId)) + 1}`;
    const now = clock.now();
    const tree = stamped(await make(trx, number), now);
    const { offerId } = await saveFormation(
      trx,
      { structureId, tree },
      { source: 'entered', userId, now, publish: false },
    );
    await recordAudit(trx, {
      action: 'offer.created',
      at: now,
      structureId,
      subject: { kind: 'offer', id: offerId },
    });
    return offerId;
  });
}

/** A change of one formation: what the form was opened on, and what becomes of the levels. */
export interface OfferChange {
  which: Which;
  /** Of the formation, when the form was opened; left out for what no form shows. */
  version?: number;
  /** @throws DomainError, FormRefused where a rule stands against it: nothing is then changed */
  change(levels: SplitFormation, formation: CatalogueFormation): SplitFormation;
  /** What changes with it, in the same transaction. */
  also?(trx: Knex.Transaction, now: Date): Promise<unknown>;
  /** What the journal says of it. */
  action?: AuditAction & ('offer.changed' | `offer_session.${string}` | `offer_action.${string}`);
}

/**
 * Changes a formation, at whatever level: its tree is changed, and its columns follow.
 * @returns the id of the formation
 * @throws NotFound, Stale when somebody else saved since, Conflict for one that is archived, and what `change` throws
 */
export async function changeOffer(
  { db, clock }: Deps,
  { structureId, userId }: Keeper,
  { which, version, change, also, action }: OfferChange,
): Promise<number> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const before = await getFormation({ db: trx }, structureId, which);
    if (version !== undefined && before.version !== version) throw new Stale();
    if (before.state === 'archived')
      throw new Conflict('Cette formation est archivée\u00a0: reprenez-la d’abord en brouillon.');
    const levels = splitOf(before);
    const changed = change(levels, before);
    const now = clock.now();
    const isSame = JSON.stringify(changed) === JSON.stringify(levels);
    const tree = joinFormation(isSame ? levels : { ...changed, offer: stamped(changed.offer, now) });
    const saved = await saveFormation(
      trx,
      { structureId, tree },
      { source: 'entered', userId, now, publish: false },
    );
    await also?.(trx, now);
    if (action || saved.verdict !== 'unchanged') {
      await recordAudit(trx, {
        action: action ?? 'offer.changed',
        at: now,
        structureId,
        subject: { kind: 'offer', id: before.id },
      });
    }
    return before.id;
  });
}

/** The formation as changed now, as LHÉO says it: an import of an older file is then told of. */
function stamped(offer: LheoElement, now: Date): LheoElement {
  const { datemaj } = offer.attributes ?? {};
  return {
    ...offer,
    attributes: {
      ...offer.attributes,
      'horodatage-modification': now.toISOString(),
      ...(datemaj === undefined ? {} : { datemaj: lheoDay(isoDay(now)) }),
    },
  };
}

/** Of these actions, the one of that number otherwise. */
export const withAction = (
  levels: SplitFormation,
  number: string,
  change: (one: SplitFormation['actions'][number]) => SplitFormation['actions'][number],
): SplitFormation => ({
  ...levels,
  actions: levels.actions.map((one) =>
    one.action.attributes?.numero?.trim() === number ? change(one) : one,
  ),
});
