/** Whom the application writes to, by what they are to it; in the order of the agency's page. */
export const audienceLabels = Object.freeze({
  stranger: 'À une adresse sans compte',
  person: 'À la personne',
  referent: 'Aux référents',
  hr_validator: 'Aux Valideurs RH',
  provider: 'Aux prestataires',
  catalogue_keeper: 'Aux gestionnaires du catalogue d’un organisme (RafaelPro)',
  agency: 'À l’agence',
});

declare module '#platform/mail/kinds.ts' {
  interface MailAudiences extends Record<keyof typeof audienceLabels, true> {}
}
