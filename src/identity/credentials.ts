import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emit } from '#platform/events.ts';
import { SessionOver } from '#platform/web/session.ts';

declare module '#platform/events.ts' {
  interface DomainEvents {
    /** The links that could still open or move an account end, as it is perhaps being taken back. Counted: `links`. */
    'account.credential_links_ending': { userId: number; at: Date };
  }
}

/**
 * Ends every link that could still open or move an account, or decide in the person's place: new passwords asked for,
 * changes of e-mail not confirmed, requests for a place to approve, and those that others keep. Somebody who changes a password or an e-mail may be
 * taking the account back from whoever asked for those, or reads the mail they were sent to. The person must be locked.
 * @returns how many could still be used
 */
export async function endCredentialLinks(
  deps: Dependencies,
  trx: Knex.Transaction,
  userId: number,
  at: Date,
): Promise<number> {
  const resets: { expires_at: Date }[] = await trx('password_resets')
    .where({ user_id: userId, used_at: null })
    .update({ used_at: at }, 'expires_at');
  const changes: { expires_at: Date }[] = await trx('email_changes')
    .where({ user_id: userId, outcome: null })
    .update({ outcome: 'cancelled', ended_at: at }, 'expires_at');
  const decisions = await trx('decision_links')
    .where({ user_id: userId, ended_at: null })
    .update({ ended_at: at });
  const { links = 0 } = await emit(deps, trx, 'account.credential_links_ending', { userId, at });
  return [...resets, ...changes].filter(({ expires_at }) => expires_at > at).length + decisions + links;
}

/**
 * Ends the sessions of a person: those that are open, and those whose sign-in is under way, which will be of a
 * generation that is over. Whatever changes how a person signs in ends here.
 * @param keptSid the session that goes on; every one ends without it
 * @returns how many were open
 * @throws SessionOver when the session that should go on was itself ended meanwhile: nothing is to come of its request
 */
export async function endSessions(
  deps: Dependencies,
  trx: Knex.Transaction,
  userId: number,
  keptSid?: string,
): Promise<number> {
  const ended = await deleteSessions(trx, userId, keptSid);
  await emit(deps, trx, 'sessions.ended', { userId });
  return ended;
}

/** The same, told to nobody. */
export async function deleteSessions(
  trx: Knex.Transaction,
  userId: number,
  keptSid?: string,
): Promise<number> {
  const rows = await query<{ generation: number }[]>(
    trx,
    'update users set session_generation = session_generation + 1 where id = ? returning session_generation as generation',
    [userId],
  );
  const generation = rows[0]?.generation;
  if (generation === undefined) return 0;
  const owned = `sess #>> '{passport,user}' = :owner`;
  const given = { owner: String(userId), keptSid: keptSid ?? '', generation };
  if (keptSid !== undefined) {
    const kept = await execute(
      trx,
      `update web_sessions
          set sess = cast(jsonb_set(cast(sess as jsonb), '{generation}', to_jsonb(cast(:generation as int))) as json)
        where sid = :keptSid and ${owned} and cast(sess ->> 'generation' as int) = cast(:generation as int) - 1`,
      given,
    );
    if (kept === 0) throw new SessionOver();
  }
  return execute(trx, `delete from web_sessions where ${owned} and sid <> :keptSid`, given);
}
