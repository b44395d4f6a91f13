import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Slice } from '#platform/paged.ts';
import { QUESTIONS_JSON } from '../questionnaires/repository.ts';
import { LEAST_ANSWERS, type Question } from '../rules.ts';

/** What was answered to one version, of one session or of several together. */
export interface Answered {
  questionnaireId: number;
  version: number;
  questions: Question[];
  asked: number;
  answers: number;
  /** How many ticked each value, by question and value; nothing below {@link LEAST_ANSWERS} answers. */
  counts: Record<string, Record<string, number>> | null;
}

/** The answers of one session. */
export interface SessionAnswered extends Answered {
  sessionId: number;
  actionTitle: string;
  providerId: number;
  providerName: string;
  kindId: number;
  startsAt: Date;
  endsAt: Date;
  texts: { questionId: number; body: string }[] | null;
  textTotals: Record<string, number> | null;
}

/** @param textsPerQuestion how many texts of each question, in no order; null for all */
export async function findSessionAnswers(
  db: Knex,
  sessionId: number,
  textsPerQuestion: number | null,
): Promise<SessionAnswered | undefined> {
  const rows = await query<SessionAnswered[]>(
    db,
    `select v.session_id as "sessionId", a.title as "actionTitle", a.provider_id as "providerId",
            p.name as "providerName", a.kind_id as "kindId", s.starts_at as "startsAt", s.ends_at as "endsAt",
            q.id as "questionnaireId", q.version, ${QUESTIONS_JSON} as questions, v.asked, v.answers,
            case when v.answers >= :least then (
              select json_object_agg(question_id, by_value) from (
                select c.question_id, json_object_agg(c.value, c.answers) as by_value
                  from survey_counts c where c.session_id = v.session_id group by c.question_id) n) end as counts,
            case when v.answers >= :least then (
              select json_agg(json_build_object('questionId', t.question_id, 'body', t.body) order by t.id) from (
                select w.*, row_number() over (partition by question_id order by id) as place
                  from survey_texts w where w.session_id = v.session_id) t
               where t.place <= coalesce(cast(:textsPerQuestion as int), t.place)) end as texts,
            case when v.answers >= :least then (
              select json_object_agg(question_id, total) from (
                select question_id, count(*) as total from survey_texts where session_id = v.session_id
                 group by question_id) n) end as "textTotals"
       from session_surveys v
       join questionnaires q on q.id = v.questionnaire_id
       join sessions s on s.id = v.session_id
       join actions a on a.id = s.action_id
       join structures p on p.id = a.provider_id
      where v.session_id = :sessionId`,
    { sessionId, textsPerQuestion, least: LEAST_ANSWERS },
  );
  return rows[0];
}

/** One version with all that was answered to it, and the versions that there are. */
export interface KindAnswered extends Answered {
  kindLabel: string;
  versions: { version: number; publishedAt: string }[];
  /** The action that they are limited to. */
  actionTitle: string | null;
}

/**
 * All answers to one version about a kind of action, or to those of one action. Sessions with fewer than
 * {@link LEAST_ANSWERS} are left out of the counts: taking the others away would show theirs.
 * @param choice the latest published version when none is asked for
 */
export async function findKindAnswers(
  db: Knex,
  kindId: number,
  choice: { version?: number; actionId?: number },
): Promise<KindAnswered | undefined> {
  const rows = await query<KindAnswered[]>(
    db,
    `select k.label as "kindLabel", q.id as "questionnaireId", q.version, ${QUESTIONS_JSON} as questions,
            coalesce(t.asked, 0) as asked, coalesce(t.answers, 0) as answers, act.title as "actionTitle",
            (select json_agg(json_build_object('version', o.version, 'publishedAt', o.published_at)
                             order by o.version desc)
               from questionnaires o where o.kind_id = k.id and o.published_at is not null) as versions,
            (select json_object_agg(question_id, by_value) from (
               select question_id, json_object_agg(value, total) as by_value from (
                 select c.question_id, c.value, sum(c.answers) as total
                   from session_surveys v join survey_counts c on c.session_id = v.session_id
                   join sessions s on s.id = v.session_id
                  where v.questionnaire_id = q.id and v.answers >= :least
                    and (cast(:actionId as int) is null or s.action_id = :actionId)
                  group by 1, 2) n group by 1) m) as counts
       from action_kinds k
       join lateral (
         select * from questionnaires o where o.kind_id = k.id and o.published_at is not null
            and o.version = coalesce(cast(:version as int), o.version)
          order by o.version desc limit 1) q on true
       left join actions act on act.id = :actionId
       left join lateral (
         select sum(v.asked)::int as asked, sum(v.answers)::int as answers
           from session_surveys v join sessions s on s.id = v.session_id
          where v.questionnaire_id = q.id and (cast(:actionId as int) is null or s.action_id = :actionId)) t on true
      where k.id = :kindId`,
    { kindId, version: choice.version ?? null, actionId: choice.actionId ?? null, least: LEAST_ANSWERS },
  );
  return rows[0];
}

/** A session whose people have been asked, in a list. */
export interface SurveyedSession {
  sessionId: number;
  actionId: number;
  actionTitle: string;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  version: number;
  asked: number;
  answers: number;
  /** Of all answers on the scale; null below {@link LEAST_ANSWERS} answers or without such a question. */
  mean: number | null;
  total: number;
}

/** Sessions whose people have been asked, the latest first, of a version or of a training body. */
export async function findSurveyedSessions(
  db: Knex,
  of: { questionnaireId: number; actionId?: number } | { providerId: number },
  { limit, offset }: Slice,
): Promise<SurveyedSession[]> {
  const chosen =
    'providerId' in of
      ? 'a.provider_id = :providerId'
      : `v.questionnaire_id = :questionnaireId and (cast(:actionId as int) is null or s.action_id = :actionId)`;
  return query<SurveyedSession[]>(
    db,
    `select listed.*, p.name as "providerName", q.version, case when answers >= :least then (
              select round(sum(c.value * c.answers)::numeric / sum(c.answers), 1)::float8
                from survey_counts c join questionnaire_questions n on n.id = c.question_id and n.type = 'scale'
               where c.session_id = listed."sessionId") end as mean
       from (select v.session_id as "sessionId", a.id as "actionId", a.title as "actionTitle", a.provider_id,
                    v.questionnaire_id, s.starts_at as "startsAt", s.ends_at as "endsAt", v.asked, v.answers,
                    count(*) over ()::int as total
               from session_surveys v
               join sessions s on s.id = v.session_id
               join actions a on a.id = s.action_id
              where ${chosen}
              order by s.ends_at desc, s.id desc offset :offset limit :limit) listed
       join structures p on p.id = listed.provider_id
       join questionnaires q on q.id = listed.questionnaire_id
      order by listed."endsAt" desc, listed."sessionId" desc`,
    'providerId' in of
      ? { ...of, limit, offset, least: LEAST_ANSWERS }
      : {
          questionnaireId: of.questionnaireId,
          actionId: of.actionId ?? null,
          limit,
          offset,
          least: LEAST_ANSWERS,
        },
  );
}
