import type { Knex } from 'knex';
import { emailOf } from '../catalogue/fill.ts';
import { publics, subjects, towns, verbs } from '../catalogue/words.ts';

/** Somebody who opens pages, with how much they have. */
export interface Somebody {
  email: string;
  profile: string;
  has: string;
}

/** A page whose speed is told, or many of a sort that are asked for in turn. */
export interface Subject {
  name: string;
  paths: string[];
  /** A visitor where nobody is named. */
  as?: 'beneficiary' | 'hr_validator' | 'provider';
  /** Of the catalogue: the aim is for those. */
  isCatalogue?: boolean;
}

const VARIED = 1000;

/** What is measured; a page more is a line more. */
export async function subjectsOf(db: Knex): Promise<Subject[]> {
  const slugs: string[] = await db('actions')
    .join('sessions', 'sessions.action_id', 'actions.id')
    .where('ends_at', '>', new Date())
    .whereNull('cancelled_at')
    .whereNull('archived_at')
    .where('published_at', '<', new Date())
    .groupBy('actions.id', 'slug')
    .orderBy('actions.id')
    .limit(VARIED)
    .pluck('slug');
  const home = ['/parcourspro'];
  const search = ['/parcourspro/actions?q=illettrisme&theme=vae&modalite=presentiel'];
  const action = [`/parcourspro/actions/${slugs[0]}`];
  const searches = Array.from({ length: VARIED }, (_, index) => searchOf(index));
  return [
    { name: 'Accueil', paths: home, isCatalogue: true },
    { name: 'Recherche (mots et filtres)', paths: search, isCatalogue: true },
    { name: 'Page d’une action', paths: action, isCatalogue: true },
    { name: 'Recherche, chaque fois une autre', paths: searches },
    { name: 'Action, chaque fois une autre', paths: slugs.map((slug) => `/parcourspro/actions/${slug}`) },
    { name: 'Accueil, connecté', paths: home, as: 'beneficiary' },
    { name: 'Recherche, connecté', paths: search, as: 'beneficiary' },
    { name: 'Page d’une action, connecté', paths: action, as: 'beneficiary' },
    { name: 'Mon espace', paths: ['/parcourspro/mon-espace'], as: 'beneficiary' },
    { name: 'Valideur RH', paths: ['/parcourspro/valideur'], as: 'hr_validator' },
    { name: 'Mes structures', paths: ['/mes-structures'], as: 'hr_validator' },
    { name: 'Mon compte', paths: ['/mon-compte'], as: 'beneficiary' },
    { name: 'Prestataire', paths: ['/parcourspro/prestataire'], as: 'provider' },
  ];
}

/** The nth of many searches that people could make: words, a place and a filter, in turn. */
function searchOf(nth: number): string {
  const pick = <T>(list: readonly T[], step: number): T => list[Math.floor(nth / step) % list.length] as T;
  const words = [
    pick(subjects, 1),
    nth % 3 === 0 ? pick(verbs, 7) : '',
    nth % 4 === 0 ? pick(publics, 5) : '',
  ];
  const parameters = new URLSearchParams({ q: words.filter(Boolean).join(' ') });
  if (nth % 2 === 0) parameters.set('lieu', pick(towns, 3)[0]);
  if (nth % 5 === 0) parameters.set('modalite', 'presentiel');
  if (nth % 7 === 0) parameters.set('places', '1');
  return `/parcourspro/actions?${parameters}&page=${1 + (nth % 2)}`;
}

/** For each profile, the made-up person who has the middle number of what its page lists. */
export async function peopleOf(db: Knex): Promise<Record<NonNullable<Subject['as']>, Somebody>> {
  const holder = async (right: string, table: string, what: string) => {
    const { rows } = await db.raw<{ rows: { id: number; structure: number; count: number }[] }>(
      `select u.id, a.structure_id as structure, (select count(*)::int from ${table}) as count
         from affiliation_rights r join affiliations a on a.id = r.affiliation_id join users u on u.id = a.user_id
        where r."right" = ? order by count desc, u.id`,
      [right],
    );
    const one = rows[Math.floor(rows.length / 2)] ?? { id: 1, structure: 1, count: 0 };
    return { email: emailOf(one.id), profile: `${right}:${one.structure}`, has: `${one.count} ${what}` };
  };
  return {
    beneficiary: await holder('beneficiary', 'enrolments e where e.user_id = u.id', 'demandes'),
    hr_validator: await holder(
      'hr_validator',
      'enrolments e where e.structure_id = a.structure_id',
      'demandes',
    ),
    provider: await holder(
      'provider',
      'sessions s join actions t on t.id = s.action_id where t.provider_id = a.structure_id',
      'sessions',
    ),
  };
}
