import { type Audited, recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, DomainError, NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { freeSlug, slugOf } from '#platform/french/slug.ts';
import { parisDay } from '#platform/french/time.ts';
import { Stale } from '#platform/versions.ts';
import type { ActionContent, ListFilter, ManagedAction, ProviderBody } from './repository.ts';
import * as repository from './repository.ts';
import { mayDo, type Step } from './rules.ts';

export type { ActionContent, ListedAction, ListFilter, ManagedAction, ProviderBody } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;
type Trx = Parameters<typeof repository.lockSlugs>[0];
const subject = (id: number) => ({ kind: 'action', id });

/** What was chosen cannot be, or is not there any more; `field` of the form says which. */
export class BadChoice extends DomainError {
  override name = 'BadChoice';
  readonly field: 'type' | 'theme' | 'q' | 'reference';
  constructor(field: BadChoice['field'], message: string) {
    super(422, 'Choix impossible', message);
    this.field = field;
  }
}

/** The kinds and the themes to choose from. */
export const readChoices = ({ db }: Pick<Dependencies, 'db'>) => repository.readChoices(db);

/** One page of the actions that a filter leaves, the latest created first. */
export const listActions = (
  { db, clock }: Deps,
  filter: ListFilter,
  page: { limit: number; offset: number },
) => repository.findActions(db, filter, page, clock.now());

/** @throws NotFound when there is none of this number */
export async function getAction({ db, clock }: Deps, id: number): Promise<ManagedAction> {
  const action = await repository.findAction(db, id, clock.now());
  if (!action) throw new NotFound();
  return action;
}

/** An open structure; whether it may run actions is told by {@link mayProvide}. */
export const findProvider = ({ db, clock }: Deps, id: number): Promise<ProviderBody | undefined> =>
  repository.findProviderBody(db, id, parisDay(clock.now()).toString());

/** Who may run actions: a training body (domain.md §2, right « prestataire »). True, or the reason why not. */
export const mayProvide = ({
  isTrainingBody,
  name,
}: Pick<ProviderBody, 'isTrainingBody' | 'name'>): true | string =>
  isTrainingBody ||
  `${name} n’est pas un organisme de formation\u00a0: cherchez un autre établissement, ou changez d’abord le type de cette structure.`;

/** Creates an action as a draft. @returns its number @throws BadChoice */
export async function createAction(deps: Deps, content: ActionContent): Promise<number> {
  return deps.db.transaction(async (trx) => {
    await checkChoices(deps, trx, content);
    const id = await insertWithSlug(trx, content);
    await record(deps, trx, id, { action: 'action.created' });
    return id;
  });
}

/**
 * Saves what the agency writes of an action. A new title gives it a new address; the former one leads to it.
 * @param version on which the form was opened
 * @throws NotFound, BadChoice, Stale when another version was saved since
 */
export async function saveAction(
  deps: Dependencies,
  { id, version }: { id: number; version: number },
  content: ActionContent,
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const { providerId } = await getAction({ ...deps, db: trx }, id);
    await checkChoices(deps, trx, content, providerId);
    await repository.lockSlugs(trx);
    await checkReference(trx, content.reference, id);
    const saved = await repository.lockAction(trx, id);
    if (!saved) throw new NotFound();
    if (saved.version !== version) throw new Stale();
    const slug =
      slugOf(content.title) === slugOf(saved.title) ? saved.slug : await slugFor(trx, content.title, id);
    await repository.updateAction(trx, { id, version, slug }, content, deps.clock.now());
    if (slug !== saved.slug) await repository.keepFormerSlug(trx, id, saved.slug, slug);
    await emit(deps, trx, 'action.changed', { actionId: id });
    await record(deps, trx, id, { action: 'action.updated' });
  });
}

/** Copies an action as a draft, without its sessions. @returns the copy's number @throws NotFound */
export async function copyAction(deps: Deps, id: number): Promise<number> {
  return deps.db.transaction(async (trx) => {
    const original = await getAction({ ...deps, db: trx }, id);
    const title = `${[...original.title].slice(0, 140).join('').trim()} (copie)`;
    const copy = await insertWithSlug(trx, { ...original, title, reference: null });
    await record(deps, trx, copy, { action: 'action.copied', details: { from: id } });
    return copy;
  });
}

/**
 * Publishes an action, takes it off the catalogue, archives it or takes it out of the archives (then a draft).
 * @returns the action as it was before, under its lock
 * @throws NotFound, Conflict with the reason why not
 */
export async function changeState(deps: Deps, id: number, step: Step): Promise<ManagedAction> {
  return deps.db.transaction(async (trx) => {
    await repository.lockAction(trx, id);
    const action = await getAction({ ...deps, db: trx }, id);
    const verdict = mayDo(step, action);
    if (verdict !== true) throw new Conflict(verdict);
    const now = deps.clock.now();
    const { moments, audited } = STEPS[step](now);
    await repository.setState(trx, id, moments);
    await record(deps, trx, id, { action: audited });
    return action;
  });
}

const STEPS: Readonly<
  Record<
    Step,
    (now: Date) => {
      moments: Parameters<typeof repository.setState>[2];
      audited: `action.${'published' | 'unpublished' | 'archived' | 'unarchived'}`;
    }
  >
> = {
  publier: (now) => ({ moments: { published_at: now }, audited: 'action.published' }),
  retirer: () => ({ moments: { published_at: null }, audited: 'action.unpublished' }),
  archiver: (now) => ({ moments: { archived_at: now }, audited: 'action.archived' }),
  desarchiver: () => ({ moments: { archived_at: null, published_at: null }, audited: 'action.unarchived' }),
};

// A provider that the action already has stays, even where it is closed or no training body any more.
async function checkChoices(
  deps: Deps,
  trx: Trx,
  content: ActionContent,
  providerNow?: number,
): Promise<void> {
  if (content.providerId !== providerNow) {
    const provider = await findProvider({ ...deps, db: trx }, content.providerId);
    if (!provider)
      throw new BadChoice('q', 'Cette structure n’est pas disponible\u00a0: cherchez-la de nouveau.');
    const verdict = mayProvide(provider);
    if (verdict !== true) throw new BadChoice('q', verdict);
  }
  const held = await repository.holdChoices(trx, content);
  if (!held.kind)
    throw new BadChoice('type', 'Ce type d’action n’existe plus\u00a0: choisissez-en un autre.');
  if (!held.theme) throw new BadChoice('theme', 'Ce thème n’existe plus\u00a0: choisissez-en un autre.');
}

async function insertWithSlug(trx: Trx, content: ActionContent): Promise<number> {
  await repository.lockSlugs(trx);
  await checkReference(trx, content.reference, 0);
  return repository.insertAction(trx, content, await slugFor(trx, content.title, 0));
}

async function checkReference(trx: Trx, reference: string | null, id: number): Promise<void> {
  if (reference !== null && (await repository.isReferenceTaken(trx, reference, id)))
    throw new BadChoice('reference', 'Une autre action porte déjà cette référence.');
}

async function slugFor(trx: Trx, title: string, id: number): Promise<string> {
  const wished = slugOf(title) || 'action';
  return freeSlug(wished, await repository.findTakenSlugs(trx, wished, id));
}

const record = ({ clock }: Deps, trx: Trx, id: number, what: Audited): Promise<void> =>
  recordAudit(trx, { ...what, at: clock.now(), subject: subject(id) });
