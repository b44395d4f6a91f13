import type { Knex } from 'knex';
import { holds, type KnownRecipient, RECIPIENT } from '#access/recipients.ts';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { documentKindsOf, type IssuedDocument, type News } from './kind.ts';
import { documentsMessage, employerMessage, withdrawnMessage } from './mails.ts';
import { noteSent } from './sent.ts';

interface Person {
  enrolmentId: number;
  email: string;
  firstName: string;
  lastName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

/**
 * Writes to each person about their new documents, once for all of them, and notes that they were sent. A closed account
 * is not written to.
 * @returns how many people are written to
 */
export async function tellPeople(
  deps: Dependencies,
  trx: Knex.Transaction,
  news: readonly News[],
): Promise<number> {
  const byEnrolment = Map.groupBy(news, ({ document }) => document.enrolmentId);
  byEnrolment.delete(null);
  if (byEnrolment.size === 0) return 0;
  const people = await findPeople(trx, [...byEnrolment.keys()]);
  const kinds = documentKindsOf(deps.features);
  const at = deps.clock.now();
  const documentsOf = ({ enrolmentId }: Person) =>
    (byEnrolment.get(enrolmentId) ?? []).map(({ document }) => document);
  await deps.mail.enqueueAll(
    trx,
    people.map((person) =>
      documentsMessage(
        person,
        documentsOf(person).map((one) => ({ ...one, label: kinds.get(one.kind)?.label ?? one.kind })),
        at,
      ),
    ),
  );
  await noteSent(
    trx,
    people.flatMap(documentsOf).map(({ id }) => id),
    at,
  );
  return people.length;
}

/**
 * Writes to each person that documents of theirs are withdrawn, once for all of them, with the reason.
 * @param gone of one person or several; those of no person are passed over
 */
export async function tellWithdrawn(
  deps: Dependencies,
  trx: Knex.Transaction,
  gone: readonly IssuedDocument[],
  reason: string,
): Promise<void> {
  const byEnrolment = Map.groupBy(gone, ({ enrolmentId }) => enrolmentId);
  byEnrolment.delete(null);
  if (byEnrolment.size === 0) return;
  const kinds = documentKindsOf(deps.features);
  const people = await findPeople(trx, [...byEnrolment.keys()]);
  await deps.mail.enqueueAll(
    trx,
    people.map((person) =>
      withdrawnMessage(
        person,
        (byEnrolment.get(person.enrolmentId) ?? []).map((one) => ({
          number: one.number,
          label: kinds.get(one.kind)?.label ?? one.kind,
        })),
        reason,
        deps.clock.now(),
      ),
    ),
  );
  await tellEmployers(deps, trx, gone, reason);
}

/** Those of the new documents that replace others. */
export const replacing = (news: readonly News[]): IssuedDocument[] =>
  news.flatMap(({ document }) => (document.replaces ? [document] : []));

/** Somebody who decides for an employer, and its people of one session. */
interface Employer extends KnownRecipient {
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  people: { enrolmentId: number; name: string }[];
}

/**
 * Writes to the Valideurs RH whose people's documents are others now, or valid no more: once for all people of a session. The
 * employer has the former ones in its files (`isFiledByEmployer`).
 * @param reason of a withdrawal
 */
export async function tellEmployers(
  deps: Dependencies,
  trx: Knex.Transaction,
  documents: readonly IssuedDocument[],
  reason?: string,
): Promise<void> {
  const kinds = documentKindsOf(deps.features);
  const filed = documents.filter(({ kind }) => kinds.get(kind)?.isFiledByEmployer);
  const byEnrolment = Map.groupBy(filed, ({ enrolmentId }) => enrolmentId);
  byEnrolment.delete(null);
  if (byEnrolment.size === 0) return;
  const employers = await query<Employer[]>(
    trx,
    `select ${RECIPIENT}, a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
            json_agg(json_build_object('enrolmentId', e.id, 'name', full_name(u)) order by u.last_name, e.id) as people
       from enrolments e
       join users u on u.id = e.user_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = s.action_id
       join users p on p.id <> u.id and p.closed_at is null and ${holds('hr_validator', 'e.structure_id')}
      where e.id = any(cast(? as int[]))
      group by p.id, s.id, a.id, e.structure_id order by p.id, s.id`,
    [[...byEnrolment.keys()]],
  );
  await deps.mail.enqueueAll(
    trx,
    employers.map((employer) =>
      employerMessage(
        employer,
        employer.people.map(({ enrolmentId, name }) => ({
          name,
          documents: (byEnrolment.get(enrolmentId) ?? []).map((one) => ({
            label: kinds.get(one.kind)?.label ?? one.kind,
            number: one.number,
            replaces: reason === undefined ? one.replaces : null,
          })),
        })),
        reason,
        deps.clock.now(),
      ),
    ),
  );
}

const findPeople = (trx: Knex.Transaction, enrolmentIds: readonly (number | null)[]): Promise<Person[]> =>
  query<Person[]>(
    trx,
    `select e.id as "enrolmentId", cast(u.email as text) as email, u.first_name as "firstName",
            u.last_name as "lastName", a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt"
       from enrolments e
       join users u on u.id = e.user_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = s.action_id
      where e.id = any(cast(? as int[])) and u.closed_at is null
      order by e.id`,
    [enrolmentIds],
  );
