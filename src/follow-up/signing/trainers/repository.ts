import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** A link of a trainer, as the training body sees it. */
export interface TrainerLink {
  id: number;
  trainerName: string;
  createdAt: Date;
  createdBy: string;
  revokedAt: Date | null;
  /** Of the session as it is now: none is left where it has moved since. */
  slots: { startsAt: string; endsAt: string }[];
  /** Whether hours that it was given for are no more: those are not in `slots`. */
  isChanged: boolean;
}

/** The half-days of `trainer_links l` that its session still has. */
const LINK_SLOTS = `
  trainer_link_slots ls
  join slots sl on sl.session_id = l.session_id and sl.starts_at = ls.starts_at and sl.ends_at = ls.ends_at
 where ls.link_id = l.id`;

const IS_CHANGED = `
  exists (select from trainer_link_slots ls
           where ls.link_id = l.id and not exists (
             select from slots sl where sl.session_id = l.session_id
                and sl.starts_at = ls.starts_at and sl.ends_at = ls.ends_at)) as "isChanged"`;

/** The links of a session, the latest first. */
export function findLinks(db: Knex, sessionId: number): Promise<TrainerLink[]> {
  return query<TrainerLink[]>(
    db,
    `select l.id, l.trainer_name as "trainerName", l.created_at as "createdAt", full_name(u) as "createdBy",
            l.revoked_at as "revokedAt",
            coalesce((select json_agg(json_build_object('startsAt', sl.starts_at, 'endsAt', sl.ends_at)
                                      order by sl.starts_at)
                        from ${LINK_SLOTS}), '[]') as slots,
            ${IS_CHANGED}
       from trainer_links l join users u on u.id = l.created_by
      where l.session_id = :sessionId
      order by l.created_at desc, l.id desc`,
    { sessionId },
  );
}

/** A link that is good: what it opens. */
export interface GoodLink {
  id: number;
  sessionId: number;
  trainerName: string;
  createdBy: number;
  actionTitle: string;
  providerName: string;
  slotIds: number[];
  /** Whether hours that it was given for are no more. */
  isChanged: boolean;
}

/**
 * The link of a token, while it is good: not revoked, of somebody who still acts for the training body, and of a session
 * that is not long over.
 * @param since sessions that ended before are over
 */
export async function findLink(db: Knex, tokenHash: string, since: Date): Promise<GoodLink | undefined> {
  const rows = await query<GoodLink[]>(
    db,
    `select l.id, l.session_id as "sessionId", l.trainer_name as "trainerName", l.created_by as "createdBy",
            a.title as "actionTitle", pr.name as "providerName",
            array(select sl.id from ${LINK_SLOTS} order by sl.starts_at, sl.id) as "slotIds",
            ${IS_CHANGED}
       from trainer_links l
       join sessions s on s.id = l.session_id
       join actions a on a.id = s.action_id
       join structures pr on pr.id = a.provider_id
      where l.token_hash = :tokenHash and l.revoked_at is null and s.ends_at > :since
        and exists (select from affiliations af join affiliation_rights r on r.affiliation_id = af.id
                     where af.user_id = l.created_by and af.structure_id = a.provider_id and r."right" = 'provider')`,
    { tokenHash, since },
  );
  return rows[0];
}

/** How many links of a session are not revoked. */
export async function countLinks(trx: Knex.Transaction, sessionId: number): Promise<number> {
  const [row] = await trx('trainer_links')
    .where({ session_id: sessionId, revoked_at: null })
    .count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** @returns how many half-days it is for: those of the session among these */
export async function insertLink(
  trx: Knex.Transaction,
  link: {
    sessionId: number;
    trainerName: string;
    tokenHash: string;
    at: Date;
    by: number;
    slotIds: readonly number[];
  },
): Promise<number> {
  const [row] = await trx('trainer_links').insert(
    {
      session_id: link.sessionId,
      trainer_name: link.trainerName,
      token_hash: link.tokenHash,
      created_at: link.at,
      created_by: link.by,
    },
    'id',
  );
  return execute(
    trx,
    `insert into trainer_link_slots (link_id, starts_at, ends_at)
     select distinct cast(:linkId as int), sl.starts_at, sl.ends_at
       from slots sl where sl.session_id = :sessionId and sl.id = any(cast(:slotIds as int[]))`,
    { linkId: row.id, sessionId: link.sessionId, slotIds: [...link.slotIds] },
  );
}

/** Whether a link is not revoked. Asked for while the chain is held, which whoever revokes holds too. */
export async function isGood(trx: Knex.Transaction, linkId: number): Promise<boolean> {
  return (await trx('trainer_links').where({ id: linkId, revoked_at: null }).first('id')) !== undefined;
}

/** @returns whether there was one to revoke */
export async function revoke(
  trx: Knex.Transaction,
  { sessionId, linkId, at }: { sessionId: number; linkId: number; at: Date },
): Promise<boolean> {
  const changed = await trx('trainer_links')
    .where({ id: linkId, session_id: sessionId, revoked_at: null })
    .update({ revoked_at: at });
  return changed > 0;
}
