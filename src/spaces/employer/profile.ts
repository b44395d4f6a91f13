import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';

/** Whoever acts as Valideur RH, by their right or in the place of somebody who is absent. */
export const asValidator = actingAs('hr_validator');

/** For which structure somebody acts, and who they are. */
export interface HrProfile {
  userId: number;
  structureId: number;
  /** On whose requests they do not decide: their own, and those of the only one they stand in for. */
  barred: number[];
}

/** The profile behind {@link asValidator}. */
export function profileOf(req: Request): HrProfile {
  const { userId, profile } = actorOf(req);
  const { forIds = [] } = profile?.standsIn ?? {};
  const barred = forIds.length === 1 ? [userId, ...forIds] : [userId];
  return { userId, structureId: profile?.structureId ?? 0, barred };
}
