import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { checkFormation } from '../../lheo/checks.ts';
import { projectOffer } from '../project/offer.ts';
import { joinFormation } from '../project/split.ts';
import type { Saving, Written } from './types.ts';
import { lastingWarnings } from './warnings.ts';

/** A formation as it was kept before. */
export interface KeptOffer {
  id: number;
  fingerprint: Buffer;
  state: 'draft' | 'published' | 'archived';
}

interface Known {
  structureId: number;
  number: string;
}

/** What was kept under these numbers, in their order; undefined for what is new. */
export async function findKept(
  trx: Knex.Transaction,
  formations: readonly Known[],
): Promise<(KeptOffer | undefined)[]> {
  const rows = await query<(KeptOffer & Known)[]>(
    trx,
    `select o.id, o.fingerprint, o.state, o.structure_id as "structureId", o.external_number as number
       from unnest(cast(:structures as int[]), cast(:numbers as text[])) as n (structure_id, number)
      -- By the index for each: nobody has counted yet what an import brings.
      cross join lateral (select * from offers o
                           where o.structure_id = n.structure_id and o.external_number = n.number limit 1) o`,
    {
      structures: formations.map(({ structureId }) => structureId),
      numbers: formations.map(({ number }) => number),
    },
  );
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  return formations.map((one) => found.get(keyOf(one)));
}

const keyOf = ({ structureId, number }: Known): string => `${structureId} ${number}`;

/** Writes the formations, new or known. @returns their ids, in their order */
export async function keepOffers(
  trx: Knex.Transaction,
  formations: readonly Written[],
  { source, userId, now, publish }: Saving,
): Promise<number[]> {
  const rows = formations.map(
    ({
      structureId,
      number,
      fingerprint,
      split,
      warnings = lastingWarnings(checkFormation(joinFormation(split))),
    }) => {
      const { lheoModifiedAt, ...columns } = projectOffer(split.offer);
      return {
        ...columns,
        structureId,
        number,
        warnings,
        fingerprint: fingerprint.toString('hex'),
        lheo: split.offer,
        lheoModifiedAt: lheoModifiedAt?.toISOString() ?? null,
      };
    },
  );
  const kept = await query<(Known & { id: number })[]>(
    trx,
    `insert into offers as o (structure_id, external_number, source, state, lheo, fingerprint, lheo_modified_at, title,
            objective, entry_level, exit_level, certifying, path, general_goal, formacodes, nsf, rome, rncp, rs, certifinfo,
            cpf, body_number, warnings, created_at, created_by, updated_at, updated_by, confirmed_at, published_at)
     select "structureId", number, :source, :state, lheo, decode(fingerprint, 'hex'), "lheoModifiedAt", title, objective,
            "entryLevel", "exitLevel", certifying, path, "generalGoal", formacodes, nsf, rome, rncp, rs, certifinfo, cpf,
            "bodyNumber", warnings, :now, :userId, :now, :userId, :now, case when :publish then cast(:now as timestamptz) end
       from json_to_recordset(cast(:rows as json)) as r ("structureId" int, number text, lheo jsonb, fingerprint text,
            "lheoModifiedAt" timestamptz, title text, objective text, "entryLevel" smallint, "exitLevel" smallint,
            certifying bool, path smallint, "generalGoal" smallint, formacodes text[], nsf text[], rome text[],
            rncp text[], rs text[], certifinfo text[], cpf text[], "bodyNumber" text, warnings int)
     on conflict (structure_id, external_number) do update set
            lheo = excluded.lheo, fingerprint = excluded.fingerprint,
            lheo_modified_at = excluded.lheo_modified_at, title = excluded.title, objective = excluded.objective,
            entry_level = excluded.entry_level, exit_level = excluded.exit_level, certifying = excluded.certifying,
            path = excluded.path, general_goal = excluded.general_goal, formacodes = excluded.formacodes,
            nsf = excluded.nsf, rome = excluded.rome, rncp = excluded.rncp, rs = excluded.rs,
            certifinfo = excluded.certifinfo, cpf = excluded.cpf, body_number = excluded.body_number, warnings = excluded.warnings,
            updated_at = excluded.updated_at, updated_by = excluded.updated_by, confirmed_at = excluded.confirmed_at,
            version = o.version + 1,
            state = case when o.state = 'archived' then excluded.state else o.state end,
            archived_at = case when o.state = 'archived' then null else o.archived_at end,
            published_at = case when o.state = 'archived' then excluded.published_at else o.published_at end
     returning o.id, o.structure_id as "structureId", o.external_number as number`,
    {
      source,
      state: publish ? 'published' : 'draft',
      publish,
      now,
      userId,
      rows: JSON.stringify(rows),
    },
  );
  const ids = new Map(kept.map((row) => [keyOf(row), row.id]));
  return formations.map((one) => ids.get(keyOf(one)) as number);
}
