import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import type { TableRow } from '#platform/csv/csv-table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Forbidden } from '#platform/errors.ts';
import { type ActionWork, applyActions, planActions } from './actions.ts';
import type { Subject } from './columns.ts';
import { countStatuses, fingerprintOf, type LineStatus, type Plan } from './plan.ts';
import { referenceOf } from './references.ts';
import * as repository from './repository.ts';
import { applySessions, planSessions, type SessionWork } from './sessions.ts';

/** What an import would do, with the mark by which it is known again. */
export interface CheckedImport {
  plan: Plan<unknown>;
  counts: Record<LineStatus, number>;
  fingerprint: string;
}

/** What a file would do, line by line; nothing is written. */
export async function checkImport(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  subject: Subject,
  rows: readonly TableRow[],
): Promise<CheckedImport> {
  const plan: Plan<unknown> =
    subject === 'actions' ? await planActions(deps, rows) : await planSessions(deps, rows);
  return { plan, counts: countStatuses(plan), fingerprint: fingerprintOf(plan) };
}

/** The catalogue is not what it was when the file was shown, or a line is wrong now; nothing was written. */
export class PlanChanged extends Error {
  readonly check: CheckedImport;
  constructor(check: CheckedImport) {
    super('the catalogue changed since the file was checked');
    this.check = check;
  }
}

/**
 * Applies a file that was shown, all or nothing: it is worked out again under the locks of everything that it names,
 * and applied only if that says what was shown. Sessions that people ask for change through the services of enrolment,
 * which tell them. Doing it twice changes nothing more.
 * @param fingerprint of what was shown
 * @throws PlanChanged with what to show now; Forbidden when whoever imports no longer works for the agency
 */
export async function applyImport(
  deps: Dependencies,
  subject: Subject,
  rows: readonly TableRow[],
  { fingerprint, by }: { fingerprint: string; by: Doer },
): Promise<Record<LineStatus, number>> {
  return deps.db.transaction(async (trx) => {
    const inside: Dependencies = { ...deps, db: trx };
    await repository.lockForImport(trx, await actionsNamed(inside, subject, rows));
    if (!(await trx('users').where({ id: by.userId, is_agency_manager: true }).first('id')))
      throw new Forbidden('Vous n’avez plus le droit d’importer. Rien n’a été enregistré.');
    const check = await checkImport(inside, subject, rows);
    const { counts, plan } = check;
    if (check.fingerprint !== fingerprint || counts.error > 0) throw new PlanChanged(check);
    if (subject === 'actions') await applyActions(inside, plan as Plan<ActionWork>);
    else await applySessions(inside, plan as Plan<SessionWork>, by);
    await recordAudit(trx, {
      action: RECORDED[subject],
      at: deps.clock.now(),
      actorId: by.userId,
      details: { read: rows.length, added: counts.new, updated: counts.changed },
    });
    return counts;
  });
}

const RECORDED: Readonly<Record<Subject, `${'action' | 'training_session'}.imported`>> = {
  actions: 'action.imported',
  sessions: 'training_session.imported',
};

/** The actions that are changed, or whose sessions are: those of the references of the file. */
async function actionsNamed(
  { db }: Pick<Dependencies, 'db'>,
  subject: Subject,
  rows: readonly TableRow[],
): Promise<number[]> {
  const references = rows.map(referenceOf);
  if (subject === 'actions') return (await repository.findActions(db, references)).map(({ id }) => id);
  const names = rows.map(({ cells }) => (cells.action ?? '').trim()).filter(Boolean);
  const [targets, sessions] = [
    await repository.findTargets(db, names),
    await repository.findSessions(db, references),
  ];
  return [...new Set([...targets.map(({ id }) => id), ...sessions.map(({ actionId }) => actionId)])];
}
