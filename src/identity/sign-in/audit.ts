import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf, whether } from '#audit/words.ts';

export const audit = {
  Connexion: {
    'session.opened': {
      label: 'Connexion',
      details: {
        by: (by?: 'proconnect') => (by === undefined ? '' : 'par ProConnect'),
        second_factor: whether('avec double authentification'),
      },
    },
    'session.refused': {
      label: 'Connexion refusée',
      details: {
        because: oneOf({
          password: 'identifiant ou mot de passe incorrect',
          code: 'code incorrect',
          passkey: 'clé d’accès refusée',
          passkey_counter: 'clé d’accès peut-être copiée',
          proconnect: 'réponse de ProConnect refusée',
          account: 'compte fermé',
          limit: 'trop de tentatives',
        }),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
