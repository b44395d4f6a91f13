import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { IssuedBadge } from '../issuing/repository.ts';
import { isForAction } from '../models/service.ts';

/** SQL: the person of the enrolment `e` has neither asked for the model `m` nor holds it. */
const IS_FREE = `
  not exists (
    select from badge_requests o where o.user_id = e.user_id and o.model_id = m.id and (
      o.state = 'pending' or exists (
        select from badges b where b.request_id = o.id
           and not exists (select from badge_revocations r where r.code = b.code))))`;

/** SQL: the presence of the enrolment `e` is settled: the sheet is validated, and was not corrected since. */
export const HAS_ATTENDED = `
  e.state = 'attended' and exists (
    select from attendance_sheets t where t.session_id = e.session_id and not exists (
      select from attendance k join enrolments ke on ke.id = k.enrolment_id
       where ke.session_id = t.session_id and k.changed_at > t.closed_at))`;

const CAN_ASK = `m.retired_at is null and ${isForAction('m.id', 'e.action_id')} and ${IS_FREE}`;

/**
 * SQL of what a list of a person's requests shows about badges, as JSON: `canAsk`, `waits`, `given`.
 * @param m the SQL name of a row of enrolments
 */
export const badgesSql = (m: string): string => `(
  select json_build_object(
           'canAsk', ${HAS_ATTENDED} and exists (select from badge_models m where ${CAN_ASK}),
           'waits', exists (select from badge_requests q where q.enrolment_id = e.id and q.state = 'pending'),
           'given', exists (select from badge_requests q join badges b on b.request_id = q.id
                             where q.enrolment_id = e.id
                               and not exists (select from badge_revocations r where r.code = b.code)))
    from (select ${m}.id, ${m}.user_id, ${m}.session_id, ${m}.action_id, ${m}.state) e)`;

/** A model that somebody may ask for. */
export interface Askable {
  id: number;
  version: number;
  name: string;
  description: string;
  criteria: string;
}

/** Of a request for a place, all that « Demander un open badge » shows. */
export interface AskingFacts {
  enrolmentId: number;
  userId: number;
  actionTitle: string;
  hasAttended: boolean;
  models: Askable[];
}

/** @returns undefined when there is none of this number */
export async function findAsking(db: Knex, enrolmentId: number): Promise<AskingFacts | undefined> {
  const [found] = await query<AskingFacts[]>(
    db,
    `select e.id as "enrolmentId", e.user_id as "userId", a.title as "actionTitle", ${HAS_ATTENDED} as "hasAttended",
            (select coalesce(json_agg(json_build_object('id', m.id, 'version', v.version, 'name', v.name,
                      'description', v.description, 'criteria', v.criteria) order by v.name, m.id), '[]')
               from badge_models m
               join lateral (select * from badge_model_versions v where v.model_id = m.id
                              order by v.version desc limit 1) v on true
              where ${CAN_ASK}) as models
       from enrolments e join actions a on a.id = e.action_id where e.id = :enrolmentId`,
    { enrolmentId },
  );
  return found;
}

/** @returns undefined when the person has asked for it already */
export async function insertRequest(
  trx: Knex.Transaction,
  request: {
    enrolmentId: number;
    userId: number;
    modelId: number;
    evidence: string;
    showsCertificate: boolean;
    at: Date;
  },
): Promise<number | undefined> {
  const [row] = await query<{ id: number }[]>(
    trx,
    `insert into badge_requests (enrolment_id, user_id, model_id, evidence, shows_certificate, asked_at)
     values (:enrolmentId, :userId, :modelId, :evidence, :showsCertificate, :at)
     on conflict do nothing returning id`,
    request,
  );
  return row?.id;
}

/** A badge that somebody asked for, with what became of it. */
export interface MyBadge
  extends Pick<
    IssuedBadge,
    'salt' | 'identityHash' | 'revokedAt' | 'cause' | 'modelId' | 'version' | 'name'
  > {
  requestId: number;
  state: 'pending' | 'accepted' | 'refused' | 'withdrawn';
  askedAt: Date;
  actionTitle: string;
  refusalReason: string | null;
  revocationWords: string | null;
  /** Null until it is given. */
  code: string | null;
  awardedAt: Date | null;
}

/** What somebody asked for, the latest first, each with the badge that came of it last. */
export const findMine = (db: Knex, userId: number): Promise<MyBadge[]> =>
  query(
    db,
    `select q.id as "requestId", q.state, q.asked_at as "askedAt", q.refusal_reason as "refusalReason",
            q.revocation_words as "revocationWords", a.title as "actionTitle", b.code, b.awarded_at as "awardedAt",
            c.salt, c.identity_hash as "identityHash", r.at as "revokedAt", r.cause,
            v.model_id as "modelId", v.version, v.name
       from badge_requests q
       join enrolments e on e.id = q.enrolment_id
       join actions a on a.id = e.action_id
       left join lateral (
         select * from badges b where b.request_id = q.id
            and not exists (select from badges later where later.replaces_code = b.code)) b on true
       left join badge_contents c on c.code = b.code
       left join badge_revocations r on r.code = b.code
       join lateral (
         select * from badge_model_versions v
          where v.model_id = q.model_id and v.version = coalesce(b.model_version, v.version)
          order by v.version desc limit 1) v on true
      where q.user_id = :userId order by q.asked_at desc, q.id desc limit 200`,
    { userId },
  );

/** What is signed of the good badges that somebody has, and what they want done with them. */
export async function findOutlook(
  db: Knex,
  userId: number,
): Promise<{ good: { jws: string | null }[]; wish: 'keep' | 'revoke' | null }> {
  const [outlook] = await query<[{ good: { jws: string | null }[]; wish: 'keep' | 'revoke' | null }]>(
    db,
    `select (select coalesce(json_agg(json_build_object('jws', c.jws)), '[]')
               from badges b
               join badge_requests q on q.id = b.request_id
               left join badge_contents c on c.code = b.code
              where q.user_id = :userId and not exists (select from badge_revocations r where r.code = b.code)) as good,
            (select h.on_deletion from badge_holders h where h.user_id = :userId) as wish`,
    { userId },
  );
  return outlook;
}

/** What somebody wants done with their badges when their account goes; null where they have not said. */
export async function findWish(db: Knex, userId: number): Promise<'keep' | 'revoke' | null> {
  const row = await db('badge_holders').where({ user_id: userId }).first('on_deletion');
  return row?.on_deletion ?? null;
}

export async function saveWish(
  trx: Knex.Transaction,
  userId: number,
  wish: 'keep' | 'revoke',
): Promise<void> {
  await trx('badge_holders').insert({ user_id: userId, on_deletion: wish }).onConflict('user_id').merge();
}
