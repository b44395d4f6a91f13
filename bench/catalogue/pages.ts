import type { Knex } from 'knex';

/** As whom a page is opened; a visitor where nothing is said. */
export type As = 'beneficiary' | 'hr_validator' | 'provider' | 'agency';

/** A page whose statements and plans are looked at. */
export interface MeasuredPage {
  /** Under which it is told of. */
  name: string;
  path: string;
  as?: As;
  /** Of a base much smaller than the full one, the server rightly reads a table through. */
  onlyAtSize?: boolean;
  /** What is typed in the form at this address, for a page that only sending it shows. */
  form?: Record<string, string>;
}

/** The made-up person who opens pages: of a training body, with the three profiles; the last one is of the agency. */
export const PERSON = 7;

/** Searches of every sort: none may read a large table through. */
export const searches: readonly string[] = [
  '',
  '?page=40',
  '?q=handicap',
  '?q=formation',
  '?q=formation&tri=date',
  '?q=acompagner+le+projt',
  '?q=%22validation+des+acquis%22+-jeunes',
  '?q=xyzzyx',
  '?lieu=Bordeaux&rayon=50',
  '?lieu=Gironde&places=1',
  '?lieu=%C3%A0+distance',
  '?lieu=libourn',
  '?theme=vae&type=formation&modalite=presentiel&acces=reserve',
  '?organisme=1&passees=1',
  '?du=2026-12-01&au=2027-02-28&q=num%C3%A9rique&lieu=Limoges&rayon=100&places=1',
];

const OWN_FIGURES = '/parcourspro/prestataire/chiffres';

/** What the addresses of {@link measuredPages} hold. */
async function samplesIn(db: Knex, now: Date) {
  const { rows } = await db.raw(
    `select (select a.slug from actions a join sessions s on s.action_id = a.id
              where s.starts_at > :now and s.cancelled_at is null and a.archived_at is null and a.published_at < :now
              order by s.starts_at, s.id limit 1) as slug,
            (select s.id from sessions s join actions a on a.id = s.action_id
              where a.provider_id = :person and s.seats_held > 0 and a.published_at < :now
              order by s.starts_at desc, s.id limit 1) as session,
            (select e.id from enrolments e where e.structure_id = :person and e.state = 'requested'
              order by e.id limit 1) as requested,
            (select max(id) from enrolments where user_id = :person) as own,
            (select max(action_id) from sessions) as action`,
    { now, person: PERSON },
  );
  return rows[0] as { slug: string; session: number; requested: number; own: number; action: number };
}

/**
 * « Mon espace personnel » of somebody.
 * @param enrolmentId a request of theirs
 */
export function mySpacePages(enrolmentId: number): string[] {
  const space = '/parcourspro/mon-espace';
  return [
    '/parcourspro/recherches',
    '/parcourspro/favoris',
    space,
    `${space}/passees`,
    `${space}/informations`,
    `${space}/agenda`,
    `${space}/demandes/${enrolmentId}`,
  ];
}

/** Every page of ParcoursPro and of its back office; one more is one line more. */
export async function measuredPages(db: Knex, now: Date): Promise<MeasuredPage[]> {
  const { slug, session, requested, own: mine, action } = await samplesIn(db, now);
  const catalogue = [
    '/parcourspro',
    ...searches.map((query) => `/parcourspro/actions${query}`),
    '/parcourspro/actions.rss?q=formation',
    '/parcourspro/actions.ics?q=formation&lieu=Gironde',
    `/parcourspro/actions/${slug}`,
    '/parcourspro/condition',
  ];
  const own: Record<As, string[]> = {
    beneficiary: [...catalogue, ...mySpacePages(mine)],
    hr_validator: [
      '/parcourspro/valideur',
      '/parcourspro/valideur?page=2&decisions=5',
      ...(requested ? [`/parcourspro/valideur/demandes/${requested}`] : []),
      '/parcourspro/valideur/chiffres',
    ],
    provider: [
      '/parcourspro/prestataire',
      `/parcourspro/prestataire/seances/${session}`,
      `/parcourspro/prestataire/seances/${session}?liste=inscrits`,
      `/parcourspro/prestataire/seances/${session}/presence`,
      OWN_FIGURES,
    ],
    agency: [
      '/agence/catalogue',
      '/agence/catalogue?q=illettrisme&page=3',
      `/agence/catalogue/actions/${action}`,
      `/agence/catalogue/actions/${action}/sessions`,
      '/agence/catalogue/types',
      '/agence/catalogue/types/1',
      '/agence/catalogue/themes',
      '/agence/catalogue/themes/1',
      '/agence/catalogue/reglages',
      '/agence/inscriptions',
      '/agence/inscriptions?page=50',
      '/agence/chiffres',
    ],
  };
  const settings = {
    actions_par_an: '1',
    formations_par_an: '1',
    places_par_structure: '1',
    echelonnee_jusqu_au: '',
    echelonnee_demandes: '',
    jours_tardive: '2',
  };
  return [
    ...catalogue.map((path) => ({ name: path, path })),
    ...(Object.keys(own) as As[]).flatMap((as) =>
      own[as].map((path) => ({ name: `${path} (${as})`, path, as, onlyAtSize: path === OWN_FIGURES })),
    ),
    {
      name: 'rules that many would exceed (agency)',
      path: '/agence/catalogue/reglages',
      as: 'agency',
      form: settings,
    },
  ];
}
