import { accountRequestsQueue } from './account-requests/queue.ts';
import { affiliationsQueue } from './affiliations/queue.ts';
import { proposalsQueue } from './catalogue/proposals/queue.ts';
import { deletionsQueue } from './deletions/queue.ts';
import { membershipsQueue } from './memberships/queue.ts';
import type { Queue } from './queue/queue.ts';
import { structureRequestsQueue } from './structure-requests/queue.ts';
import { structureUpdatesQueue } from './structure-updates/queue.ts';

/** Every list of requests that the agency decides, in the order of « Agence ». */
export const queues: readonly Queue[] = Object.freeze([
  accountRequestsQueue,
  structureRequestsQueue,
  structureUpdatesQueue,
  affiliationsQueue,
  membershipsQueue,
  proposalsQueue,
  deletionsQueue,
]);
