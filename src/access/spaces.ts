import type { ProfileRight } from './actor.ts';

/** Pages that one profile alone opens. */
const SPACES: readonly [RegExp, ProfileRight][] = [
  [/^\/parcourspro\/mon-espace(?![\w-])/, 'beneficiary'],
  [/^\/parcourspro\/actions\/[^/]+\/inscription(?![\w-])/, 'beneficiary'],
  [/^\/parcourspro\/valideur(?![\w-])/, 'hr_validator'],
  [/^\/parcourspro\/prestataire(?![\w-])/, 'provider'],
];

/** The right without whose profile a page does not open; undefined where any profile, or none, will do. */
export const profileOfPage = (path: string): ProfileRight | undefined =>
  SPACES.find(([space]) => space.test(path))?.[1];
