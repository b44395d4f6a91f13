import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import { profileFields, type TrainingBodyProfile } from './rules.ts';

const COLUMNS = {
  activityNumber: 'p.activity_number',
  activityRegion: 'p.activity_region',
  representative: 'p.representative',
  representativeQuality: 'p.representative_quality',
  city: 'p.city',
  phone: 'p.phone',
  email: 'p.email',
  administrativeContact: 'p.administrative_contact',
  disabilityContact: 'p.disability_contact',
  qualiopiNumber: 'p.qualiopi_number',
} as const satisfies Record<keyof TrainingBodyProfile, string>;

/** A profile as it is edited. */
export interface EditedProfile extends TrainingBodyProfile {
  structureId: number;
  structureName: string;
  isTrainingBody: boolean;
  /** 0 where nothing was saved yet. */
  version: number;
  hasStamp: boolean;
  updatedAt: Date | null;
  /** Whoever saved last. */
  updatedBy: string | null;
}

/** The profile of a structure, empty where it has none; undefined where there is no such structure. */
export function findProfile(db: Knex, structureId: number): Promise<EditedProfile | undefined> {
  return db('structures as s')
    .leftJoin('training_body_profiles as p', 'p.structure_id', 's.id')
    .leftJoin('users as u', 'u.id', 'p.updated_by')
    .where('s.id', structureId)
    .first({
      ...COLUMNS,
      structureId: 's.id',
      structureName: 's.name',
      isTrainingBody: 's.is_training_body',
      version: db.raw('coalesce(p.version, 0)'),
      hasStamp: db.raw('p.stamp is not null'),
      updatedAt: 'p.updated_at',
      updatedBy: db.raw('full_name(u)'),
    });
}

/** A profile in the agency's list. */
export interface ListedProfile extends TrainingBodyProfile {
  structureId: number;
  structureName: string;
  siret: string;
}

/**
 * A page of the training bodies that are open, by name.
 * @param words as typed: the beginning of a SIRET, or a part of the name, the sigle or the enseigne; '' for all
 * @param today the day on which a structure must be open, `YYYY-MM-DD`
 */
export async function findProfiles(
  db: Knex,
  words: string,
  today: string,
  { limit, offset }: Slice,
): Promise<Paged<ListedProfile>> {
  const rows = await query<(ListedProfile & { total: number })[]>(
    db,
    `select s.id as "structureId", s.name as "structureName", s.siret,
            ${Object.entries(COLUMNS)
              .map(([field, column]) => `${column} as "${field}"`)
              .join(', ')},
            count(*) over () as total
       from structures s left join training_body_profiles p on p.structure_id = s.id
      where s.is_training_body and (s.closed_on is null or s.closed_on > cast(:today as date))
        and (:words = '' or s.search_text like words_pattern(:words)
             or (:digits <> '' and s.siret like :digits || '%'))
      order by s.name, s.id limit :limit offset :offset`,
    { words, digits: /^[\d\s]+$/.test(words) ? words.replaceAll(/\s/g, '') : '', today, limit, offset },
  );
  return paged(rows);
}

/** The picture of the stamp of a structure, PNG. */
export async function findStamp(db: Knex, structureId: number): Promise<Buffer | null> {
  const row = await db('training_body_profiles').where({ structure_id: structureId }).first('stamp');
  return row?.stamp ?? null;
}

/** Who changes a profile, and when. */
interface Change {
  structureId: number;
  by: number;
  at: Date;
}

/** @returns whether that version was still the saved one; 0 stands for none */
export async function saveProfile(
  trx: Knex.Transaction,
  { structureId, version, profile, by, at }: Change & { version: number; profile: TrainingBodyProfile },
): Promise<boolean> {
  const row = {
    ...Object.fromEntries(profileFields.map((field) => [COLUMNS[field].slice(2), profile[field]])),
    updated_by: by,
    updated_at: at,
  };
  const saved = await trx('training_body_profiles')
    .insert({ structure_id: structureId, version: version + 1, ...row })
    .onConflict('structure_id')
    .merge()
    .where({ 'training_body_profiles.version': version })
    .returning('version');
  return saved.length === 1;
}

/** Puts a picture in the place of the stamp; a form that is open on the other fields stays good. */
export async function saveStamp(
  trx: Knex.Transaction,
  { structureId, stamp, by, at }: Change & { stamp: Buffer | null },
): Promise<void> {
  const row = { stamp, updated_by: by, updated_at: at };
  await trx('training_body_profiles')
    .insert({ structure_id: structureId, version: 0, ...row })
    .onConflict('structure_id')
    .merge(row);
}
