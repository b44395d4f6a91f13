import type { Knex } from 'knex';
import { DAY, HOUR } from './database.ts';

let serial = 0;

interface ActionOptions {
  title?: string;
  kind?: string;
  theme?: string;
  providerId: number;
  published?: boolean;
}

/** @returns the action's id and slug */
export async function createAction(db: Knex, options: ActionOptions): Promise<{ id: number; slug: string }> {
  serial += 1;
  const slug = `action-${serial}`;
  const [row] = await db('actions').insert(
    {
      slug,
      title: options.title ?? `Action ${serial}`,
      kind_id: db('action_kinds')
        .where({ code: options.kind ?? 'formation' })
        .select('id'),
      theme_id: db('themes')
        .where({ slug: options.theme ?? 'vae' })
        .select('id'),
      provider_id: options.providerId,
      modality: 'in_person',
      duration_days: 1,
      published_at: options.published === false ? null : new Date(0),
    },
    'id',
  );
  return { id: row.id, slug };
}

interface SessionOptions {
  actionId: number;
  now: Date;
  capacity?: number;
  waitingCapacity?: number;
  /** Days from `now`; 30 unless told otherwise. */
  startsInDays?: number;
  opensInDays?: number;
  closesInDays?: number;
  cancelled?: boolean;
}

/** Makes a session of one slot (7 hours). @returns its id */
export async function createSession(db: Knex, options: SessionOptions): Promise<number> {
  const start = new Date(options.now.getTime() + (options.startsInDays ?? 30) * DAY);
  const end = new Date(start.getTime() + 7 * HOUR);
  const [row] = await db('sessions').insert(
    {
      action_id: options.actionId,
      capacity: options.capacity ?? 10,
      waiting_capacity: options.waitingCapacity ?? 5,
      registration_opens_at: new Date(options.now.getTime() + (options.opensInDays ?? -30) * DAY),
      registration_closes_at: new Date(
        options.now.getTime() + (options.closesInDays ?? (options.startsInDays ?? 30) - 1) * DAY,
      ),
      starts_at: start,
      ends_at: end,
      city: 'Pessac',
      department: '33',
      cancelled_at: options.cancelled ? options.now : null,
    },
    'id',
  );
  await db('slots').insert({
    session_id: row.id,
    starts_at: start,
    ends_at: end,
    modality: 'in_person',
    place: 'Centre régional',
    address: '102 avenue de l’Essai',
    postcode: '33600',
    city: 'Pessac',
  });
  return row.id;
}
