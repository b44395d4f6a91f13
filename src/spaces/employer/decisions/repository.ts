import type { Knex } from 'knex';
import type { Way } from '#enrolment/doer.ts';
import type { State } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { filtered, type HrFilter } from '../filter.ts';
import type { HrProfile } from '../profile.ts';

/** What was decided: the request, or an approval that was given before. */
export const OUTCOMES = ['approved', 'refused', 'withdrawn'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A decision that somebody of the structure took. */
export interface TakenDecision {
  id: number;
  at: Date;
  outcome: Outcome;
  /** The state that the enrolment is in now comes from an approval taken back. */
  isWithdrawnNow: boolean;
  reason: string | null;
  deciderName: string;
  /** The absent Valideur RH in whose name they decided. */
  forName: string | null;
  role: 'hr_validator' | 'agency';
  way: Way;
  personName: string;
  actionTitle: string;
  kindLabel: string;
  startsAt: Date;
  endsAt: Date;
  state: State;
  /** Whoever looks can take the approval back: the person still holds a seat to come. */
  maySeatBeTakenBack: boolean;
  withdrawnLate: boolean;
  total: number;
}

/**
 * All decisions of a structure's validators (and of the agency for it), latest first, a page of them. The period is that
 * of the decision.
 * @param filter `state`: one of {@link OUTCOMES}, or anything else for all
 */
export async function findDecisions(
  db: Knex,
  { structureId, barred }: HrProfile,
  filter: HrFilter,
  { now, ...page }: { now: Date; offset: number; limit: number },
): Promise<TakenDecision[]> {
  return query<TakenDecision[]>(
    db,
    `with taken as (
       select h.id, h.enrolment_id, h.at, h.reason, h.by_role, h.way, h.by_user_id, h.for_user_id,
              case when h.to_state <> 'refused_by_hr' then 'approved'
                   when h.from_state = 'requested' then 'refused' else 'withdrawn' end as outcome
         from enrolment_history h
        where h.by_role in ('hr_validator', 'agency')
          and ((h.from_state = 'requested' and h.to_state in ('preregistered', 'waitlisted'))
               or h.to_state = 'refused_by_hr')
     )
     select e.id, t.at, t.outcome, t.reason, t.by_role as role, t.way,
            full_name(d) as "deciderName", full_name(f) as "forName",
            full_name(u) as "personName", a.title as "actionTitle", k.label as "kindLabel",
            s.starts_at as "startsAt", s.ends_at as "endsAt", e.state,
            e.state = 'refused_by_hr' and (
              select l.from_state <> 'requested' from enrolment_history l
               where l.enrolment_id = e.id order by l.id desc limit 1) as "isWithdrawnNow",
            is_expected(e.state) and s.starts_at > :now and k.needs_hr_approval
              and e.user_id <> all(cast(:barred as int[])) as "maySeatBeTakenBack",
            e.withdrawn_late as "withdrawnLate", count(*) over () as total
       from taken t
       join enrolments e on e.id = t.enrolment_id
       join users d on d.id = t.by_user_id
       left join users f on f.id = t.for_user_id
       join users u on u.id = e.user_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       join sessions s on s.id = e.session_id
      where e.structure_id = :structureId
        and (cast(:outcome as text) is null or t.outcome = cast(:outcome as text))
        and ${filtered({ first: 't.at', last: 't.at' })}
      order by t.at desc, t.id desc
      offset :offset limit :limit`,
    {
      ...filter,
      ...page,
      structureId,
      barred,
      now,
      outcome: OUTCOMES.find((one) => one === filter.state) ?? null,
    },
  );
}
