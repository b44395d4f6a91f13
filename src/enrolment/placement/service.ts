export { type ByHand, enrolByHand } from './by-hand.ts';
export { moveEnrolment } from './move.ts';
