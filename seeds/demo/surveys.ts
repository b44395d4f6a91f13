import type { Knex } from 'knex';
import { french } from './french.ts';
import type { Person } from './people.ts';
import { createRandom } from './random.ts';

const DAY = 86_400_000;
/** Since when the questionnaires are in use. */
const IN_USE_FOR = 400 * DAY;
const REMINDED_AFTER = 7 * DAY;

const USEFUL = [
  'Les exercices à partir de nos propres situations.',
  'Les échanges avec des collègues d’autres structures.',
  'Des outils directement réutilisables en entretien.',
  'Le dossier remis à la fin, clair et complet.',
];
const BETTER = [
  'Prévoir un peu plus de temps pour la pratique.',
  'Envoyer les supports avant la première séance.',
  'Une salle plus facile à rejoindre en transports en commun.',
];

interface Present {
  id: number;
  user_id: number;
  session_id: number;
  questionnaire_id: number;
  ends_at: Date;
}

/** Publishes the questionnaires, asks those who were present, and lets most of them answer. */
export async function insertSurveys(
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const random = createRandom(29);
  await trx('questionnaires').update({ published_at: new Date(now.getTime() - IN_USE_FOR) });
  const { rows } = await trx.raw<{ rows: Present[] }>(
    `select e.id, e.user_id, e.session_id, q.id as questionnaire_id, s.ends_at
       from enrolments e
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join questionnaires q on q.kind_id = a.kind_id
      where e.state = 'attended' and s.ends_at < ? order by e.id`,
    [new Date(now.getTime() - DAY)],
  );
  if (rows.length === 0) return;
  // Left to whoever tries the demo.
  const visitorId = people.find((one) => one.login === 'beneficiaire')?.id;
  const answering = rows.filter((one) => one.user_id !== visitorId && random.chance(0.8));
  const countOf = (list: readonly Present[], sessionId: number) =>
    list.filter((one) => one.session_id === sessionId).length;

  const sessions = new Map(rows.map((one) => [one.session_id, one.questionnaire_id]));
  await trx('session_surveys').insert(
    [...sessions].map(([session_id, questionnaire_id]) => ({
      session_id,
      questionnaire_id,
      asked: countOf(rows, session_id),
      answers: countOf(answering, session_id),
    })),
  );
  await trx('survey_invitations').insert(
    rows.map((one) => {
      const sent = new Date(one.ends_at.getTime() + DAY);
      const isReminded = !answering.includes(one) && now.getTime() - sent.getTime() >= REMINDED_AFTER;
      return {
        enrolment_id: one.id,
        session_id: one.session_id,
        sent_at: sent,
        has_answered: answering.includes(one),
        reminded_at: isReminded ? new Date(sent.getTime() + REMINDED_AFTER) : null,
      };
    }),
  );
  await insertAnswers(trx, answering, random);
}

async function insertAnswers(
  trx: Knex.Transaction,
  answering: readonly Present[],
  random: ReturnType<typeof createRandom>,
): Promise<void> {
  const questions: { id: number; questionnaire_id: number; type: string; position: number }[] = await trx(
    'questionnaire_questions',
  ).orderBy(['questionnaire_id', 'position']);
  const counts = new Map<
    string,
    { session_id: number; question_id: number; value: number; answers: number }
  >();
  const texts: { session_id: number; question_id: number; body: string }[] = [];
  for (const { session_id, questionnaire_id } of answering) {
    for (const { id: question_id, type, position } of questions.filter(
      (one) => one.questionnaire_id === questionnaire_id,
    )) {
      if (type === 'text') {
        const bodies = position === 5 ? USEFUL : BETTER;
        if (random.chance(0.5)) texts.push({ session_id, question_id, body: french(random.pick(bodies)) });
        continue;
      }
      const value = type === 'scale' ? random.pick([5, 5, 4, 4, 4, 3, 2]) : random.pick([1, 1, 2, 3, 4]);
      const key = `${session_id}:${question_id}:${value}`;
      const known = counts.get(key) ?? { session_id, question_id, value, answers: 0 };
      counts.set(key, { ...known, answers: known.answers + 1 });
    }
  }
  await trx('survey_counts').insert([...counts.values()]);
  await trx('survey_texts').insert(texts);
}
