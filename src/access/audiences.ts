/** Whom the application writes to, by what they are to it; in the order of the agency's page. */
export const audienceLabels = Object.freeze({
  stranger: 'À une adresse sans compte',
  person: 'À la personne',
  referent: 'Aux référents',
  hr_validator: 'Aux Valideurs RH',
  provider: 'Aux prestataires',
  agency: 'À l’agence',
});

export type MailAudience = keyof typeof audienceLabels;
