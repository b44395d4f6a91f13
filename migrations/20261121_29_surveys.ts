import type { Knex } from 'knex';

/**
 * Satisfaction questionnaires: versions of questions per kind of action, who has been asked, and answers that nothing
 * ties to whoever gave them: only their numbers are kept, and texts without order or date.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table questionnaires (
      id integer generated always as identity primary key,
      kind_id integer not null references action_kinds on delete cascade,
      version integer not null check (version > 0),
      -- Null while it is a draft. A published version never changes; one without questions asks nothing any more.
      published_at timestamptz,
      unique (kind_id, version)
    );
    create unique index one_draft_per_kind on questionnaires (kind_id) where published_at is null;

    create table questionnaire_questions (
      id integer generated always as identity primary key,
      questionnaire_id integer not null references questionnaires on delete cascade,
      position integer not null,
      type text not null check (type in ('scale', 'choice', 'text')),
      label text not null,
      choices text[] not null default '{}',
      is_required boolean not null,
      check ((type = 'choice') = (cardinality(choices) > 0))
    );
    create index questionnaire_questions_order on questionnaire_questions (questionnaire_id, position, id);

    -- The version that the people of a session answer, settled when the first of them is asked.
    create table session_surveys (
      session_id integer primary key references sessions,
      questionnaire_id integer not null references questionnaires,
      asked integer not null default 0,
      answers integer not null default 0 check (answers <= asked)
    );
    create index session_surveys_questionnaire on session_surveys (questionnaire_id, session_id);

    create table survey_invitations (
      enrolment_id integer primary key references enrolments,
      session_id integer not null references session_surveys,
      sent_at timestamptz not null,
      reminded_at timestamptz,
      has_answered boolean not null default false
    );
    create index survey_invitations_to_remind on survey_invitations (sent_at)
      where reminded_at is null and not has_answered;

    create table survey_links (
      token_hash text primary key,
      enrolment_id integer not null references survey_invitations on delete cascade
    );
    create index survey_links_enrolment on survey_links (enrolment_id);

    -- How many gave this answer: 1 to 5 of a scale, the place of a choice in its list.
    create table survey_counts (
      session_id integer not null references session_surveys,
      question_id integer not null references questionnaire_questions,
      value smallint not null check (value > 0),
      answers integer not null check (answers > 0),
      primary key (session_id, question_id, value)
    );

    -- Written again in a new order with each answer: neither a number, a date nor a place tells who wrote one.
    create table survey_texts (
      id uuid primary key default gen_random_uuid(),
      session_id integer not null references session_surveys,
      question_id integer not null references questionnaire_questions,
      body text not null
    );
    create index survey_texts_question on survey_texts (session_id, question_id, id);

    -- Nothing is sent before the agency has read them and published: a beginning for every kind.
    insert into questionnaires (kind_id, version) select id, 1 from action_kinds;
  `);
  for (const [position, [type, label, isRequired, choices]] of FIRST_QUESTIONS.entries()) {
    await knex.raw(
      `insert into questionnaire_questions (questionnaire_id, position, type, label, choices, is_required)
       select id, ?, ?, ?, ?, ? from questionnaires`,
      [position, type, label, choices as string[], isRequired],
    );
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table survey_texts, survey_counts, survey_links, survey_invitations, session_surveys,
      questionnaire_questions, questionnaires;
  `);
}

const FIRST_QUESTIONS: [type: string, label: string, isRequired: boolean, choices: string[]][] = [
  ['scale', 'Dans l’ensemble, êtes-vous satisfait de cette action\u00a0?', true, []],
  ['scale', 'Le contenu répondait-il à vos attentes\u00a0?', true, []],
  ['scale', 'L’animation était-elle adaptée\u00a0?', true, []],
  [
    'scale',
    'L’organisation (horaires, lieu ou connexion, informations reçues) vous a-t-elle convenu\u00a0?',
    true,
    [],
  ],
  [
    'choice',
    'Pensez-vous réutiliser ce que vous avez appris dans votre travail\u00a0?',
    true,
    ['Oui, rapidement', 'Oui, plus tard', 'En partie', 'Non'],
  ],
  ['text', 'Qu’est-ce qui vous a été le plus utile\u00a0?', false, []],
  ['text', 'Que faudrait-il améliorer\u00a0?', false, []],
];
