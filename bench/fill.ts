import pg from 'pg';
import { departmentOf } from '#platform/french/departments.ts';
import { postponeIndexes, ROOM, startCopy } from '#structures/sirene/load.ts';
import type { Made } from './structures.ts';

/** Brings the rows into an empty `structures` as an import does, and lets PostgreSQL take its statistics. */
export async function fillStructures(url: string, rows: Iterable<Made>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(ROOM);
    const indexes = await postponeIndexes(client);
    const copy = startCopy(
      client,
      'structures (siret, name, acronym, brand, kind, postcode, city, department, is_head_office, closed_on, created_at)',
    );
    for (const one of rows) {
      const { siret, name, acronym, brand, postcode, city, isHeadOffice, closedOn } = one;
      const place = [postcode, city, departmentOf({ postcode, city })];
      await copy.add([siret, name, acronym, brand, 'other', ...place, isHeadOffice, closedOn, '2026-01-01']);
    }
    await copy.end();
    for (const definition of indexes) await client.query(definition);
    await client.query('commit');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
