import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { documentKindsOf, type IssuedDocument, type News } from './kind.ts';
import { documentsMessage, withdrawnMessage } from './mails.ts';
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
