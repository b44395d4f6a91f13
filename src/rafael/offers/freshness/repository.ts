import type { Knex } from 'knex';
import type { KnownRecipient } from '#access/recipients.ts';
import { holds, recipientsWho } from '#access/recipients.ts';
import { execute, query } from '#platform/database/query.ts';

/** The moments that decide. */
export interface Moments {
  now: Date;
  /** `YYYY-MM-DD` */
  today: string;
  askedBefore: Date;
  confirmedBefore: Date;
  remindedBefore: Date;
}

/** A formation that a body is written to about. */
export interface NamedOffer {
  id: number;
  title: string;
  number: string;
}

/** A session that is over, and still open to requests. */
export interface PastSession {
  id: number;
  offerId: number;
  title: string;
  endsOn: string;
}

/** What a body is to be told. */
export interface Due {
  structureId: number;
  structureName: string;
  /** Published, not confirmed for long; nobody has been asked since. */
  toConfirm: NamedOffer[];
  past: PastSession[];
  /** Nobody answered: no longer published. */
  leaving: NamedOffer[];
  /** Who keeps the catalogue. */
  keepers: KnownRecipient[];
}

const TO_CONFIRM = `o.state = 'published' and o.confirmed_at < :askedBefore
  and (o.reminded_at is null or o.reminded_at < o.confirmed_at)`;
/** Where somebody has a place or waits for one, a formation stays. */
const LEAVING = `o.state = 'published' and o.confirmed_at < :confirmedBefore
  and o.reminded_at between o.confirmed_at and :remindedBefore
  and (select unpublishes_unconfirmed from rafael_settings)
  and not exists (select from offer_sessions s where s.offer_id = o.id and s.state = 'open' and s.seats_held + s.waiting > 0)`;
const PAST = `s.state = 'open' and s.recruiting = 1 and s.ends_on < cast(:today as date) and s.reminded_at is null`;

const bindingsOf = (moments: Moments) => ({ ...moments });

/** The bodies that are to be told of something. */
export async function findBodiesDue(db: Knex, moments: Moments): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    db,
    `select o.structure_id as id from offers o where (${TO_CONFIRM}) or (${LEAVING})
     union
     select s.structure_id from offer_sessions s join offers o on o.id = s.offer_id
      where o.state = 'published' and ${PAST}
     order by id`,
    bindingsOf(moments),
  );
  return rows.map(({ id }) => id);
}

const offersWhere = (condition: string): string => `
  (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.title, 'number', o.external_number)
                            order by o.title, o.id), '[]')
     from offers o where o.structure_id = b.id and ${condition})`;

/** What one body is to be told. */
export async function findDue(trx: Knex, structureId: number, moments: Moments): Promise<Due | undefined> {
  const [row] = await query<Due[]>(
    trx,
    `select b.id as "structureId", b.name as "structureName", ${offersWhere(TO_CONFIRM)} as "toConfirm",
            ${offersWhere(LEAVING)} as leaving,
            (select coalesce(json_agg(json_build_object('id', s.id, 'offerId', o.id, 'title', o.title,
                      'endsOn', s.ends_on) order by s.ends_on, s.id), '[]')
               from offer_sessions s join offers o on o.id = s.offer_id
              where s.structure_id = b.id and o.state = 'published' and ${PAST}) as past,
            ${recipientsWho(`${holds('of_catalogue', 'b.id')} or ${holds('of_general', 'b.id')}`)} as keepers
       from structures b where b.id = :structureId`,
    { ...bindingsOf(moments), structureId },
  );
  return row;
}

/** Notes of what the body was told. */
export async function noteTold(trx: Knex, { toConfirm, past }: Due, now: Date): Promise<void> {
  await execute(trx, 'update offers set reminded_at = :now where id = any (cast(:ids as int[]))', {
    now,
    ids: toConfirm.map(({ id }) => id),
  });
  await execute(trx, 'update offer_sessions set reminded_at = :now where id = any (cast(:ids as int[]))', {
    now,
    ids: past.map(({ id }) => id),
  });
}

/** Takes formations out of the offer: drafts again. */
export async function unpublish(trx: Knex, offers: readonly NamedOffer[], now: Date): Promise<void> {
  await execute(
    trx,
    `update offers set state = 'draft', updated_at = :now, updated_by = null, version = version + 1
      where id = any (cast(:ids as int[]))`,
    { now, ids: offers.map(({ id }) => id) },
  );
}
