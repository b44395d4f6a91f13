import { baseline } from '#platform/database/baseline.ts';

/** What a session leaves: presence per half-day, messages and documents, questionnaires, figures. */
export const { up, down } = baseline(String.raw`
  -- A half-day whose presence has been recorded; the version tells of a form that was opened before.
  create table attendance_slots (
    slot_id integer primary key references slots,
    version integer not null default 1,
    recorded_at timestamptz not null,
    recorded_by integer not null references users
  );

  create table attendance (
    enrolment_id integer not null references enrolments,
    slot_id integer not null references attendance_slots,
    presence text not null check (presence in ('present', 'partial', 'absent', 'excused')),
    minutes integer check (minutes > 0),
    -- When it last became what it is, so that validators are told of corrections only.
    changed_at timestamptz not null,
    primary key (enrolment_id, slot_id),
    check ((presence = 'partial') = (minutes is not null))
  );
  create index attendance_slot on attendance (slot_id);

  -- The sheet of a session once the provider has validated it: the validators have been told what it says.
  create table attendance_sheets (
    session_id integer primary key references sessions,
    closed_at timestamptz not null,
    closed_by integer not null references users
  );

  -- What a training body sends to the people of a session, with who got it.
  create table session_messages (
    id integer generated always as identity primary key,
    session_id integer not null references sessions on delete cascade,
    author_id integer not null references users,
    sent_at timestamptz not null,
    subject text not null,
    body text not null,
    -- Of the form that sent it: sent twice, it is one message.
    form_key uuid not null unique
  );
  create index session_messages_session on session_messages (session_id, sent_at desc, id desc);
  create index session_messages_author on session_messages (author_id, sent_at);
  create index session_messages_sent on session_messages (sent_at desc, id desc);

  create table session_message_recipients (
    message_id integer not null references session_messages on delete cascade,
    enrolment_id integer not null references enrolments,
    primary key (message_id, enrolment_id)
  );
  create index session_message_recipients_enrolment on session_message_recipients (enrolment_id);

  create table session_documents (
    id integer generated always as identity primary key,
    session_id integer not null references sessions on delete cascade,
    title text not null,
    bytes integer not null check (bytes > 0),
    sha256 text not null,
    added_at timestamptz not null,
    added_by integer not null references users,
    -- The same file twice is a double click.
    unique (session_id, sha256)
  );

  -- Apart, so that no list reads it. A PDF is compressed already.
  create table session_document_contents (
    document_id integer primary key references session_documents on delete cascade,
    content bytea not null
  );
  alter table session_document_contents alter content set storage external;

  -- Satisfaction questionnaires: versions of questions per kind of action, who has been asked, and answers that nothing
  -- ties to whoever gave them: only their numbers are kept, and texts without order or date.
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

  -- Nothing is sent before the agency has read them and published: a beginning for every kind.
  insert into questionnaires (kind_id, version) select id, 1 from action_kinds order by id;
  insert into questionnaire_questions (questionnaire_id, position, type, label, choices, is_required)
  select q.id, one.* from (values
    (0, 'scale', E'Dans l’ensemble, êtes-vous satisfait de cette action\u00a0?', '{}'::text[], true),
    (1, 'scale', E'Le contenu répondait-il à vos attentes\u00a0?', '{}', true),
    (2, 'scale', E'L’animation était-elle adaptée\u00a0?', '{}', true),
    (3, 'scale', E'L’organisation (horaires, lieu ou connexion, informations reçues) vous a-t-elle convenu\u00a0?', '{}', true),
    (4, 'choice', E'Pensez-vous réutiliser ce que vous avez appris dans votre travail\u00a0?',
     '{"Oui, rapidement", "Oui, plus tard", "En partie", "Non"}', true),
    (5, 'text', E'Qu’est-ce qui vous a été le plus utile\u00a0?', '{}', false),
    (6, 'text', E'Que faudrait-il améliorer\u00a0?', '{}', false)
  ) one, questionnaires q order by one.column1, q.id;

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

  -- The figures of the whole region, counted beforehand: people reached cannot be added up from parts, so every total
  -- that a page can ask for is a row. A job writes them all again every hour.
  create table figures (
    -- Of the session's first day in Paris.
    year integer not null,
    -- Null in any of these four: all of them together.
    month integer,
    kind_id integer references action_kinds on delete cascade,
    theme_id integer references themes on delete cascade,
    -- Where the structures of the people are.
    department text,
    requests integer not null,
    refused_by_hr integer not null,
    refused_by_provider integer not null,
    seats integer not null,
    -- Null by département: a seat is offered to the whole region.
    capacity integer,
    present integer not null,
    absent integer not null,
    people integer not null,
    unique nulls not distinct (year, department, kind_id, theme_id, month)
  );
  create table figures_refresh (
    id integer primary key default 1 check (id = 1),
    refreshed_at timestamptz not null
  );
`);
