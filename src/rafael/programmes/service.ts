import { recordAudit } from '#audit/service.ts';
import { lockName } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { Stale } from '#platform/versions.ts';
import type { Programme, ProgrammeInput } from './repository.ts';
import * as repository from './repository.ts';

export type { Programme, ProgrammeInput } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;
const subject = (id: number) => ({ kind: 'programme', id });

/** Another programme has this code. */
export class CodeTaken extends Conflict {
  override name = 'CodeTaken';
  constructor() {
    super('Un autre programme a déjà ce code.');
  }
}

/** Every programme, family by family, closed ones too. */
export const listProgrammes = ({ db }: Pick<Dependencies, 'db'>): Promise<Programme[]> =>
  repository.findProgrammes(db);

/** @throws NotFound when there is none of this number */
export async function getProgramme({ db }: Pick<Dependencies, 'db'>, id: number): Promise<Programme> {
  const programme = await repository.findProgramme(db, id);
  if (!programme) throw new NotFound();
  return programme;
}

/** Whether a programme is open on a day. @param day `YYYY-MM-DD` */
export const isOpenOn = (
  { activeFrom, activeTo }: Pick<ProgrammeInput, 'activeFrom' | 'activeTo'>,
  day: string,
): boolean => (!activeFrom || activeFrom <= day) && (!activeTo || activeTo >= day);

/** @throws CodeTaken */
export async function addProgramme({ db, clock }: Deps, programme: ProgrammeInput): Promise<void> {
  await db.transaction(async (trx) => {
    await lockName(trx, 'programmes');
    if (await repository.isCodeTaken(trx, programme.code, 0)) throw new CodeTaken();
    const at = clock.now();
    const id = await repository.insertProgramme(trx, programme, at);
    await recordAudit(trx, {
      action: 'programme.created',
      at,
      subject: subject(id),
      details: { code: programme.code },
    });
  });
}

/** @throws NotFound, CodeTaken, Stale when another version was saved since */
export async function saveProgramme(
  { db, clock }: Deps,
  key: Pick<Programme, 'id' | 'version'>,
  programme: ProgrammeInput,
): Promise<void> {
  await db.transaction(async (trx) => {
    await lockName(trx, 'programmes');
    await getProgramme({ db: trx }, key.id);
    if (await repository.isCodeTaken(trx, programme.code, key.id)) throw new CodeTaken();
    if (!(await repository.updateProgramme(trx, key, programme))) throw new Stale();
    await recordAudit(trx, {
      action: 'programme.updated',
      at: clock.now(),
      subject: subject(key.id),
      details: { code: programme.code },
    });
  });
}

/** Takes away a programme that no action has. @throws NotFound, Conflict when one has it */
export async function removeProgramme({ db, clock }: Deps, id: number): Promise<void> {
  await db.transaction(async (trx) => {
    await lockName(trx, 'programmes');
    const { code, actions } = await getProgramme({ db: trx }, id);
    if (actions > 0 || (await repository.deleteUnusedProgramme(trx, id)) === 0)
      throw new Conflict(
        'Des actions de formation sont de ce programme\u00a0: fermez-le plutôt, en lui donnant une date de fin.',
      );
    await recordAudit(trx, {
      action: 'programme.deleted',
      at: clock.now(),
      subject: subject(id),
      details: { code },
    });
  });
}
