import type { Knex } from 'knex';

/**
 * The e-mail of a refusal greets already: the templates delivered with « Modèles de réponse » no longer do, and name
 * the structure in a way that suits any name. Those that the agency has rewritten stay as they are.
 */
export async function up(knex: Knex): Promise<void> {
  for (const { kind, before, after } of TEMPLATES) {
    await knex('reply_templates').where({ kind, body: before }).update({ body: after });
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const { kind, before, after } of TEMPLATES) {
    await knex('reply_templates').where({ kind, body: after }).update({ body: before });
  }
}

const CONTACT =
  'Pour toute question, écrivez au contact indiqué dans ce message\u00a0: nous vous aiderons à refaire votre demande.';
const NAMED = 'la structure «\u00a0{structure}\u00a0»';
const OF_NAMED = 'La structure «\u00a0{structure}\u00a0»';

const WORDS: Record<string, { greeting: string; bodies: [before: string, after: string][] }> = {
  account_request: {
    greeting: 'Bonjour {prenom},',
    bodies: [
      [
        'D’après votre fonction et votre adresse e-mail, vous ne travaillez pas à {structure}. Refaites votre demande en choisissant l’établissement où vous travaillez, de préférence par son SIRET.',
        `D’après votre fonction et votre adresse e-mail, vous ne travaillez pas dans ${NAMED}. Refaites votre demande en choisissant l’établissement où vous travaillez, de préférence par son SIRET.`,
      ],
      [
        'Votre demande porte une adresse e-mail personnelle. Refaites-la avec votre adresse professionnelle à {structure}.',
        `Votre demande porte une adresse e-mail personnelle. Refaites-la avec votre adresse professionnelle dans ${NAMED}.`,
      ],
      [
        `{structure} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
        `${OF_NAMED} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
      ],
    ],
  },
  affiliation_request: {
    greeting: 'Bonjour {prenom},',
    bodies: [
      [
        'Vous ne semblez pas travailler à {structure}. Choisissez l’établissement où vous travaillez, de préférence par son SIRET.',
        `Vous ne semblez pas travailler dans ${NAMED}. Choisissez l’établissement où vous travaillez, de préférence par son SIRET.`,
      ],
      [
        `{structure} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
        `${OF_NAMED} ne nous a pas confirmé que vous y travaillez. ${CONTACT}`,
      ],
    ],
  },
  structure_request: {
    greeting: 'Bonjour {prenom},',
    bodies: [
      [
        '{structure} est déjà dans la liste, sous un autre nom ou un autre SIRET. Cherchez-la par son SIRET ou par sa ville, puis faites votre demande de compte.',
        `${OF_NAMED} est déjà dans la liste, sous un autre nom ou un autre SIRET. Cherchez-la par son SIRET ou par sa ville, puis faites votre demande de compte.`,
      ],
      [
        'Les comptes sont réservés aux professionnels de l’orientation, de la formation et de l’emploi de Nouvelle-Aquitaine. {structure} n’en fait pas partie.',
        `Les comptes sont réservés aux professionnels de l’orientation, de la formation et de l’emploi de Nouvelle-Aquitaine. L’activité de ${NAMED} n’en relève pas.`,
      ],
      [
        `Nous n’avons pas pu vérifier l’activité de {structure} à l’adresse indiquée. ${CONTACT}`,
        `Nous n’avons pas pu vérifier l’activité de ${NAMED} à l’adresse indiquée. ${CONTACT}`,
      ],
    ],
  },
  membership_request: {
    greeting: 'Bonjour,',
    bodies: [
      [
        'L’adhésion est réservée aux structures de Nouvelle-Aquitaine dont l’activité relève de l’orientation, de la formation ou de l’emploi. {structure} ne remplit pas cette condition.',
        `L’adhésion est réservée aux structures de Nouvelle-Aquitaine dont l’activité relève de l’orientation, de la formation ou de l’emploi. ${OF_NAMED} ne remplit pas cette condition.`,
      ],
      [
        'L’adhésion de {structure} pour cette année est déjà enregistrée par un autre établissement de votre organisme. Vous n’avez rien à faire.',
        `L’adhésion de ${NAMED} pour cette année est déjà enregistrée par un autre établissement de votre organisme. Vous n’avez rien à faire.`,
      ],
    ],
  },
  deletion_request: {
    greeting: 'Bonjour {prenom},',
    bodies: [
      [
        'Une formation est en cours ou à venir à votre nom. Attendez sa fin, ou annulez d’abord votre inscription, puis refaites votre demande.',
        'Une formation est en cours ou à venir à votre nom. Attendez sa fin, ou annulez d’abord votre inscription, puis refaites votre demande.',
      ],
      [
        `Nous n’avons pas pu vérifier que cette demande vient de vous. ${CONTACT}`,
        `Nous n’avons pas pu vérifier que cette demande vient de vous. ${CONTACT}`,
      ],
    ],
  },
  structure_update: {
    greeting: 'Bonjour {prenom},',
    bodies: [
      [
        `Les modifications demandées pour {structure} ne correspondent pas au répertoire SIRENE. Faites d’abord corriger la fiche de l’établissement auprès de l’Insee. ${CONTACT}`,
        `Les modifications demandées pour ${NAMED} ne correspondent pas au répertoire SIRENE. Faites d’abord corriger la fiche de l’établissement auprès de l’Insee. ${CONTACT}`,
      ],
    ],
  },
};

const TEMPLATES = Object.entries(WORDS).flatMap(([kind, { greeting, bodies }]) =>
  bodies.map(([before, after]) => ({ kind, before: `${greeting}\n\n${before}`, after })),
);
