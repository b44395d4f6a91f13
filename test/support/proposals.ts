import type { Knex } from 'knex';

/** A training body's proposal of a session as the database has it. */
export interface ProposalRow {
  id: number;
  is_change: boolean;
  form: Record<string, string>;
  state: 'pending' | 'accepted' | 'refused' | 'withdrawn';
  proposed_by: number | null;
  decided_at: Date | null;
  created_session_id: number | null;
}

/** All proposals, oldest first. */
export const proposalsIn = (db: Knex): PromiseLike<ProposalRow[]> => db('session_proposals').orderBy('id');

export async function setProposal(db: Knex, id: number, fields: Partial<ProposalRow>): Promise<void> {
  await db('session_proposals').where({ id }).update(fields);
}

/** Marks all proposals as withdrawn, and nothing else. */
export async function withdrawProposals(db: Knex): Promise<void> {
  await db('session_proposals').update({ state: 'withdrawn', decided_at: new Date() });
}

export async function forgetProposals(db: Knex): Promise<void> {
  await db('session_proposals').delete();
}
