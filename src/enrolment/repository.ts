import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Doer } from './doer.ts';
import type { EnrolmentKeys } from './locks.ts';
import { LIVE_STATES, type Role, type State } from './states.ts';

/** An enrolment as a decision needs it. */
export interface EnrolmentRow extends EnrolmentKeys {
  id: number;
  state: State;
}

const enrolmentColumns = {
  id: 'enrolments.id',
  userId: 'enrolments.user_id',
  structureId: 'enrolments.structure_id',
  actionId: 'enrolments.action_id',
  sessionId: 'enrolments.session_id',
  state: 'enrolments.state',
};

/** @returns undefined when there is none of this id */
export function findEnrolment(db: Knex, id: number): Promise<EnrolmentRow | undefined> {
  return db('enrolments').where({ id }).first(enrolmentColumns);
}

/** The queues of all sessions of an action, oldest request first: the order in which seats are given. */
export function findQueue(db: Knex, actionId: number): Promise<EnrolmentRow[]> {
  return db('enrolments')
    .where({ action_id: actionId, state: 'waitlisted' })
    .orderBy(['requested_at', 'id'])
    .select(enrolmentColumns);
}

/** What a person still waits for or holds for a structure, in the order in which actions are locked. */
export function findLiveOf(db: Knex, userId: number, structureId: number): Promise<EnrolmentRow[]> {
  return db('enrolments')
    .where({ user_id: userId, structure_id: structureId })
    .whereIn('state', [...LIVE_STATES])
    .orderBy(['action_id', 'id'])
    .select(enrolmentColumns);
}

/**
 * Adds a request, dated no earlier than any for the same action: seats are given in the order of the dates, and the
 * clocks of two computers differ. Of one date, the numbers decide. The rows must be locked.
 * @returns the new enrolment's id
 */
export async function insertEnrolment(
  trx: Knex.Transaction,
  keys: EnrolmentKeys,
  values: { state: State; motivation: string; requestedAt: Date },
): Promise<number> {
  const [row] = await trx('enrolments').insert(
    {
      user_id: keys.userId,
      structure_id: keys.structureId,
      action_id: keys.actionId,
      session_id: keys.sessionId,
      state: values.state,
      motivation: values.motivation,
      requested_at: trx.raw(
        'greatest(cast(? as timestamptz), (select max(requested_at) from enrolments where action_id = ?))',
        [values.requestedAt, keys.actionId],
      ),
    },
    'id',
  );
  return row.id;
}

export async function updateState(
  trx: Knex.Transaction,
  id: number,
  state: State,
  withdrawnLate: boolean,
): Promise<void> {
  await trx('enrolments').where({ id }).update({ state, withdrawn_late: withdrawnLate });
}

/** The person said that they come, on the new dates. */
export async function markConfirmed(trx: Knex.Transaction, id: number, at: Date): Promise<void> {
  await trx('enrolments').where({ id }).update({ confirmed_at: at });
}

/** Adds a line to the append-only history. */
export async function insertHistory(
  trx: Knex.Transaction,
  enrolmentId: number,
  line: {
    at: Date;
    from: State | null;
    to: State;
    by: Doer;
    reason: string | null;
    /** The session that the person leaves for another one. */
    fromSessionId?: number;
  },
): Promise<void> {
  await trx('enrolment_history').insert({
    enrolment_id: enrolmentId,
    at: line.at,
    from_state: line.from,
    to_state: line.to,
    by_user_id: line.by.userId,
    by_role: line.by.role,
    for_user_id: line.by.forUserId ?? null,
    way: line.by.way,
    reason: line.reason,
    from_session_id: line.fromSessionId ?? null,
  });
}

/** A change of an enrolment: who, when, to what. */
export interface LatestChange {
  at: Date;
  from: State | null;
  to: State;
  role: Role;
  userId: number | null;
  name: string | null;
  /** The absent Valideur RH in whose name it was done. */
  forName: string | null;
  reason: string | null;
}

/**
 * The change that took an enrolment out of a state: the decision, whatever came after it.
 * @param from where the decision started; the very last change when left out, or never left from there
 */
export async function findChangeFrom(db: Knex, enrolmentId: number, from?: State): Promise<LatestChange> {
  const rows = await query<LatestChange[]>(
    db,
    `select h.at, h.from_state as "from", h.to_state as "to", h.by_role as role, h.by_user_id as "userId", h.reason,
            full_name(u) as name, full_name(f) as "forName"
       from enrolment_history h left join users u on u.id = h.by_user_id left join users f on f.id = h.for_user_id
      where h.enrolment_id = ? order by coalesce(h.from_state = ?, false) desc, h.id desc limit 1`,
    [enrolmentId, from ?? null],
  );
  return rows[0] as LatestChange;
}

/**
 * Whether somebody may still do what they are about to: rights are taken away while pages stay open.
 * Read after the locks, like everything that a decision depends on. A Valideur RH may decide in several names: theirs is
 * looked for by `decision/standing.ts`.
 */
export async function mayStillAct(db: Knex, by: Doer, { userId, actionId }: EnrolmentKeys): Promise<boolean> {
  if (by.role === 'system') return true;
  if (by.role === 'beneficiary') return by.userId === userId;
  if (by.role === 'agency') {
    return (await db('users').where({ id: by.userId, is_agency_manager: true }).first('id')) !== undefined;
  }
  if (by.role === 'hr_validator') return false;
  const held = await db('affiliation_rights')
    .join('affiliations', 'affiliations.id', 'affiliation_id')
    .where({ user_id: by.userId, right: by.role })
    .where('structure_id', db('actions').where({ id: actionId }).select('provider_id'))
    .first('right');
  return held !== undefined;
}

/** An action's session as the request form needs it, published ones only. */
export interface RequestTarget {
  actionId: number;
  slug: string;
  title: string;
  kindLabel: string;
  needsHrApproval: boolean;
  needsProviderApproval: boolean;
  modality: string;
  durationDays: number;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
}

/** @returns undefined when the session is not one of this published action */
export async function findRequestTarget(
  db: Knex,
  slug: string,
  sessionId: number,
  now: Date,
): Promise<RequestTarget | undefined> {
  return db('actions')
    .join('sessions', 'sessions.action_id', 'actions.id')
    .join('action_kinds', 'action_kinds.id', 'actions.kind_id')
    .where({ 'actions.slug': slug, 'sessions.id': sessionId })
    .whereRaw('is_public(actions, ?)', [now])
    .first({
      actionId: 'actions.id',
      slug: 'actions.slug',
      title: 'actions.title',
      kindLabel: 'action_kinds.label',
      needsHrApproval: 'action_kinds.needs_hr_approval',
      needsProviderApproval: 'action_kinds.needs_provider_approval',
      modality: 'actions.modality',
      durationDays: 'actions.duration_days',
      sessionId: 'sessions.id',
      startsAt: 'sessions.starts_at',
      endsAt: 'sessions.ends_at',
    });
}

/** Whoever decides by an e-mail link uses their account, without signing in; they must be locked. */
export async function noteLinkUse(trx: Knex.Transaction, userId: number | null, at: Date): Promise<void> {
  await trx('users').where({ id: userId }).update({ last_link_use_at: at });
}

/** Puts a place left to somebody who went back among those for the agency to examine. */
export async function unmarkKept(trx: Knex.Transaction, id: number): Promise<void> {
  await trx('enrolments').where({ id }).update({ kept_at: null, kept_by: null });
}
