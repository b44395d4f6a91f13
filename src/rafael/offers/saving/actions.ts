import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { projectAction } from '../project/action.ts';
import { numberOf, type SplitFormation } from '../project/split.ts';

/** An action that is kept, with the sessions that it is to have. */
export interface KeptAction {
  id: number;
  /** Of a formation that was not there before: nothing of it can be over. */
  isNew: boolean;
  sessions: LheoElement[];
}

/** The actions of these formations, with their sessions, in one list. */
interface Asked {
  offerId: number;
  isNew: boolean;
  number: string;
  position: number;
  action: LheoElement;
  sessions: LheoElement[];
}

/**
 * Writes the actions of formations, found again by their numbers; the others of these formations are archived, with the sessions
 * where nobody has or waits for a seat.
 */
export async function keepActions(
  trx: Knex.Transaction,
  formations: readonly { offerId: number; isNew: boolean; actions: SplitFormation['actions'] }[],
  now: Date,
): Promise<KeptAction[]> {
  const asked = formations.flatMap(({ offerId, isNew, actions }) =>
    actions.map(
      ({ action, sessions }, position): Asked => ({
        offerId,
        isNew,
        number: numberOf(action),
        position,
        action,
        sessions,
      }),
    ),
  );
  const rows = asked.map(({ offerId, number, position, action }) => ({
    ...projectAction(action),
    offerId,
    number,
    position,
    lheo: action,
  }));
  const kept = await query<{ id: number; offerId: number; number: string }[]>(
    trx,
    `insert into offer_actions as a (offer_id, external_number, position, lheo, publics, teaching_mode, entry_mode,
            conventioned, programme_id, market, lot, funders, funded_places, hours_centre, hours_company, hours_total,
            price_total, place_name, place_postcode, place_city, place_commune, department, latitude, longitude, remote,
            trainer_siret, trainer_structure_id, accessible, languages)
     select "offerId", number, position, lheo, publics, "teachingMode", "entryMode", conventioned, p.id,
            left(r.market, 60), left(r.lot, 60), funders, "fundedPlaces", "hoursCentre", "hoursCompany", "hoursTotal",
            "priceTotal", "placeName", "placePostcode", "placeCity", "placeCommune", r.department, r.latitude,
            r.longitude, r.remote, "trainerSiret", s.id, accessible, languages
       from json_to_recordset(cast(:rows as json)) as r ("offerId" int, number text, position int, lheo jsonb,
            publics text[], "teachingMode" smallint, "entryMode" smallint, conventioned bool, programme text, market text,
            lot text, funders smallint[], "fundedPlaces" int, "hoursCentre" int, "hoursCompany" int, "hoursTotal" int,
            "priceTotal" numeric, "placeName" text, "placePostcode" text, "placeCity" text, "placeCommune" text,
            department text, latitude float8, longitude float8, remote bool, "trainerSiret" text, accessible text,
            languages text[])
       left join programmes p on p.code = r.programme
       left join structures s on s.siret = r."trainerSiret"
     on conflict (offer_id, external_number) do update set
            position = excluded.position, lheo = excluded.lheo, publics = excluded.publics,
            teaching_mode = excluded.teaching_mode, entry_mode = excluded.entry_mode,
            conventioned = excluded.conventioned, programme_id = excluded.programme_id, market = excluded.market,
            lot = excluded.lot, funders = excluded.funders, funded_places = excluded.funded_places,
            hours_centre = excluded.hours_centre, hours_company = excluded.hours_company,
            hours_total = excluded.hours_total, price_total = excluded.price_total, place_name = excluded.place_name,
            place_postcode = excluded.place_postcode, place_city = excluded.place_city,
            place_commune = excluded.place_commune, department = excluded.department, latitude = excluded.latitude,
            longitude = excluded.longitude, remote = excluded.remote, trainer_siret = excluded.trainer_siret,
            trainer_structure_id = excluded.trainer_structure_id, accessible = excluded.accessible,
            languages = excluded.languages, archived_at = null
     returning a.id, a.offer_id as "offerId", a.external_number as number`,
    { rows: JSON.stringify(rows) },
  );
  await archiveOthers(
    trx,
    formations.filter(({ isNew }) => !isNew).map(({ offerId }) => offerId),
    kept.map(({ id }) => id),
    now,
  );
  const ids = new Map(kept.map(({ id, offerId, number }) => [`${offerId} ${number}`, id]));
  return asked.map(({ offerId, isNew, number, sessions }) => ({
    id: ids.get(`${offerId} ${number}`) as number,
    isNew,
    sessions,
  }));
}

/** An action stays where a session of it does. */
async function archiveOthers(
  trx: Knex.Transaction,
  offers: number[],
  kept: number[],
  now: Date,
): Promise<void> {
  if (offers.length === 0) return;
  await execute(
    trx,
    `with gone as (
       select id from offer_actions
        where offer_id = any (cast(:offers as int[])) and archived_at is null and id <> all (cast(:kept as int[]))
     ), sessions as (
       update offer_sessions set state = 'archived'
        where action_id in (select id from gone) and state = 'open' and seats_held = 0 and waiting = 0
     )
     update offer_actions set archived_at = :now
      where id in (select id from gone)
        and not exists (select from offer_sessions s
                         where s.action_id = offer_actions.id and s.state = 'open'
                           and (s.seats_held > 0 or s.waiting > 0))`,
    { offers, kept, now },
  );
}
