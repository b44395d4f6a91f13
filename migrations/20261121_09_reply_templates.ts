import type { Knex } from 'knex';

/** « Modèles de réponse »: reasons that the agency writes once, and begins its refusals with. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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
  `);
  const updated_at = new Date();
  await knex('reply_templates').insert(
    Object.entries(DEFAULTS).flatMap(([kind, templates]) =>
      templates.map(([title, body], position) => ({ kind, title, body, position, updated_at })),
    ),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table reply_templates;');
}

const CONTACT =
  'Pour toute question, écrivez au contact indiqué dans ce message\u00a0: nous vous aiderons à refaire votre demande.';

/** What a first day asks for; the agency changes them on « Modèles de réponse ». */
const DEFAULTS: Record<string, [title: string, body: string][]> = {
  account_request: [
    [
      'Mauvaise structure',
      'Bonjour {prenom},\n\nD’après votre fonction et votre adresse e-mail, vous ne travaillez pas à {structure}. Refaites votre demande en choisissant l’établissement où vous travaillez, de préférence par son SIRET.',
    ],
    [
      'Adresse e-mail personnelle',
      'Bonjour {prenom},\n\nVotre demande porte une adresse e-mail personnelle. Refaites-la avec votre adresse professionnelle à {structure}.',
    ],
    [
      'Personne inconnue de la structure',
      `Bonjour {prenom},\n\n{structure} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
    ],
  ],
  affiliation_request: [
    [
      'Mauvaise structure',
      'Bonjour {prenom},\n\nVous ne semblez pas travailler à {structure}. Choisissez l’établissement où vous travaillez, de préférence par son SIRET.',
    ],
    [
      'Personne inconnue de la structure',
      `Bonjour {prenom},\n\n{structure} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
    ],
  ],
  structure_request: [
    [
      'Structure déjà dans la liste',
      'Bonjour {prenom},\n\n{structure} est déjà dans la liste, sous un autre nom ou un autre SIRET. Cherchez-la par son SIRET ou par sa ville, puis faites votre demande de compte.',
    ],
    [
      'Hors de notre périmètre',
      'Bonjour {prenom},\n\nLes comptes sont réservés aux professionnels de l’orientation, de la formation et de l’emploi de Nouvelle-Aquitaine. {structure} n’en fait pas partie.',
    ],
    [
      'Informations insuffisantes',
      `Bonjour {prenom},\n\nNous n’avons pas pu vérifier l’activité de {structure} à l’adresse indiquée. ${CONTACT}`,
    ],
  ],
  membership_request: [
    [
      'Structure non éligible',
      'Bonjour,\n\nL’adhésion est réservée aux structures de Nouvelle-Aquitaine dont l’activité relève de l’orientation, de la formation ou de l’emploi. {structure} ne remplit pas cette condition.',
    ],
    [
      'Demande en double',
      'Bonjour,\n\nL’adhésion de {structure} pour cette année est déjà enregistrée par un autre établissement de votre organisme. Vous n’avez rien à faire.',
    ],
  ],
  deletion_request: [
    [
      'Inscription en cours',
      'Bonjour {prenom},\n\nUne formation est en cours ou à venir à votre nom. Attendez sa fin, ou annulez d’abord votre inscription, puis refaites votre demande.',
    ],
    [
      'Demande à confirmer',
      `Bonjour {prenom},\n\nNous n’avons pas pu vérifier que cette demande vient de vous. ${CONTACT}`,
    ],
  ],
  structure_update: [
    [
      'Information non vérifiable',
      `Bonjour {prenom},\n\nLes modifications demandées pour {structure} ne correspondent pas au répertoire SIRENE. Faites d’abord corriger la fiche de l’établissement auprès de l’Insee. ${CONTACT}`,
    ],
  ],
};
