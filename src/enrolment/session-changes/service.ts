export { type CancellationPreview, cancellationPreview, cancelSession } from './cancel.ts';
export { type Capacity, changeCapacity } from './capacity.ts';
export { SessionChanged } from './change.ts';
export type { NewSlot } from './repository.ts';
export { type NewDates, rescheduleSession } from './reschedule.ts';
export { type Restored, restoreSession } from './restore.ts';
