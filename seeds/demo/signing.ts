import type { Knex } from 'knex';
import { readTicket, writeTicket } from '#follow-up/signing/room/ticket.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { daysAgo } from './calendar.ts';
import { insertAll } from './insert.ts';
import { castOf, type Person } from './people.ts';

const HOUR = 3_600_000;
const HALF_HOUR = HOUR / 2;
/** Beside the bénéficiaire of the demo, who has not signed yet. */
const OTHERS = 5;
const SIGNED = 2;

/** A session of the demo's training body that is under way when the demo is made: its room can be opened and signed. */
export async function insertSessionToSign(
  deps: Dependencies,
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const { body, beneficiary, providerId } = castOf(people);
  const action = await findOpenAction(trx, providerId, beneficiary.id);
  // Begun for half an hour at least, whatever the hour.
  const start = Math.floor(now.getTime() / HALF_HOUR) * HALF_HOUR - HALF_HOUR;
  const at = (hours: number) => new Date(start + hours * HOUR);
  const slots = [
    { starts_at: at(0), ends_at: at(3.5) },
    { starts_at: at(4.5), ends_at: at(8) },
  ];
  const [sessionId] = (await insertAll(trx, 'sessions', [
    {
      action_id: action.id,
      capacity: 12,
      waiting_capacity: 4,
      registration_opens_at: daysAgo(now, 40),
      registration_closes_at: daysAgo(now, 5),
      starts_at: at(0),
      ends_at: at(8),
      ...(action.isRemote ? {} : { city: 'Bordeaux', department: '33' }),
    },
  ])) as [number];
  const there = action.isRemote
    ? { modality: 'remote', link: 'https://visio.example/session-du-jour' }
    : {
        modality: 'in_person',
        place: 'Salle Garonne',
        address: '2 place du Port',
        postcode: '33000',
        city: 'Bordeaux',
      };
  const [slotId] = (await insertAll(
    trx,
    'slots',
    slots.map((slot) => ({ session_id: sessionId, ...there, ...slot })),
  )) as [number];
  const taken: number[] = await trx('enrolments').where({ action_id: action.id }).pluck('user_id');
  const enrolled = [beneficiary, ...othersAmong(people, providerId, new Set([beneficiary.id, ...taken]))];
  await enrol(trx, enrolled, { sessionId, action, bodyId: body.id, now });
  for (const { id: userId } of enrolled.slice(1, 1 + SIGNED)) await sign(deps, trx, { slotId, userId, now });
}

/** An action of the body that anybody asks for a place of without an employer, and that the person waits for none of. */
async function findOpenAction(
  trx: Knex.Transaction,
  providerId: number,
  userId: number,
): Promise<OpenAction> {
  const action = await trx('actions as a')
    .join('action_kinds as k', 'k.id', 'a.kind_id')
    .where({ 'a.provider_id': providerId, 'k.reserved': false, 'k.needs_hr_approval': false })
    .whereNotNull('a.published_at')
    .whereNull('a.archived_at')
    .whereNotExists(
      trx('enrolments as e').whereRaw('e.action_id = a.id and is_live(e.state)').where('e.user_id', userId),
    )
    .orderByRaw(`a.modality = 'remote', a.id`)
    .first({
      id: 'a.id',
      isRemote: trx.raw(`a.modality = 'remote'`),
      isAccepted: 'k.needs_provider_approval',
    });
  if (!action) throw new Error('the training body of the demo has no open action');
  return action;
}

interface OpenAction {
  id: number;
  isRemote: boolean;
  /** The training body accepts each person. */
  isAccepted: boolean;
}

const othersAmong = (people: readonly Person[], providerId: number, but: ReadonlySet<number>): Person[] =>
  people
    .filter(({ id, affiliations: [first] }) => !but.has(id) && first && first.structure.id !== providerId)
    .slice(0, OTHERS);

async function enrol(
  trx: Knex.Transaction,
  people: readonly Person[],
  { sessionId, action, bodyId, now }: { sessionId: number; action: OpenAction; bodyId: number; now: Date },
): Promise<void> {
  const asked = (index: number) => new Date(daysAgo(now, 20).getTime() + index * HOUR);
  const accepted = (index: number) => new Date(daysAgo(now, 18).getTime() + index * HOUR);
  const ids = await insertAll(
    trx,
    'enrolments',
    people.map((person, index) => ({
      user_id: person.id,
      structure_id: person.affiliations[0]?.structure.id,
      action_id: action.id,
      session_id: sessionId,
      state: 'enrolled',
      motivation: '',
      requested_at: asked(index),
    })),
  );
  const line = (index: number, fields: object) => ({ enrolment_id: ids[index], way: 'page', ...fields });
  await trx('enrolment_history').insert(
    people.flatMap(({ id }, index) => {
      const to_state = action.isAccepted ? 'preregistered' : 'enrolled';
      const own = { at: asked(index), from_state: null, to_state, by_user_id: id, by_role: 'beneficiary' };
      const answer = { at: accepted(index), from_state: to_state, to_state: 'enrolled' };
      return action.isAccepted
        ? [line(index, own), line(index, { ...answer, by_user_id: bodyId, by_role: 'provider' })]
        : [line(index, own)];
    }),
  );
}

async function sign(
  deps: Dependencies,
  trx: Knex.Transaction,
  { slotId, userId, now }: { slotId: number; userId: number; now: Date },
): Promise<void> {
  const { secrets } = deps.config;
  const ticket = readTicket(secrets, writeTicket(secrets, slotId, 'qr', now), now);
  if (!ticket) throw new Error('the demo has no ticket to sign with');
  await signPresence(
    { ...deps, db: trx as unknown as Knex, clock: { now: () => now } },
    {
      userId,
      slotId,
      shown: { ticket },
      strokes: '',
      from: { ip: '192.0.2.1', userAgent: `Démonstration ${userId}` },
    },
  );
}
