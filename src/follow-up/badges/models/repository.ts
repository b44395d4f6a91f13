import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { ModelVersion } from '../issuing/credential.ts';
import { MODEL_VERSION } from '../issuing/repository.ts';

/** SQL: `v` is the present version of its model. */
const PRESENT = `not exists (
  select from badge_model_versions later where later.model_id = v.model_id and later.version > v.version)`;

/** SQL: the model `m` is for the action of this number and kind. */
export const isForAction = (model: string, actionId: string): string => `(
  exists (select from badge_model_actions x where x.model_id = ${model} and x.action_id = ${actionId})
  or exists (select from badge_model_kinds x join actions ka on ka.kind_id = x.kind_id
              where x.model_id = ${model} and ka.id = ${actionId}))`;

/** A model as the agency's list shows it. */
export interface ListedModel extends ModelVersion {
  isRetired: boolean;
  kinds: string[];
  actions: number;
  given: number;
}

/** All models, those that can be asked for first. */
export const findModels = (db: Knex): Promise<ListedModel[]> =>
  query(
    db,
    `select ${MODEL_VERSION}, m.retired_at is not null as "isRetired",
            array(select k.label from badge_model_kinds x join action_kinds k on k.id = x.kind_id
                   where x.model_id = m.id order by k.label) as kinds,
            (select count(*) from badge_model_actions x where x.model_id = m.id) as actions,
            (select count(*) from badges b where b.model_id = m.id
                and not exists (select from badge_revocations r where r.code = b.code)) as given
       from badge_models m join badge_model_versions v on v.model_id = m.id and ${PRESENT}
      order by m.retired_at is not null, v.name, m.id`,
  );

/** A model with all that its form shows. */
export interface Model extends ModelVersion {
  lockVersion: number;
  isRetired: boolean;
  kindIds: number[];
  actions: { id: number; title: string }[];
  versions: { version: number; name: string; publishedAt: string; given: number }[];
}

export async function findModel(db: Knex, id: number): Promise<Model | undefined> {
  const [model] = await query<Model[]>(
    db,
    `select ${MODEL_VERSION}, m.lock_version as "lockVersion", m.retired_at is not null as "isRetired",
            array(select x.kind_id from badge_model_kinds x where x.model_id = m.id) as "kindIds",
            (select coalesce(json_agg(json_build_object('id', a.id, 'title', a.title) order by a.title, a.id), '[]')
               from badge_model_actions x join actions a on a.id = x.action_id where x.model_id = m.id) as actions,
            (select json_agg(json_build_object('version', o.version, 'name', o.name, 'publishedAt', o.published_at,
                      'given', (select count(*) from badges b where b.model_id = m.id and b.model_version = o.version))
                    order by o.version desc)
               from badge_model_versions o where o.model_id = m.id) as versions
       from badge_models m join badge_model_versions v on v.model_id = m.id and ${PRESENT}
      where m.id = :id`,
    { id },
  );
  return model;
}

/** A version of a model: the present one when none is named. */
export async function findVersion(
  db: Knex,
  modelId: number,
  version?: number,
): Promise<ModelVersion | undefined> {
  const [found] = await query<ModelVersion[]>(
    db,
    `select ${MODEL_VERSION} from badge_model_versions v
      where v.model_id = :modelId and ${version === undefined ? PRESENT : 'v.version = :version'}`,
    { modelId, ...(version === undefined ? {} : { version }) },
  );
  return found;
}

export async function findImage(db: Knex, modelId: number, version: number): Promise<Buffer | undefined> {
  const [found] = await query<{ image: Buffer }[]>(
    db,
    'select image from badge_model_versions where model_id = :modelId and version = :version',
    { modelId, version },
  );
  return found?.image;
}

/** What a version says. */
export interface Words {
  name: string;
  description: string;
  criteria: string;
}

export async function insertModel(trx: Knex.Transaction, at: Date): Promise<number> {
  const [row] = await query<[{ id: number }]>(
    trx,
    'insert into badge_models (created_at) values (:at) returning id',
    { at },
  );
  return row.id;
}

/** @param image the picture of the version before when left out */
export async function insertVersion(
  trx: Knex.Transaction,
  modelId: number,
  words: Words & { image?: Buffer },
  { at, by }: { at: Date; by: number },
): Promise<number> {
  const { image = null, name, description, criteria } = words;
  const [row] = await query<[{ version: number }]>(
    trx,
    `insert into badge_model_versions (model_id, version, name, description, criteria, image, published_at, published_by)
     select :modelId, coalesce(max(v.version), 0) + 1, :name, :description, :criteria,
            coalesce(cast(:image as bytea), (select l.image from badge_model_versions l
                                              where l.model_id = :modelId order by l.version desc limit 1)), :at, :by
       from badge_model_versions v where v.model_id = :modelId
     returning version`,
    { modelId, name, description, criteria, image, at, by },
  );
  return row.version;
}

/** Puts these kinds in the place of those of before. */
export async function setKinds(
  trx: Knex.Transaction,
  modelId: number,
  kindIds: readonly number[],
): Promise<void> {
  await execute(trx, 'delete from badge_model_kinds where model_id = :modelId', { modelId });
  await execute(
    trx,
    `insert into badge_model_kinds (model_id, kind_id)
     select :modelId, k.id from action_kinds k where k.id = any(cast(:kindIds as int[]))`,
    { modelId, kindIds: [...kindIds] },
  );
}

/** @returns false when somebody else has changed it since this version */
export async function takeVersion(trx: Knex.Transaction, id: number, lockVersion: number): Promise<boolean> {
  const sql =
    'update badge_models set lock_version = lock_version + 1 where id = :id and lock_version = :lockVersion';
  return (await execute(trx, sql, { id, lockVersion })) > 0;
}

/** @returns false when it stood so already */
export async function setRetired(trx: Knex.Transaction, id: number, at: Date | null): Promise<boolean> {
  const sql = `update badge_models set retired_at = :at, lock_version = lock_version + 1
                where id = :id and (retired_at is null) <> (cast(:at as timestamptz) is null)`;
  return (await execute(trx, sql, { id, at })) > 0;
}

/** @returns false when there is no such action */
export async function addAction(trx: Knex.Transaction, modelId: number, actionId: number): Promise<boolean> {
  const sql = `insert into badge_model_actions (model_id, action_id)
               select :modelId, a.id from actions a where a.id = :actionId on conflict do nothing`;
  return (await execute(trx, sql, { modelId, actionId })) > 0;
}

export const removeAction = (trx: Knex.Transaction, modelId: number, actionId: number): Promise<number> =>
  execute(trx, 'delete from badge_model_actions where model_id = :modelId and action_id = :actionId', {
    modelId,
    actionId,
  });

/** Kinds of action, in their order. */
export const findKinds = (db: Knex): Promise<{ id: number; label: string }[]> =>
  query(db, 'select id, label from action_kinds order by position, id');

/** Actions whose title holds this, and that the model does not name yet: the first of them. */
export const findActions = (
  db: Knex,
  modelId: number,
  search: string,
): Promise<{ id: number; title: string; kind: string; provider: string }[]> =>
  query(
    db,
    `select a.id, a.title, k.label as kind, p.name as provider
       from actions a join action_kinds k on k.id = a.kind_id join structures p on p.id = a.provider_id
      where strpos(lower(immutable_unaccent(a.title)), lower(immutable_unaccent(:search))) > 0
        and not exists (select from badge_model_actions x where x.model_id = :modelId and x.action_id = a.id)
      order by a.archived_at is not null, a.title, a.id limit 20`,
    { modelId, search },
  );
