import type { Knex } from 'knex';
import { lock, lockName } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';
import type { ActionLegal } from './legal.ts';
import type { ActionState } from './rules.ts';

/** What the agency writes of an action. */
export interface ActionContent {
  title: string;
  kindId: number;
  themeId: number;
  providerId: number;
  modality: string;
  durationDays: number;
  trainer: string;
  objectives: string;
  audience: string;
  prerequisites: string;
  programme: string;
  /** The agency's own, unique among actions. */
  reference: string | null;
  /** For its documents; left out by a file of actions, which leaves it as it is. */
  legal?: ActionLegal;
}

/** An action as the agency edits it. */
export interface ManagedAction extends ActionContent {
  legal: ActionLegal;
  id: number;
  slug: string;
  state: ActionState;
  version: number;
  provider: ProviderBody;
  /** Requests under way in sessions that are not over. */
  live: number;
  sessions: number;
  documents: number;
  /** Sessions that are being prepared, the latest saved first. */
  drafts: { id: number; firstLine: string; city: string; savedAt: string }[];
}

/** A structure that runs actions. */
export interface ProviderBody {
  id: number;
  name: string;
  acronym: string | null;
  siret: string;
  postcode: string;
  city: string;
  isTrainingBody: boolean;
}

const STATE = `
  case when a.archived_at is not null then 'archived' when a.published_at is not null then 'published' else 'draft' end`;
const BODY = `json_build_object('id', p.id, 'name', p.name, 'acronym', p.acronym, 'siret', p.siret,
  'postcode', p.postcode, 'city', p.city, 'isTrainingBody', p.is_training_body)`;

const LEGAL = `json_build_object('nature', coalesce(l.nature, 'training'), 'means', coalesce(l.means, ''),
  'followUp', coalesce(l.follow_up, ''), 'evaluation', coalesce(l.evaluation, ''), 'sanction', coalesce(l.sanction, ''),
  'isCofinanced', coalesce(l.is_cofinanced, false))`;

export async function findAction(db: Knex, id: number, now: Date): Promise<ManagedAction | undefined> {
  const rows = await query<ManagedAction[]>(
    db,
    `select a.id, a.slug, a.title, a.kind_id as "kindId", a.theme_id as "themeId", a.provider_id as "providerId",
            a.modality, a.duration_days as "durationDays", a.trainer, a.objectives, a.audience, a.prerequisites,
            ${LEGAL} as legal, a.programme, a.reference, a.lock_version as version, ${STATE} as state, ${BODY} as provider,
            (select count(*) from sessions s where s.action_id = a.id) as sessions,
            (select count(*) from action_documents d where d.action_id = a.id) as documents,
            (select coalesce(json_agg(json_build_object('id', d.id, 'savedAt', d.saved_at,
                      'firstLine', left(split_part(coalesce(d.fields->>'creneaux', ''), E'\\n', 1), 60),
                      'city', left(coalesce(d.fields->>'ville', ''), 80)) order by d.saved_at desc, d.id desc), '[]')
               from session_drafts d where d.action_id = a.id) as drafts,
            (select count(*) from enrolments e join sessions s on s.id = e.session_id
              where e.action_id = a.id and is_live(e.state) and s.ends_at > :now) as live
       from actions a join structures p on p.id = a.provider_id left join action_legal l on l.action_id = a.id
      where a.id = :id`,
    { id, now },
  );
  return rows[0];
}

/** An open structure that may run actions, or may not. */
export async function findProviderBody(
  db: Knex,
  id: number,
  today: string,
): Promise<ProviderBody | undefined> {
  const rows = await query<{ body: ProviderBody }[]>(
    db,
    `select ${BODY} as body from structures p where p.id = :id and (p.closed_on is null or p.closed_on > :today)`,
    { id, today },
  );
  return rows[0]?.body;
}

/** What the list is filtered by. */
export interface ListFilter {
  q: string;
  state: ActionState | undefined;
  kindId: number | undefined;
  themeId: number | undefined;
}

/** An action in the agency's list. */
export interface ListedAction {
  id: number;
  title: string;
  kind: string;
  theme: string;
  provider: string;
  state: ActionState;
  /** The next session that takes place, and how many are to come. */
  nextAt: Date | null;
  coming: number;
  total: number;
}

/** One page of the actions, the latest created first. */
export async function findActions(
  db: Knex,
  filter: ListFilter,
  page: { limit: number; offset: number },
  now: Date,
): Promise<ListedAction[]> {
  const conditions = [
    filter.q === '' ? 'true' : 'a.search_title like words_pattern(:q)',
    filter.state === undefined ? 'true' : `${STATE} = :state`,
    filter.kindId === undefined ? 'true' : 'a.kind_id = :kindId',
    filter.themeId === undefined ? 'true' : 'a.theme_id = :themeId',
  ];
  return query<ListedAction[]>(
    db,
    `with page as (
       select a.id, count(*) over () as total from actions a where ${conditions.join(' and ')}
        order by a.id desc limit :limit offset :offset)
     select a.id, a.title, k.label as kind, t.label as theme, p.name as provider, ${STATE} as state,
            next."nextAt", next.coming, page.total
       from page
       join actions a on a.id = page.id
       join action_kinds k on k.id = a.kind_id
       join themes t on t.id = a.theme_id
       join structures p on p.id = a.provider_id
      cross join lateral (
        select min(s.starts_at) as "nextAt", count(*) as coming from sessions s
         where s.action_id = a.id and s.ends_at > :now and s.cancelled_at is null) next
      order by a.id desc`,
    {
      q: filter.q,
      state: filter.state ?? null,
      kindId: filter.kindId ?? null,
      themeId: filter.themeId ?? null,
      now,
      ...page,
    },
  );
}

/** The kinds and the themes to choose from. */
export interface Choices {
  kinds: { id: number; label: string }[];
  themes: { id: number; label: string }[];
}

export async function readChoices(db: Knex): Promise<Choices> {
  const list = (table: string) =>
    `(select coalesce(json_agg(json_build_object('id', id, 'label', label) order by position, id), '[]') from ${table})`;
  const rows = await query<[Choices]>(
    db,
    `select ${list('action_kinds')} as kinds, ${list('themes')} as themes`,
  );
  return rows[0];
}

/** Holds the kind and the theme until the end of the transaction. @returns which of the two is still there */
export async function holdChoices(
  trx: Knex.Transaction,
  { kindId, themeId }: Pick<ActionContent, 'kindId' | 'themeId'>,
): Promise<{ kind: boolean; theme: boolean }> {
  const [kinds, themes] = [
    await trx('action_kinds').where({ id: kindId }).forKeyShare().select('id'),
    await trx('themes').where({ id: themeId }).forKeyShare().select('id'),
  ];
  return { kind: kinds.length > 0, theme: themes.length > 0 };
}

/** Until the end of the transaction, addresses of actions are given by it only. */
export const lockSlugs = (trx: Knex.Transaction) => lockName(trx, 'slugs of actions');

/** The addresses that begin with this one, present and former, but for those of an action itself. */
export async function findTakenSlugs(trx: Knex, wished: string, exceptId: number): Promise<Set<string>> {
  const rows = await query<{ slug: string }[]>(
    trx,
    `select slug from actions where (slug = :wished or slug like :wished || '-%') and id <> :exceptId
     union all
     select slug from action_former_slugs where (slug = :wished or slug like :wished || '-%') and action_id <> :exceptId`,
    { wished, exceptId },
  );
  return new Set(rows.map(({ slug }) => slug));
}

/** Whether another action has this reference; while {@link lockSlugs} is held, nobody else can take it. */
export async function isReferenceTaken(trx: Knex, reference: string, exceptId: number): Promise<boolean> {
  return (await trx('actions').where({ reference }).whereNot({ id: exceptId }).first('id')) !== undefined;
}

const rowOf = (content: ActionContent) => ({
  title: content.title,
  kind_id: content.kindId,
  theme_id: content.themeId,
  provider_id: content.providerId,
  modality: content.modality,
  duration_days: content.durationDays,
  trainer: content.trainer,
  objectives: content.objectives,
  audience: content.audience,
  prerequisites: content.prerequisites,
  programme: content.programme,
  reference: content.reference,
});

export async function insertAction(trx: Knex, content: ActionContent, slug: string): Promise<number> {
  const [row] = await trx('actions').insert({ ...rowOf(content), slug }, 'id');
  await saveLegal(trx, row.id, content.legal);
  return row.id;
}

/** Locks an action until the end of the transaction. @returns its version and address */
export async function lockAction(
  trx: Knex.Transaction,
  id: number,
): Promise<{ version: number; slug: string; title: string } | undefined> {
  await lock(trx, { actions: [id] });
  return trx('actions').where({ id }).first({ version: 'lock_version', slug: 'slug', title: 'title' });
}

export async function updateAction(
  trx: Knex,
  { id, version, slug }: { id: number; version: number; slug: string },
  content: ActionContent,
  at: Date,
): Promise<void> {
  await trx('actions')
    .where({ id })
    .update({ ...rowOf(content), slug, lock_version: version + 1, changed_at: at });
  await saveLegal(trx, id, content.legal);
}

async function saveLegal(trx: Knex, actionId: number, legal: ActionLegal | undefined): Promise<void> {
  if (!legal) return;
  const { nature, means, followUp, evaluation, sanction, isCofinanced } = legal;
  await trx('action_legal')
    .insert({
      action_id: actionId,
      ...{ nature, means, evaluation, sanction },
      follow_up: followUp,
      is_cofinanced: isCofinanced,
    })
    .onConflict('action_id')
    .merge();
}

/** Keeps a former address of an action, and frees the one that it has now. */
export async function keepFormerSlug(trx: Knex, id: number, former: string, present: string): Promise<void> {
  await trx('action_former_slugs').where({ slug: present, action_id: id }).delete();
  await trx('action_former_slugs').insert({ slug: former, action_id: id });
}

export async function setState(
  trx: Knex,
  id: number,
  moments: { published_at?: Date | null; archived_at?: Date | null },
): Promise<void> {
  await trx('actions').where({ id }).update(moments);
}
