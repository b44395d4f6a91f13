import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { Stale } from '#platform/versions.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { joinFormation, type SplitFormation, splitFormation } from '../project/split.ts';
import { saveFormation } from '../saving/save.ts';
import { copyOf, newLevel, newOffer, splitOf } from './formation.ts';
import type { CatalogueFormation, Which } from './repository.ts';
import * as repository from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** Who writes, for which body. */
export interface Keeper {
  structureId: number;
  userId: number;
}

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

/** What a new formation of this body begins from. */
export async function beginOffer(
  { db }: Pick<Dependencies, 'db'>,
  structureId: number,
): Promise<LheoElement> {
  return newOffer('', await repository.findBody(db, structureId));
}

/** Adds a formation, as a draft. @returns its number */
export async function addOffer({ db, clock }: Deps, keeper: Keeper, offer: LheoElement): Promise<number> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [keeper.structureId] });
    const numero = await nextNumber(trx, keeper.structureId);
    const tree = { ...offer, attributes: { ...offer.attributes, numero } };
    return create(trx, keeper, tree, clock.now());
  });
}

/** Adds a copy of a formation, as a draft without sessions. @returns its number @throws NotFound */
export async function copyOffer({ db, clock }: Deps, keeper: Keeper, offerId: number): Promise<number> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [keeper.structureId] });
    const formation = await getFormation({ db: trx }, keeper.structureId, { offerId });
    const number = await nextNumber(trx, keeper.structureId);
    return create(trx, keeper, copyOf(formation, number), clock.now());
  });
}

const nextNumber = async (trx: Knex.Transaction, structureId: number): Promise<string> =>
  `NA-${structureId}-${(await repository.lastOwnNumber(trx, structureId)) + 1}`;

async function create(
  trx: Knex.Transaction,
  { structureId, userId }: Keeper,
  tree: LheoElement,
  now: Date,
): Promise<number> {
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
}

/** A change of one formation: what the form was opened on, and what becomes of the levels. */
export interface OfferChange {
  which: Which;
  /** Of the formation, when the form was opened. */
  version: number;
  /** @throws DomainError where a rule stands against it: nothing is then changed */
  change(levels: SplitFormation, formation: CatalogueFormation): SplitFormation;
}

/**
 * Changes a formation, at whatever level: its tree is changed, and its columns follow.
 * @returns the formation as it is now
 * @throws NotFound, Stale when somebody else saved since, and what `change` throws
 */
export async function changeOffer(
  { db, clock }: Deps,
  { structureId, userId }: Keeper,
  { which, version, change }: OfferChange,
): Promise<CatalogueFormation> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const before = await getFormation({ db: trx }, structureId, which);
    if (before.version !== version) throw new Stale();
    const tree = joinFormation(change(splitFormation(joinFormation(splitOf(before))), before));
    const now = clock.now();
    const saved = await saveFormation(
      trx,
      { structureId, tree },
      { source: 'entered', userId, now, publish: false },
    );
    if (saved.verdict !== 'unchanged') {
      await recordAudit(trx, {
        action: 'offer.changed',
        at: now,
        structureId,
        subject: { kind: 'offer', id: before.id },
      });
    }
    return getFormation({ db: trx }, structureId, { offerId: before.id });
  });
}

/** The levels with a level more, at the end, or with one changed. @param numbers of the level, from the top */
export function withLevel(
  levels: SplitFormation,
  { action: actionNumber, session: sessionNumber }: { action?: string; session?: string },
  change: (level: LheoElement) => LheoElement,
): SplitFormation {
  if (actionNumber === undefined) return { ...levels, offer: change(levels.offer) };
  const isAction = ({ action }: SplitFormation['actions'][number]) =>
    action.attributes?.numero === actionNumber;
  if (!levels.actions.some(isAction)) {
    const added = { action: change(newLevel('action', actionNumber)), sessions: [] };
    return { ...levels, actions: [...levels.actions, added] };
  }
  return {
    ...levels,
    actions: levels.actions.map((one) => {
      if (!isAction(one)) return one;
      if (sessionNumber === undefined) return { ...one, action: change(one.action) };
      const isSession = (session: LheoElement) => session.attributes?.numero === sessionNumber;
      return {
        ...one,
        sessions: one.sessions.some(isSession)
          ? one.sessions.map((session) => (isSession(session) ? change(session) : session))
          : [...one.sessions, change(newLevel('session', sessionNumber))],
      };
    }),
  };
}
