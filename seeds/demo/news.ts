import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { parisDay } from '#platform/french/time.ts';
import { daysAgo } from './calendar.ts';

/** « Actualités » of the demo: three online, one to come and one that is over, dated around the day of the seed. */
export async function insertNews(trx: Knex.Transaction, authorId: number | null, now: Date): Promise<void> {
  const today = parisDay(now);
  await trx('news').insert(
    NEWS.map(({ from, until, ...words }) => ({
      link: null,
      ...words,
      form_key: randomUUID(),
      online_from: today.add({ days: from }).toString(),
      online_until: until === undefined ? null : today.add({ days: until }).toString(),
      written_by: authorId,
      updated_by: authorId,
      created_at: daysAgo(now, 25, '10:15'),
      updated_at: daysAgo(now, 25, '10:15'),
    })),
  );
}

/** Days are counted from today. */
const NEWS: readonly { title: string; body: string; link?: string; from: number; until?: number }[] = [
  {
    title: 'Le catalogue du prochain trimestre est ouvert',
    body: 'Ateliers, webinaires et formations du prochain trimestre sont **ouverts aux inscriptions**. Les places partent dans l’ordre des demandes approuvées.\n\n## Comment demander une place\n\n- Cherchez une action dans le catalogue.\n- Choisissez une session, puis « S’inscrire ».\n- Votre Valideur RH reçoit la demande par e-mail.\n\nUne session complète garde une liste d’attente : une place qui se libère va à la première personne de la liste.',
    link: '/parcourspro/actions',
    from: -2,
  },
  {
    title: 'Une clé d’accès remplace le mot de passe',
    body: 'Ajoutez une clé d’accès à votre compte : vous vous connectez avec l’empreinte, le visage ou le code de votre appareil.\n\nElle ne se devine pas, ne s’oublie pas, et ne fonctionne sur aucun autre site. Votre mot de passe reste utilisable.',
    link: '/aide/cles-d-acces',
    from: -9,
  },
  {
    title: 'Référents : vérifiez les droits de votre équipe',
    body: 'Une personne a quitté votre structure ? Détachez-la dans [Mes structures](/mes-structures) : elle ne pourra plus s’inscrire en votre nom.\n\nProfitez-en pour nommer un second référent : les demandes n’attendront pas pendant vos congés.',
    from: -20,
    until: 40,
  },
  {
    title: 'Fermeture de fin de mois',
    body: 'L’équipe ne répond pas aux demandes ce jour-là. Les inscriptions restent ouvertes.',
    from: 6,
    until: 12,
  },
  {
    title: 'Webinaire de présentation du portail',
    body: 'Une heure pour découvrir votre compte, vos droits et ParcoursPro.',
    from: -24,
    until: -10,
  },
];
