import type { Knex } from 'knex';
import type { AuditAction } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { ReplyTemplate } from './repository.ts';
import * as repository from './repository.ts';

export type { ReplyTemplate } from './repository.ts';

/** As many as a list to choose from can hold. */
export const MOST_TEMPLATES = 30;

/** The templates of one kind of request, or of all, in the order of the agency. */
export const listTemplates = ({ db }: Pick<Dependencies, 'db'>, kind?: string): Promise<ReplyTemplate[]> =>
  repository.findTemplates(db, kind);

/** @throws NotFound when there is none of this number */
export async function getTemplate({ db }: Pick<Dependencies, 'db'>, id: number): Promise<ReplyTemplate> {
  const template = await repository.findTemplate(db, id);
  if (!template) throw new NotFound();
  return template;
}

/** Adds a template after those of its kind. @throws Conflict when there are {@link MOST_TEMPLATES} already */
export async function addTemplate(
  { db, clock }: Dependencies,
  template: Omit<ReplyTemplate, 'id'>,
): Promise<void> {
  await db.transaction(async (trx) => {
    await repository.lockTemplates(trx, template.kind);
    if ((await repository.findTemplates(trx, template.kind)).length >= MOST_TEMPLATES) {
      throw new Conflict(
        `${MOST_TEMPLATES}\u00a0modèles existent déjà pour ces demandes\u00a0: supprimez-en un d’abord.`,
      );
    }
    const at = clock.now();
    const id = await repository.insertTemplate(trx, template, at);
    await record(trx, 'reply_template.created', id, at);
  });
}

/** @throws NotFound when it has been deleted meanwhile */
export async function editTemplate(
  { db, clock }: Dependencies,
  id: number,
  words: Pick<ReplyTemplate, 'title' | 'body'>,
): Promise<void> {
  await db.transaction(async (trx) => {
    const at = clock.now();
    if ((await repository.updateTemplate(trx, id, words, at)) === 0) throw new NotFound();
    await record(trx, 'reply_template.updated', id, at);
  });
}

/** @throws NotFound when it has been deleted meanwhile */
export async function removeTemplate({ db, clock }: Dependencies, id: number): Promise<void> {
  await db.transaction(async (trx) => {
    if ((await repository.deleteTemplate(trx, id)) === 0) throw new NotFound();
    await record(trx, 'reply_template.deleted', id, clock.now());
  });
}

/** Moves a template by one place; at the end of its list it stays. @throws NotFound when it is gone */
export async function moveTemplate(
  { db, clock }: Dependencies,
  id: number,
  by: -1 | 1,
): Promise<ReplyTemplate> {
  return db.transaction(async (trx) => {
    const template = await getTemplate({ db: trx }, id);
    await repository.lockTemplates(trx, template.kind);
    const ids = (await repository.findTemplates(trx, template.kind)).map((one) => one.id);
    const from = ids.indexOf(id);
    const to = Math.min(Math.max(from + by, 0), ids.length - 1);
    if (from < 0) throw new NotFound();
    if (to === from) return template;
    ids.splice(to, 0, ...ids.splice(from, 1));
    await repository.reorder(trx, ids);
    await record(trx, 'reply_template.moved', id, clock.now());
    return template;
  });
}

function record(
  trx: Knex,
  action: AuditAction & `reply_template.${string}`,
  id: number,
  at: Date,
): Promise<void> {
  return recordAudit(trx, { action, at, subject: { kind: 'reply_template', id } });
}
