import type { Knex } from 'knex';
import { EDITED_SLOTS } from '#enrolment/slots.ts';
import { lock, lockName } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import type { ManagedAction } from '../actions/service.ts';
import type { ManagedSession } from '../sessions/service.ts';

/** A structure that a file names by its SIRET. */
export interface NamedBody {
  id: number;
  siret: string;
  name: string;
  isTrainingBody: boolean;
  isClosed: boolean;
}

/** @param today `YYYY-MM-DD`: closed on that day or before is closed */
export async function findBodies(db: Knex, sirets: readonly string[], today: string): Promise<NamedBody[]> {
  return query<NamedBody[]>(
    db,
    `select id, siret, name, is_training_body as "isTrainingBody",
            coalesce(closed_on <= cast(:today as date), false) as "isClosed"
       from structures where siret = any(cast(:sirets as char(14)[]))`,
    { sirets, today },
  );
}

/** A kind or a theme, by whatever a file may call it. */
export interface NamedChoice {
  id: number;
  code: string;
  label: string;
}

export async function readNamedChoices(db: Knex): Promise<{ kinds: NamedChoice[]; themes: NamedChoice[] }> {
  const list = (table: string, code: string) =>
    `(select coalesce(json_agg(json_build_object('id', id, 'code', ${code}, 'label', label) order by position, id), '[]')
        from ${table})`;
  const rows = await query<[{ kinds: NamedChoice[]; themes: NamedChoice[] }]>(
    db,
    `select ${list('action_kinds', 'code')} as kinds, ${list('themes', 'slug')} as themes`,
  );
  return rows[0];
}

/** An action that a file may change. */
export type KnownAction = Pick<
  ManagedAction,
  | 'id'
  | 'state'
  | 'version'
  | 'title'
  | 'kindId'
  | 'themeId'
  | 'providerId'
  | 'modality'
  | 'durationDays'
  | 'trainer'
  | 'objectives'
  | 'audience'
  | 'prerequisites'
  | 'programme'
> & { reference: string; siret: string };

export async function findActions(db: Knex, references: readonly string[]): Promise<KnownAction[]> {
  return query<KnownAction[]>(
    db,
    `select a.id, a.reference, a.lock_version as version, a.title, a.kind_id as "kindId", a.theme_id as "themeId",
            a.provider_id as "providerId", p.siret, a.modality, a.duration_days as "durationDays", a.trainer,
            a.objectives, a.audience, a.prerequisites, a.programme,
            case when a.archived_at is not null then 'archived' when a.published_at is not null then 'published'
                 else 'draft' end as state
       from actions a join structures p on p.id = a.provider_id
      where a.reference = any(cast(? as text[]))`,
    [references as string[]],
  );
}

/** An action to which a file adds sessions. */
export interface TargetAction {
  id: number;
  reference: string | null;
  slug: string;
  title: string;
  modality: string;
  isArchived: boolean;
}

/** The actions that have one of these references, or of these ends of an address. */
export async function findTargets(db: Knex, names: readonly string[]): Promise<TargetAction[]> {
  return query<TargetAction[]>(
    db,
    `select id, reference, slug, title, modality, archived_at is not null as "isArchived"
       from actions where reference = any(cast(:names as text[])) or slug = any(cast(:names as text[]))`,
    { names },
  );
}

/** A session that a file may change. */
export type KnownSession = ManagedSession & {
  reference: string;
  actionTitle: string;
  modality: string;
  live: number;
};

export async function findSessions(db: Knex, references: readonly string[]): Promise<KnownSession[]> {
  return query<KnownSession[]>(
    db,
    `select s.id, s.action_id as "actionId", s.reference, s.lock_version as version, s.starts_at as "startsAt",
            s.ends_at as "endsAt", s.cancelled_at is not null as "isCancelled", s.capacity,
            s.waiting_capacity as "waitingCapacity", s.registration_opens_at as "opensAt",
            s.registration_closes_at as "closesAt", a.title as "actionTitle", a.modality, s.live_requests as live,
            (select count(*) from enrolments e where e.session_id = s.id) as enrolments,
            ${EDITED_SLOTS} as slots
       from sessions s join actions a on a.id = s.action_id
      where s.reference = any(cast(? as text[]))`,
    [references as string[]],
  );
}

/**
 * Until the end of the transaction, this import alone changes what its file names: one import at a time, then the
 * kinds and the themes, the addresses, and the actions with their sessions, in the one order of the application.
 * Read again after this, the catalogue stays as it is read.
 * @param actionIds of the actions, or of those whose sessions the file names
 */
export async function lockForImport(trx: Knex.Transaction, actionIds: readonly number[]): Promise<void> {
  await lockName(trx, 'import of the catalogue');
  await execute(trx, 'select id from action_kinds order by id for key share');
  await execute(trx, 'select id from themes order by id for key share');
  await lockName(trx, 'slugs of actions');
  await lock(trx, { actions: actionIds, sessionsOf: actionIds });
}
