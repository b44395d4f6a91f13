import { baseline } from '#platform/database/baseline.ts';

const CONTACT = String.raw`Pour toute question, écrivez au contact indiqué dans ce message\u00a0: nous vous aiderons à refaire votre demande.`;
const NAMED = String.raw`a structure «\u00a0{structure}\u00a0»`;

/** What the agency decides about requests of any kind: while a decision may be undone, and the words of its refusals. */
export const { up, down } = baseline(String.raw`
  -- Decisions that may still be undone: nothing has been sent or changed yet.
  create table scheduled_decisions (
    id integer generated always as identity primary key,
    -- The kind of file, as in the audit journal, and its number there.
    kind text not null,
    request_id integer not null,
    decision text not null,
    -- Kept for as long as the decision may have to be taken again: emptied once it is applied, undone or moot.
    reason text,
    parameters jsonb not null default '{}',
    decided_by integer not null references users,
    decided_at timestamptz not null,
    due_at timestamptz not null,
    state text not null default 'scheduled' check (state in ('scheduled', 'applied', 'undone', 'moot', 'failed')),
    ended_at timestamptz,
    -- Why it could not be applied, in the words of the page.
    failure text,
    -- From where it was taken, for the journal to say so when it is applied later.
    ip inet,
    web_request_id text,
    check (due_at >= decided_at),
    check ((state = 'scheduled') = (ended_at is null)),
    check ((state in ('moot', 'failed')) = (failure is not null))
  );
  -- One decision at a time for each request.
  create unique index one_scheduled_decision on scheduled_decisions (kind, request_id) where state = 'scheduled';
  create index scheduled_decisions_request on scheduled_decisions (kind, request_id, id desc);
  create index scheduled_decisions_due on scheduled_decisions (due_at) where state = 'scheduled';

  -- « Modèles de réponse »: reasons that the agency writes once, and begins its refusals with.
  create table reply_templates (
    id integer generated always as identity primary key,
    -- The kind of file that it answers, as in the audit journal.
    kind text not null,
    title text not null,
    body text not null,
    position integer not null,
    updated_at timestamptz not null
  );
  create index reply_templates_kind on reply_templates (kind, position, id);

  -- What a first day asks for; the agency changes them.
  insert into reply_templates (updated_at, kind, position, title, body)
  select now(), one.* from (values
    ('account_request', 0, 'Mauvaise structure',
     E'D’après votre fonction et votre adresse e-mail, vous ne travaillez pas dans l${NAMED}. Refaites votre demande en choisissant l’établissement où vous travaillez, de préférence par son SIRET.'),
    ('account_request', 1, 'Adresse e-mail personnelle',
     E'Votre demande porte une adresse e-mail personnelle. Refaites-la avec votre adresse professionnelle dans l${NAMED}.'),
    ('account_request', 2, 'Personne inconnue de la structure',
     E'L${NAMED} ne nous a pas confirmé que vous y travaillez. ${CONTACT}'),
    ('affiliation_request', 0, 'Mauvaise structure',
     E'Vous ne semblez pas travailler dans l${NAMED}. Choisissez l’établissement où vous travaillez, de préférence par son SIRET.'),
    ('affiliation_request', 1, 'Personne inconnue de la structure',
     E'L${NAMED} ne nous a pas confirmé que vous y travaillez. ${CONTACT}'),
    ('structure_request', 0, 'Structure déjà dans la liste',
     E'L${NAMED} est déjà dans la liste, sous un autre nom ou un autre SIRET. Cherchez-la par son SIRET ou par sa ville, puis faites votre demande de compte.'),
    ('structure_request', 1, 'Hors de notre périmètre',
     E'Les comptes sont réservés aux professionnels de l’orientation, de la formation et de l’emploi de Nouvelle-Aquitaine. L’activité de l${NAMED} n’en relève pas.'),
    ('structure_request', 2, 'Informations insuffisantes',
     E'Nous n’avons pas pu vérifier l’activité de l${NAMED} à l’adresse indiquée. ${CONTACT}'),
    ('membership_request', 0, 'Structure non éligible',
     E'L’adhésion est réservée aux structures de Nouvelle-Aquitaine dont l’activité relève de l’orientation, de la formation ou de l’emploi. L${NAMED} ne remplit pas cette condition.'),
    ('membership_request', 1, 'Demande en double',
     E'L’adhésion de l${NAMED} pour cette année est déjà enregistrée par un autre établissement de votre organisme. Vous n’avez rien à faire.'),
    ('deletion_request', 0, 'Inscription en cours',
     'Une formation est en cours ou à venir à votre nom. Attendez sa fin, ou annulez d’abord votre inscription, puis refaites votre demande.'),
    ('deletion_request', 1, 'Demande à confirmer',
     E'Nous n’avons pas pu vérifier que cette demande vient de vous. ${CONTACT}'),
    ('structure_update', 0, 'Information non vérifiable',
     E'Les modifications demandées pour l${NAMED} ne correspondent pas au répertoire SIRENE. Faites d’abord corriger la fiche de l’établissement auprès de l’Insee. ${CONTACT}'),
    ('session_proposal', 0, 'Dates déjà prises',
     E'Une autre action pour le même public a lieu à ces dates. Pouvez-vous en proposer d’autres\u00a0?'),
    ('session_proposal', 1, 'Trop peu de demandes',
     E'Les sessions prévues de cette action ont encore des places\u00a0: nous préférons les remplir avant d’en ouvrir une autre.')
  ) one;
`);
