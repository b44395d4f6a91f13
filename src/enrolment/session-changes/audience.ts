import type { Knex } from 'knex';
import { holds, type KnownRecipient, MANAGES, recipientsWho } from '#access/recipients.ts';
import { query } from '#platform/database/query.ts';
import { parisDay } from '#platform/french/time.ts';
import { LIVE_STATES, type State } from '../states.ts';

/** Somebody in a session, with those who follow their file for the structure. */
export interface ConcernedPerson {
  enrolmentId: number;
  userId: number;
  name: string;
  state: State;
  structureId: number;
  structureName: string;
  /** Whoever approved (and in whose place) and still may; before any approval, every validator of the structure but the person. */
  validators: KnownRecipient[];
}

/** Everybody whom a change of a session concerns. */
export interface Concerned {
  sessionId: number;
  actionTitle: string;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  people: ConcernedPerson[];
  providers: KnownRecipient[];
  agency: KnownRecipient[];
}

interface PersonRow extends ConcernedPerson {
  /** Whoever decided, and in whose name. */
  approverIds: number[];
}

/** Reads, in one statement, who is in a session in some states (the live ones), and who hears of it today. */
export async function findConcerned(
  db: Knex,
  sessionId: number,
  now: Date,
  states: readonly State[] = LIVE_STATES,
): Promise<Concerned> {
  const rows = await query<(Omit<Concerned, 'people'> & { people: PersonRow[] })[]>(
    db,
    `with inside as (
       select e.id, e.user_id, e.structure_id, e.state, e.requested_at
         from enrolments e where e.session_id = :sessionId and e.state = any(cast(:states as text[]))
     ), validating as (
       select st.structure_id, ${recipientsWho(`p.id in (
         select v.user_id from acting_validators v
          where v.structure_id = st.structure_id and cast(:today as date) between v.from_day and v.until_day)`)} as people
         from (select distinct structure_id from inside) st
     )
     select s.id as "sessionId", a.title as "actionTitle", pr.name as "providerName", s.starts_at as "startsAt",
            s.ends_at as "endsAt", ${recipientsWho(holds('provider', 'a.provider_id'))} as providers,
            ${recipientsWho(MANAGES)} as agency,
            coalesce((select json_agg(json_build_object(
                        'enrolmentId', i.id, 'userId', u.id, 'name', full_name(u),
                        'state', i.state, 'structureId', i.structure_id, 'structureName', st.name,
                        'validators', v.people,
                        'approverIds', array(select unnest(array[h.by_user_id, h.for_user_id])
                                               from (select * from enrolment_history
                                                      where enrolment_id = i.id and by_role = 'hr_validator'
                                                      order by id desc limit 1) h))
                      order by i.requested_at, i.id)
                        from inside i join users u on u.id = i.user_id join structures st on st.id = i.structure_id
                        join validating v on v.structure_id = i.structure_id), '[]') as people
       from sessions s join actions a on a.id = s.action_id join structures pr on pr.id = a.provider_id
      where s.id = :sessionId`,
    { sessionId, states: [...states], today: parisDay(now).toString() },
  );
  const [found] = rows as [Omit<Concerned, 'people'> & { people: PersonRow[] }];
  return { ...found, people: found.people.map(withFollowers) };
}

function withFollowers({ approverIds, validators, ...person }: PersonRow): ConcernedPerson {
  const others = validators.filter(({ id }) => id !== person.userId);
  const approver = others.filter(({ id }) => approverIds.includes(id));
  return { ...person, validators: approver.length > 0 ? approver : others };
}
