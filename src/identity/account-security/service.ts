import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { type Account, lockAccount } from '../account/service.ts';
import { endCredentialLinks, endSessions } from '../credentials.ts';
import { removePasskeysOf } from '../passkeys/service.ts';
import { removeFactorOf } from '../second-factor/service.ts';
import { type Ended, endedByAgencyMessage } from './mails.ts';
import type { AccountSecurity } from './repository.ts';
import * as repository from './repository.ts';

export type { Ended } from './mails.ts';
export { searchAccounts } from './repository.ts';

/** What protects an account, and what is open of it. @throws NotFound when there is no such person */
export async function getAccountSecurity(
  { db, clock }: Dependencies,
  userId: number,
): Promise<AccountSecurity> {
  const account = await repository.findAccountSecurity(db, userId, clock.now());
  if (!account) throw new NotFound();
  return account;
}

/** What each ending does. @returns whether there was something to end; undefined when it is worth doing all the same */
const endings: Readonly<
  Record<
    Ended,
    {
      /** Left out where whoever ends it tells the journal. */
      action?: 'session.ended' | `account.${'links_ended' | 'second_factor_disabled' | 'passkey_removed'}`;
      end(
        trx: Knex.Transaction,
        account: Account,
        deps: Dependencies,
        managerId: number,
      ): Promise<boolean | undefined>;
    }
  >
> = Object.freeze({
  sessions: {
    action: 'session.ended',
    // A sign-in under way has no session yet: it ends too.
    end: async (trx, { id }, deps) => (await endSessions(deps, trx, id)) > 0 || undefined,
  },
  links: {
    action: 'account.links_ended',
    async end(trx, { id }, deps) {
      const ended = await endCredentialLinks(deps, trx, id, deps.clock.now());
      const { links = 0 } = await emit(deps, trx, 'account.links_ending', { userId: id });
      return ended + links > 0;
    },
  },
  factor: {
    action: 'account.second_factor_disabled',
    async end(trx, { id }, deps) {
      if (!(await removeFactorOf(trx, id))) return false;
      await endSessions(deps, trx, id);
      return true;
    },
  },
  passkeys: {
    action: 'account.passkey_removed',
    async end(trx, { id }, deps) {
      if (!(await removePasskeysOf(trx, id))) return false;
      await endSessions(deps, trx, id);
      return true;
    },
  },
  identities: {
    async end(trx, { id }, deps, managerId) {
      const event = { userId: id, byUserId: managerId };
      const { identities = 0 } = await emit(deps, trx, 'account.identities_ending', event);
      if (identities > 0) await endSessions(deps, trx, id);
      return identities > 0;
    },
  },
});

/**
 * Ends something of somebody's account, for the agency; they are told by e-mail, and the journal tells by whom. What
 * takes away a factor or another way in ends their sessions too. Where no session was open, a sign-in under way ends, the journal tells
 * it, and nobody is written to.
 * @param managerId who does it, never to themself: « Mon compte » asks for what protects the account
 * @returns whether something was open
 * @throws NotFound when there is no such person, Conflict when there is nothing (any more) to end
 */
export async function endForAgency(
  deps: Dependencies,
  { managerId, userId, what }: { managerId: number; userId: number; what: Ended },
): Promise<boolean> {
  const { db, clock, mail, config } = deps;
  if (managerId === userId) {
    throw new Forbidden('Pour votre propre compte, passez par «\u00a0Mon compte\u00a0».');
  }
  await getAccountSecurity(deps, userId);
  return db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    const at = clock.now();
    const { action, end } = endings[what];
    const ended = await end(trx, account, deps, managerId);
    if (ended === false) {
      throw new Conflict(
        'Il n’y avait rien à fermer ni à retirer\u00a0: la page vient d’être mise à jour.',
        'Déjà fait',
      );
    }
    if (action) await recordAudit(trx, { action, at, actorId: managerId, personId: userId });
    if (ended) await mail.enqueue(trx, endedByAgencyMessage(account, what, at, config));
    return ended === true;
  });
}
