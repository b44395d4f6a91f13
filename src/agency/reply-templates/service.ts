import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../platform/errors.ts';
import type { RequestKind } from '../queue/queue.ts';
import type { ReplyTemplate } from './repository.ts';
import * as repository from './repository.ts';

export type { ReplyTemplate } from './repository.ts';

/** As many as a list to choose from can hold. */
export const MOST_TEMPLATES = 30;

/** The templates of one kind of request, or of all, in the order of the agency. */
export const listTemplates = (
  { db }: Pick<Dependencies, 'db'>,
  kind?: RequestKind,
): Promise<ReplyTemplate[]> => repository.findTemplates(db, kind);

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
    await repository.insertTemplate(trx, template, clock.now());
  });
}

/** @throws NotFound when it has been deleted meanwhile */
export async function editTemplate(
  { db, clock }: Dependencies,
  id: number,
  words: Pick<ReplyTemplate, 'title' | 'body'>,
): Promise<void> {
  if ((await repository.updateTemplate(db, id, words, clock.now())) === 0) throw new NotFound();
}

/** @throws NotFound when it has been deleted meanwhile */
export async function removeTemplate({ db }: Dependencies, id: number): Promise<void> {
  if ((await repository.deleteTemplate(db, id)) === 0) throw new NotFound();
}

/** Moves a template by one place; at the end of its list it stays. @throws NotFound when it is gone */
export async function moveTemplate({ db }: Dependencies, id: number, by: -1 | 1): Promise<ReplyTemplate> {
  return db.transaction(async (trx) => {
    const template = await getTemplate({ db: trx }, id);
    await repository.lockTemplates(trx, template.kind);
    const ids = (await repository.findTemplates(trx, template.kind)).map((one) => one.id);
    const from = ids.indexOf(id);
    const to = Math.min(Math.max(from + by, 0), ids.length - 1);
    if (from < 0) throw new NotFound();
    ids.splice(to, 0, ...ids.splice(from, 1));
    await repository.reorder(trx, ids);
    return template;
  });
}
