import type { Fields } from './body.ts';
import { parseRowId } from './fields.ts';
import { firstOf } from './forms.ts';

/** Which part of a long list a page shows. */
export interface PageRequest {
  offset: number;
  limit: number;
  /** What `partials/pagination` needs, once the number of rows is known. */
  of(total: number): Pagination;
}

export interface Pagination {
  page: number;
  pages: number;
  total: number;
  /** The address of another page, with the rest of the query kept. */
  hrefOf(page: number): string;
}

/**
 * Reads the page number from the address; anything that is not one is the first page.
 * @param perPage rows on a page
 * @param name of the field in the address, where a page shows several lists
 */
export function pageOf(query: unknown, perPage: number, name = 'page'): PageRequest {
  const fields = query as Fields;
  const page = Math.min(parseRowId(firstOf(fields[name])) ?? 1, 100_000);
  return {
    offset: (page - 1) * perPage,
    limit: perPage,
    of: (total) => ({
      page,
      pages: Math.max(1, Math.ceil(total / perPage)),
      total,
      hrefOf(other) {
        const address = new URLSearchParams();
        for (const [field, value] of Object.entries(fields)) {
          if (field !== name && firstOf(value) !== '') address.set(field, firstOf(value));
        }
        if (other > 1) address.set(name, String(other));
        return `?${address}`;
      },
    }),
  };
}
