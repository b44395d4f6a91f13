import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { rankStructures } from '../search/service.ts';
import type { DirectoryEntry } from './repository.ts';
import * as repository from './repository.ts';

export type { DirectoryEntry } from './repository.ts';

/** What is looked for in the « Annuaire »; empty texts look for everything. */
export interface DirectoryQuery {
  q: string;
  department: string;
  kind: string;
}

/**
 * A page of the « Annuaire » (domain.md §4): the open structures that have people on the portal. With words, the same
 * search as everywhere else, best first; without, by name.
 */
export async function listDirectory(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  { q, department, kind }: DirectoryQuery,
  page: Slice,
): Promise<Paged<DirectoryEntry>> {
  const today = parisDay(deps.clock.now());
  const filter = { department, kind, withPeople: true };
  if (q !== '') {
    const found = await rankStructures(deps, q, filter, page);
    if (!found || found.ids.length === 0) return { rows: [], total: 0 };
    return { rows: await repository.findEntries(deps.db, found.ids, today.year), total: found.total };
  }
  return repository.findAllEntries(deps.db, filter, { year: today.year, today: today.toString() }, page);
}
