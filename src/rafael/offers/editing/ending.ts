import type { Knex } from 'knex';
import { execute } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { withText } from '../../lheo/tree.ts';
import { heldIn, refuseWhereHeld } from '../catalogue/publication.ts';
import type { CatalogueFormation, KeptAction, KeptSession } from '../catalogue/repository.ts';
import { changeOffer, type Keeper, withAction } from '../catalogue/service.ts';
import { numberOf, type SplitFormation } from '../project/split.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** A session of a formation, and its action. @throws Error where it has none of this id */
export function sessionOf(
  formation: CatalogueFormation,
  sessionId: number,
): { action: KeptAction; session: KeptSession } {
  for (const action of formation.actions) {
    const session = action.sessions.find(({ id }) => id === sessionId);
    if (session) return { action, session };
  }
  throw new Error(`formation ${formation.id} has no session ${sessionId}`);
}

/** An action of a formation. @throws Error where it has none of this id */
export function actionOf(formation: CatalogueFormation, actionId: number): KeptAction {
  const action = formation.actions.find(({ id }) => id === actionId);
  if (!action) throw new Error(`formation ${formation.id} has no action ${actionId}`);
  return action;
}

/** The levels with the recruitment of a session in another state, as LHÉO says it: 1 open, 2 closed. */
const recruiting = (
  levels: SplitFormation,
  { action, session }: { action: KeptAction; session: KeptSession },
  state: '1' | '2',
): SplitFormation =>
  withAction(levels, action.number, (one) => ({
    ...one,
    sessions: one.sessions.map((level) =>
      numberOf(level) === session.number ? withText(level, 'etat-recrutement', state) : level,
    ),
  }));

/** Cancels a session, with the reason for those who count on it; its meetings too. @returns the id of its formation */
export const cancelSession = (
  deps: Deps,
  keeper: Keeper,
  sessionId: number,
  reason: string,
): Promise<number> =>
  changeOffer(deps, keeper, {
    which: { sessionId },
    change(levels, formation) {
      const found = sessionOf(formation, sessionId);
      if (found.session.state !== 'open') throw new Conflict('Cette session est déjà annulée.');
      return recruiting(levels, found, '2');
    },
    async also(trx, now) {
      await setState(trx, sessionId, 'cancelled', reason);
      await execute(
        trx,
        `update information_meetings set cancelled_at = :now
          where session_id = :sessionId and cancelled_at is null and starts_at > :now`,
        { sessionId, now },
      );
    },
    action: 'offer_session.cancelled',
  });

/** Takes a cancellation back: the session is open again, and so are its meetings. */
export const restoreSession = (deps: Deps, keeper: Keeper, sessionId: number): Promise<number> =>
  changeOffer(deps, keeper, {
    which: { sessionId },
    change(levels, formation) {
      const found = sessionOf(formation, sessionId);
      if (found.session.state !== 'cancelled') throw new Conflict('Cette session n’est pas annulée.');
      return recruiting(levels, found, '1');
    },
    async also(trx) {
      await setState(trx, sessionId, 'open', null);
      await execute(trx, 'update information_meetings set cancelled_at = null where session_id = ?', [
        sessionId,
      ]);
    },
    action: 'offer_session.restored',
  });

const setState = (trx: Knex.Transaction, id: number, state: 'open' | 'cancelled', reason: string | null) =>
  execute(trx, 'update offer_sessions set state = :state, cancelled_reason = :reason where id = :id', {
    id,
    state,
    reason,
  });

/** Takes a session away where nobody counts on it: it stays in the history only. */
export const archiveSession = (deps: Deps, keeper: Keeper, sessionId: number): Promise<number> =>
  changeOffer(deps, keeper, {
    which: { sessionId },
    change(levels, formation) {
      const { action, session } = sessionOf(formation, sessionId);
      refuseWhereHeld(session.seatsHeld + session.waiting, 'la session');
      refuseLast(formation, action, session);
      return withAction(levels, action.number, (one) => ({
        ...one,
        sessions: one.sessions.filter((level) => numberOf(level) !== session.number),
      }));
    },
    also: (trx) =>
      // What was cancelled is not archived by saving.
      execute(trx, `update offer_sessions set state = 'archived', cancelled_reason = null where id = ?`, [
        sessionId,
      ]),
    action: 'offer_session.archived',
  });

/** Takes an action away with its sessions, where nobody counts on them. */
export const archiveAction = (deps: Deps, keeper: Keeper, actionId: number): Promise<number> =>
  changeOffer(deps, keeper, {
    which: { actionId },
    change(levels, formation) {
      const gone = actionOf(formation, actionId);
      refuseWhereHeld(heldIn([gone]), 'ses sessions');
      refuseLast(formation, gone);
      return {
        ...levels,
        actions: levels.actions.filter(({ action }) => numberOf(action) !== gone.number),
      };
    },
    action: 'offer_action.archived',
  });

/** Whether an action, or a session of it, may be taken away: nobody counts on it, and what is published keeps one. */
export function mayGo(formation: CatalogueFormation, action: KeptAction, session?: KeptSession): boolean {
  const held = session ? session.seatsHeld + session.waiting : heldIn([action]);
  return held === 0 && !isLast(formation, action, session);
}

/** What is published has an action, and each action a session: LHÉO wants it so. */
const isLast = (
  { state, actions }: CatalogueFormation,
  { sessions }: KeptAction,
  session?: KeptSession,
): boolean => state === 'published' && (session ? sessions : actions).length === 1;

function refuseLast(formation: CatalogueFormation, action: KeptAction, session?: KeptSession): void {
  if (!isLast(formation, action, session)) return;
  throw new Conflict(
    session
      ? 'C’est la seule session de cette action, et la formation est publiée\u00a0: ajoutez-en d’abord une autre, ou dépubliez la formation.'
      : 'C’est la seule action de cette formation, qui est publiée\u00a0: ajoutez-en d’abord une autre, ou dépubliez la formation.',
  );
}
