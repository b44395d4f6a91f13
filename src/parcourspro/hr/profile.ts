import type { Request } from 'express';
import { actorOf } from '../../access/actor.ts';
import { actingAs } from '../../access/policies.ts';

/** Whoever acts as Valideur RH, by their right or in the place of somebody who is absent. */
export const asValidator = actingAs('hr_validator');

/** For which structure somebody acts, and who they are. */
export interface HrProfile {
  userId: number;
  structureId: number;
}

/** The profile behind {@link asValidator}. */
export function profileOf(req: Request): HrProfile {
  const { userId, profile } = actorOf(req);
  return { userId, structureId: profile?.structureId ?? 0 };
}
