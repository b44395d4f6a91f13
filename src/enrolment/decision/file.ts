import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Way } from '../doer.ts';
import { PUBLIC_SLOTS } from '../slots.ts';
import type { Role, State } from '../states.ts';

/** One line of an enrolment's history, as pages show it. */
export interface HistoryLine {
  at: Date;
  from: State | null;
  to: State;
  role: Role;
  way: Way;
  userId: number | null;
  name: string | null;
  /** The absent Valideur RH in whose name they did it. */
  forName: string | null;
  reason: string | null;
}

/** Everything that somebody who decides on a request needs to see (domain.md §7, « The validator's e-mail link »). */
export interface EnrolmentFile {
  id: number;
  state: State;
  userId: number;
  structureId: number;
  actionId: number;
  providerId: number;
  personName: string;
  personEmail: string;
  jobTitle: string | null;
  structureName: string;
  actionTitle: string;
  slug: string;
  kindLabel: string;
  modality: string;
  durationDays: number;
  providerName: string;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
  registrationClosesAt: Date;
  isCancelled: boolean;
  needsHrApproval: boolean;
  needsProviderApproval: boolean;
  lateWithdrawalDays: number;
  withdrawnLate: boolean;
  confirmationAskedAt: Date | null;
  confirmedAt: Date | null;
  capacity: number;
  seatsHeld: number;
  waiting: number;
  motivation: string;
  requestedAt: Date;
  /** The person no longer belongs to the structure. */
  hasLeft: boolean;
  isClosed: boolean;
  /** When the agency left them their place after a departure, and who did. */
  keptAt: Date | null;
  keptBy: string | null;
  slots: { startsAt: string; endsAt: string; modality: string; place: string; city: string }[];
  history: HistoryLine[];
}

interface FileRow extends Omit<EnrolmentFile, 'history'> {
  history: (Omit<HistoryLine, 'at'> & { at: string })[];
}

/** Which file: by its number, or by the validator's secret link (its hash), as it stands now. */
export type FileKey = { id: number } | { linkHash: string; now: Date };

/**
 * Loads the whole file of an enrolment in one statement.
 * @returns undefined when there is none; for a link also when its holder may no longer decide as they did when it was
 *   sent: by their own right, or in the place of that very validator
 */
export async function findEnrolmentFile(
  db: Knex,
  key: FileKey,
): Promise<(EnrolmentFile & { linkHolderId: number | null }) | undefined> {
  const byLink = 'linkHash' in key;
  const rows = await query<(FileRow & { linkHolderId: number | null })[]>(
    db,
    `select e.id, e.state, e.user_id as "userId", e.structure_id as "structureId", e.action_id as "actionId",
            a.provider_id as "providerId",
            full_name(u) as "personName", u.email as "personEmail",
            u.job_title as "jobTitle", st.name as "structureName", a.title as "actionTitle", a.slug,
            k.label as "kindLabel", a.modality, a.duration_days as "durationDays", pr.name as "providerName",
            s.id as "sessionId", s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.registration_closes_at as "registrationClosesAt", s.cancelled_at is not null as "isCancelled", s.capacity, e.motivation,
            e.requested_at as "requestedAt", e.withdrawn_late as "withdrawnLate",
            e.confirmation_asked_at as "confirmationAskedAt", e.confirmed_at as "confirmedAt",
            k.needs_hr_approval as "needsHrApproval", k.needs_provider_approval as "needsProviderApproval",
            settings.late_withdrawal_days as "lateWithdrawalDays", u.closed_at is not null as "isClosed",
            not exists (select from affiliations af
                         where af.user_id = e.user_id and af.structure_id = e.structure_id) as "hasLeft",
            e.kept_at as "keptAt",
            (select full_name(kb) from users kb where kb.id = e.kept_by) as "keptBy",
            s.seats_held as "seatsHeld", s.waitlisted as waiting,
            ${PUBLIC_SLOTS} as slots,
            (select json_agg(json_build_object('at', h.at, 'from', h.from_state, 'to', h.to_state, 'role', h.by_role, 'way', h.way,
                      'reason', h.reason, 'userId', h.by_user_id,
                      'name', full_name(b),
                      'forName', full_name(f)) order by h.id)
               from enrolment_history h left join users b on b.id = h.by_user_id
               left join users f on f.id = h.for_user_id
              where h.enrolment_id = e.id) as history,
            ${byLink ? 'l.user_id' : 'null::int'} as "linkHolderId"
       from enrolments e
       ${
         byLink
           ? `join decision_links l on l.enrolment_id = e.id and l.token_hash = :linkHash and l.ended_at is null and exists (
                select from acting_validators v
                 where v.user_id = l.user_id and v.structure_id = e.structure_id
                   and v.delegation_id is not distinct from l.delegation_id
                   and v.for_user_id is distinct from e.user_id
                   and cast(:today as date) between v.from_day and v.until_day)`
           : ''
       }
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       join structures pr on pr.id = a.provider_id
       join enrolment_settings settings on settings.id = 1
      where ${byLink ? 'true' : 'e.id = :id'}`,
    byLink ? { linkHash: key.linkHash, today: parisDay(key.now).toString() } : key,
  );
  const row = rows[0];
  if (!row) return undefined;
  const { history, ...file } = row;
  const lines = history.map((line) => ({ ...line, at: new Date(line.at) }));
  return {
    ...file,
    history: lines,
  };
}
