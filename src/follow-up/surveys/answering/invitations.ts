import type { Knex } from 'knex';
import { lock, lockedBy } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { each } from '#platform/jobs/each.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { REMINDER_DAYS, SURVEY_DAYS } from '../rules.ts';
import { type Asked, surveyMessage, surveyReminder } from './mails.ts';

interface Due extends Asked {
  enrolmentId: number;
}

/**
 * Asks those who were present what they thought, once the last slot is over, and reminds once, a week later, those who
 * have not answered. A scheduled job: each session is one transaction, so what is interrupted goes on next time.
 * @returns how many e-mails
 */
export async function sendSurveys(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  let sent = 0;
  const ask = async (sessionId: number) => {
    sent += await deps.db.transaction(async (trx) => {
      await openSurvey(trx, sessionId);
      return send(deps, trx, await invite(trx, sessionId, now), surveyMessage);
    });
  };
  const askAgain = async (enrolmentIds: number[]) => {
    sent += await deps.db.transaction(async (trx) =>
      send(deps, trx, await remind(trx, enrolmentIds, now), surveyReminder),
    );
  };
  const steps = [
    async () => each(await findSessionsToAsk(deps.db, now), ask, deps),
    async () => each(inBatches(await findToRemind(deps.db, now)), askAgain, deps),
  ];
  await each(steps, (step) => step(), deps);
  return sent;
}

async function send(
  { mail, clock }: Dependencies,
  trx: Knex.Transaction,
  due: Due[],
  message: typeof surveyMessage,
): Promise<number> {
  for (const one of due) {
    const token = newToken();
    await trx('survey_links').insert({ token_hash: hashToken(token), enrolment_id: one.enrolmentId });
    await mail.enqueue(trx, message(one, token, clock.now()));
  }
  return due.length;
}

const BATCH = 200;
function* inBatches(ids: number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += BATCH) yield ids.slice(from, from + BATCH);
}

/** The version in use for the kind of the action `a`. */
const CURRENT = `(select q.id from questionnaires q
  where q.kind_id = a.kind_id and q.published_at is not null order by q.version desc limit 1)`;

// Sessions over since their kind has a questionnaire, with somebody present who has not been asked yet.
async function findSessionsToAsk(db: Knex, now: Date): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    db,
    `select s.id from sessions s join actions a on a.id = s.action_id
      where s.ends_at <= :now and s.ends_at > cast(:now as timestamptz) - make_interval(days => ${SURVEY_DAYS})
        and s.ends_at >= (select min(q.published_at) from questionnaires q where q.kind_id = a.kind_id)
        and exists (select from questionnaire_questions n
                     where n.questionnaire_id = coalesce(
                       (select v.questionnaire_id from session_surveys v where v.session_id = s.id), ${CURRENT}))
        and exists (select from enrolments e join users u on u.id = e.user_id
                     where e.session_id = s.id and e.state = 'attended' and u.closed_at is null
                       and not exists (select from survey_invitations i where i.enrolment_id = e.id))
      order by s.ends_at, s.id`,
    { now },
  );
  return rows.map(({ id }) => id);
}

/** Settles which version the session answers, and keeps two runs of the job from asking the same people. */
async function openSurvey(trx: Knex.Transaction, sessionId: number): Promise<void> {
  await execute(
    trx,
    `insert into session_surveys (session_id, questionnaire_id)
     select s.id, ${CURRENT} from sessions s join actions a on a.id = s.action_id where s.id = ?
     on conflict (session_id) do nothing`,
    [sessionId],
  );
  await lock(trx, { surveys: [sessionId] });
}

const PEOPLE = `select e.id as "enrolmentId", u.email, full_name(u) as "personName",
                       a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt"
                  from enrolments e
                  join users u on u.id = e.user_id
                  join actions a on a.id = e.action_id
                  join sessions s on s.id = e.session_id`;

async function invite(trx: Knex.Transaction, sessionId: number, now: Date): Promise<Due[]> {
  return query<Due[]>(
    trx,
    `with asked as (
       insert into survey_invitations (enrolment_id, session_id, sent_at)
       select e.id, e.session_id, :now from enrolments e join users u on u.id = e.user_id
        where e.session_id = :sessionId and e.state = 'attended' and u.closed_at is null
       on conflict (enrolment_id) do nothing
       returning enrolment_id
     ), counted as (
       update session_surveys set asked = asked + (select count(*) from asked) where session_id = :sessionId
     )
     ${PEOPLE} join asked on asked.enrolment_id = e.id order by e.id`,
    { sessionId, now },
  );
}

async function findToRemind(db: Knex, now: Date): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    db,
    `select i.enrolment_id as id from survey_invitations i
       join enrolments e on e.id = i.enrolment_id and e.state = 'attended'
       join users u on u.id = e.user_id and u.closed_at is null
      where i.reminded_at is null and not i.has_answered
        and i.sent_at <= cast(:now as timestamptz) - make_interval(days => ${REMINDER_DAYS})
        and i.sent_at > cast(:now as timestamptz) - make_interval(days => ${SURVEY_DAYS})
      order by i.enrolment_id`,
    { now },
  );
  return rows.map(({ id }) => id);
}

// Somebody who has answered meanwhile is left alone: the row says so once it is ours.
async function remind(trx: Knex.Transaction, enrolmentIds: number[], now: Date): Promise<Due[]> {
  return query<Due[]>(
    trx,
    `with mine as (
       select enrolment_id from survey_invitations
        where enrolment_id = any(cast(:enrolmentIds as int[])) ${lockedBy('enrolment_id')}
     ), reminded as (
       update survey_invitations i set reminded_at = :now from mine
        where i.enrolment_id = mine.enrolment_id and i.reminded_at is null and not i.has_answered
        returning i.enrolment_id
     )
     ${PEOPLE} join reminded on reminded.enrolment_id = e.id order by e.id`,
    { enrolmentIds, now },
  );
}
