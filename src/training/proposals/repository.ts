import type { Knex } from 'knex';
import type { KnownRecipient } from '#access/recipients.ts';
import { EDITED_SLOTS } from '#enrolment/slots.ts';
import { query } from '#platform/database/query.ts';
import { NotFound } from '#platform/errors.ts';
import type { ManagedSession } from '../sessions/service.ts';

export type ProposalState = 'pending' | 'accepted' | 'refused' | 'withdrawn';

/** A proposal with all that its pages show. */
export interface Proposal {
  id: number;
  providerId: number;
  providerName: string;
  actionId: number;
  actionTitle: string;
  modality: string;
  /** The action is still this body's, and in the catalogue. */
  actionIsTheirs: boolean;
  isChange: boolean;
  sessionId: number | null;
  sessionVersion: number | null;
  /** Of the session to change, as it is. */
  startsAt: Date | null;
  endsAt: Date | null;
  form: Record<string, string>;
  former: Record<string, string> | null;
  comment: string;
  state: ProposalState;
  proposedBy: number | null;
  proposerName: string | null;
  proposedAt: Date;
  deciderName: string | null;
  decidedAt: Date | null;
  refusalReason: string | null;
  createdSessionId: number | null;
}

const PROPOSAL = `
  select p.id, p.provider_id as "providerId", pr.name as "providerName", p.action_id as "actionId",
         a.title as "actionTitle", a.modality,
         a.provider_id = p.provider_id and a.archived_at is null as "actionIsTheirs", p.is_change as "isChange",
         p.session_id as "sessionId", p.session_version as "sessionVersion", s.starts_at as "startsAt",
         s.ends_at as "endsAt", p.form, p.former, p.comment, p.state, p.proposed_by as "proposedBy",
         full_name(u) as "proposerName", p.proposed_at as "proposedAt",
         full_name(d) as "deciderName", p.decided_at as "decidedAt",
         p.refusal_reason as "refusalReason", p.created_session_id as "createdSessionId"
    from session_proposals p
    join structures pr on pr.id = p.provider_id
    join actions a on a.id = p.action_id
    left join sessions s on s.id = p.session_id
    left join users u on u.id = p.proposed_by
    left join users d on d.id = p.decided_by`;

async function findProposal(db: Knex, id: number): Promise<Proposal | undefined> {
  const rows = await query<Proposal[]>(db, `${PROPOSAL} where p.id = ?`, [id]);
  return rows[0];
}

/** @throws NotFound when there is none of this number, or it is another body's */
export async function getProposal(db: Knex, id: number, providerId?: number): Promise<Proposal> {
  const proposal = await findProposal(db, id);
  if (!proposal || (providerId !== undefined && proposal.providerId !== providerId)) throw new NotFound();
  return proposal;
}

/**
 * A proposal with the session that it would change, as it is, in one statement.
 * @throws NotFound when there is none of this number
 */
export async function getProposalFile(
  db: Knex,
  id: number,
): Promise<Proposal & { session: (ManagedSession & { live: number }) | null }> {
  const { rows } = await db.raw(
    `select q.*, (
       select json_build_object(
                'id', s.id, 'actionId', s.action_id, 'version', s.lock_version, 'startsAt', s.starts_at,
                'endsAt', s.ends_at, 'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity,
                'waitingCapacity', s.waiting_capacity, 'opensAt', s.registration_opens_at,
                'closesAt', s.registration_closes_at, 'reference', s.reference, 'enrolments', 0,
                'live', s.live_requests,
                'slots', ${EDITED_SLOTS})
         from sessions s where s.id = q."sessionId" and q.state = 'pending') as session
       from (${PROPOSAL} where p.id = ?) q`,
    [id],
  );
  const found = rows[0];
  if (!found) throw new NotFound();
  if (found.session) {
    for (const moment of ['startsAt', 'endsAt', 'opensAt', 'closesAt'])
      found.session[moment] = new Date(found.session[moment]);
  }
  return found;
}

/** One page of what a body has proposed, the latest first. */
export async function findProposals(
  db: Knex,
  providerId: number,
  page: { offset: number; limit: number },
): Promise<(Proposal & { total: number })[]> {
  return query<(Proposal & { total: number })[]>(
    db,
    `select q.*, (select count(*) from session_proposals c where c.provider_id = :providerId) as total
       from (${PROPOSAL}) q where q."providerId" = :providerId
      order by q."proposedAt" desc, q.id desc offset :offset limit :limit`,
    { providerId, offset: page.offset, limit: page.limit },
  );
}

/** An action for which its body may propose something. */
export interface ProposableAction {
  id: number;
  title: string;
  modality: string;
}

/** The actions of a body in the catalogue: those to choose from, or the one of this number. */
export function findProposable(db: Knex, providerId: number, actionId?: number): Promise<ProposableAction[]> {
  const actions = db('actions')
    .where({ provider_id: providerId })
    .whereNotNull('published_at')
    .whereNull('archived_at')
    .orderBy(['title', 'id'])
    .limit(500)
    .select('id', 'title', 'modality');
  return actionId === undefined ? actions : actions.where({ id: actionId });
}

/** The action of a session, when it is one of the body's. */
export async function findActionOf(
  db: Knex,
  providerId: number,
  sessionId: number,
): Promise<ProposableAction | undefined> {
  return db('sessions as s')
    .join('actions as a', 'a.id', 's.action_id')
    .where({ 's.id': sessionId, 'a.provider_id': providerId })
    .first('a.id', 'a.title', 'a.modality');
}

/** Proposals of a body that wait, and whether one of them is about this session. */
export async function findPending(
  trx: Knex,
  providerId: number,
  sessionId: number | null,
): Promise<{ count: number; aboutSession: boolean }> {
  const rows = await query<[{ count: number; aboutSession: boolean }]>(
    trx,
    `select count(*) as count, coalesce(bool_or(session_id = :sessionId), false) as "aboutSession"
       from session_proposals where provider_id = :providerId and state = 'pending'`,
    { providerId, sessionId },
  );
  return rows[0];
}

/** What is kept of a proposal when it is made. */
export interface NewProposal {
  providerId: number;
  actionId: number;
  session: { id: number; version: number; fields: Record<string, string> } | null;
  form: Readonly<Record<string, string>>;
  comment: string;
  by: number;
  at: Date;
  formKey: string;
}

/** @returns undefined when this form has proposed it already */
export async function insertProposal(trx: Knex.Transaction, one: NewProposal): Promise<number | undefined> {
  const [row] = await trx('session_proposals')
    .insert({
      provider_id: one.providerId,
      action_id: one.actionId,
      is_change: one.session !== null,
      session_id: one.session?.id ?? null,
      session_version: one.session?.version ?? null,
      form: JSON.stringify(one.form),
      former: one.session ? JSON.stringify(one.session.fields) : null,
      comment: one.comment,
      proposed_by: one.by,
      proposed_at: one.at,
      form_key: one.formKey,
    })
    .onConflict('form_key')
    .ignore()
    .returning('id');
  return row?.id;
}

/** Whether this form has proposed something already. */
export async function isKnownKey(trx: Knex, formKey: string): Promise<boolean> {
  return (await trx('session_proposals').where({ form_key: formKey }).first('id')) !== undefined;
}

/** Whoever proposed, while their account is open and they still act for the body. */
export async function findProposer(trx: Knex, proposal: Proposal): Promise<KnownRecipient | undefined> {
  return trx('users as u')
    .join('affiliations as af', 'af.user_id', 'u.id')
    .where({ 'u.id': proposal.proposedBy, 'af.structure_id': proposal.providerId })
    .whereNull('u.closed_at')
    .first('u.id', 'u.email', { firstName: 'u.first_name', lastName: 'u.last_name' });
}
