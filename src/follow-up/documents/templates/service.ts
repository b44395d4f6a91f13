import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { TemplateFault } from '#platform/pdf/template/faults.ts';
import { Stale } from '#platform/versions.ts';
import { type TemplateKind, templateKinds } from './fields.ts';
import { withLockedPassages } from './locked.ts';
import type { Template } from './repository.ts';
import * as repository from './repository.ts';
import { templateFaults } from './rules.ts';

export type { Template } from './repository.ts';

type Database = Pick<Dependencies, 'db'>;
type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** A draft that is not published, nor shown; the message says why. */
export class NotPublishable extends Conflict {
  override name = 'NotPublishable';
  constructor({ line, message }: TemplateFault) {
    super(line > 0 ? `Ligne ${line}\u00a0: ${message}` : message, 'Modèle à corriger');
  }
}

/** What a kind has: the version in use, the draft being written, and every version published, the latest first. */
export interface KindTemplates {
  kind: TemplateKind;
  current: Template;
  draft: Template | undefined;
  published: Template[];
}

/** A template to draw documents by. */
export interface CurrentTemplate {
  id: number;
  version: number;
  /** Markdown with fields, its locked passages in their places. */
  source: string;
}

/** The version in use of each of these kinds. */
export async function currentTemplates(
  db: Knex,
  kinds: readonly TemplateKind[],
): Promise<Map<TemplateKind, CurrentTemplate>> {
  const found = await repository.findCurrent(db, kinds);
  return new Map(
    found.map(({ id, kind, version, body }) => [
      kind,
      { id, version, source: withLockedPassages(kind, body) },
    ]),
  );
}

/** A version of a kind that is or was in use; undefined where there is none of this number. */
export async function templateOf(
  db: Knex,
  kind: TemplateKind,
  id: number,
): Promise<CurrentTemplate | undefined> {
  const found = (await repository.findVersions(db, kind)).find((one) => one.id === id);
  return found && { id, version: found.version, source: withLockedPassages(kind, found.body) };
}

/** Every kind with its version in use and its draft, in the order of the page. */
export async function listTemplates({ db }: Database): Promise<Omit<KindTemplates, 'published'>[]> {
  const latest = await repository.findLatest(db);
  return templateKinds.map((kind) => {
    const own = latest.filter((one) => one.kind === kind);
    return {
      kind,
      current: own.find(({ publishedAt }) => publishedAt) as Template,
      draft: own.find(({ publishedAt }) => !publishedAt),
    };
  });
}

/** All that a kind has. */
export async function getTemplates({ db }: { db: Knex }, kind: TemplateKind): Promise<KindTemplates> {
  const versions = await repository.findVersions(db, kind);
  const published = versions.filter(({ publishedAt }) => publishedAt);
  return {
    kind,
    // The first version comes with the migration, and a published one is never deleted.
    current: published[0] as Template,
    draft: versions.find(({ publishedAt }) => !publishedAt),
    published,
  };
}

/** Who writes, on which revision of the draft; 0 where none was there. */
interface Writing {
  kind: TemplateKind;
  revision: number;
  by: number;
}

/** Saves the draft, faults and all. @throws Stale when it was saved, published or dropped since */
export async function saveDraft(
  { db, clock }: Deps,
  { kind, revision, by }: Writing,
  body: string,
): Promise<void> {
  await db.transaction(async (trx) => {
    const { current, draft } = await held(trx, { kind, revision });
    const saved = { body, by, at: clock.now() };
    if (draft) await repository.updateDraft(trx, draft.id, saved);
    else await repository.insertDraft(trx, kind, current.version + 1, saved);
  });
}

/** Throws the draft away; the version in use stays. @throws Stale, NotFound where there is none */
export async function dropDraft({ db }: Database, writing: Omit<Writing, 'by'>): Promise<void> {
  await db.transaction(async (trx) => {
    const { draft } = await held(trx, writing);
    if (!draft) throw new NotFound();
    await repository.deleteDraft(trx, draft.id);
  });
}

/**
 * Puts the draft into use for the documents issued from now on; those that are issued stay as they are.
 * @returns the version that is now in use
 * @throws Stale, NotFound where there is no draft, NotPublishable for one that has faults or changes nothing
 */
export async function publishDraft({ db, clock }: Deps, { kind, revision, by }: Writing): Promise<number> {
  return db.transaction(async (trx) => {
    const { draft, current } = await held(trx, { kind, revision });
    if (!draft) throw new NotFound();
    const [fault] = templateFaults(kind, draft.body);
    if (fault) throw new NotPublishable(fault);
    if (draft.body === current.body) {
      const message = 'Rien n’a changé\u00a0: ce brouillon dit la même chose que la version en service.';
      throw new NotPublishable({ line: 0, message });
    }
    const at = clock.now();
    await repository.publishDraft(trx, draft.id, { by, at });
    await recordAudit(trx, {
      action: 'document_template.published',
      at,
      subject: { kind: 'document_template', id: draft.id },
      details: { document: kind, version: draft.version },
    });
    return draft.version;
  });
}

async function held(
  trx: Knex.Transaction,
  { kind, revision }: Pick<Writing, 'kind' | 'revision'>,
): Promise<KindTemplates> {
  await repository.lockKind(trx, kind);
  const templates = await getTemplates({ db: trx }, kind);
  if ((templates.draft?.revision ?? 0) !== revision) throw new Stale();
  return templates;
}
