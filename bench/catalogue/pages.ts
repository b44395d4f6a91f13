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

/**
 * « Valideur RH » of somebody.
 * @param requested a request that waits for them, where there is one
 */
export function hrPages(requested: number | null): string[] {
  const space = '/parcourspro/valideur';
  return [
    space,
    `${space}?page=2`,
    `${space}?q=handicap&type=1`,
    `${space}/decisions`,
    `${space}/decisions?q=nom&etat=refused&du=2026-01-01`,
    `${space}/qui-part-ou`,
    `${space}/qui-part-ou?quand=toutes&etat=enrolled&q=nom`,
    `${space}/qui-part-ou/mois`,
    `${space}/personnes`,
    `${space}/personnes?q=nom&annee=2025`,
    `${space}/preferences`,
    ...(requested ? [`${space}/demandes/${requested}`] : []),
    `${space}/chiffres`,
  ];
}

/**
 * « Prestataire » of somebody.
 * @param sessionId a session of their training body
 */
export function providerPages(sessionId: number): string[] {
  const space = '/parcourspro/prestataire';
  const session = `${space}/seances/${sessionId}`;
  return [
    space,
    `${space}?vue=toutes&page=3`,
    `${space}?vue=a-traiter&q=accompagner&etat=places`,
    `${space}?vue=passees`,
    `${space}?vue=passees&du=2026-01-01`,
    session,
    `${session}?liste=inscrits`,
    `${session}?liste=inscrits&motivations=1`,
    `${session}?liste=attente`,
    `${session}/presence`,
    `${session}/liste`,
    `${session}/emargement`,
    `${session}/documents`,
    `${session}/messages`,
    `${session}/messages/nouveau`,
    `${space}/propositions`,
    `${space}/propositions/nouvelle`,
    OWN_FIGURES,
  ];
}

/** « Agence », as far as it grows with the catalogue and with what people ask for. */
function agencyPages(of: { action: number; session: number; requested: number | null }): string[] {
  const catalogue = '/agence/catalogue';
  const requests = '/agence/inscriptions';
  const session = `/agence/sessions/${of.session}`;
  return [
    '/agence',
    catalogue,
    `${catalogue}?q=illettrisme&page=3`,
    `${catalogue}/actions/${of.action}`,
    `${catalogue}/actions/${of.action}/sessions`,
    `${catalogue}/actions/${of.action}/documents`,
    `${catalogue}/types`,
    `${catalogue}/types/1`,
    `${catalogue}/themes`,
    `${catalogue}/themes/1`,
    `${catalogue}/reglages`,
    requests,
    `${requests}?page=50`,
    `${requests}?etat=agence`,
    `${requests}?etat=retard`,
    `${requests}?etat=toutes`,
    `${requests}?etat=inscrits&page=20`,
    `${requests}?q=nom4`,
    `${requests}?etat=toutes&q=structure&action=handicap`,
    `${requests}?etat=toutes&action=accompagner`,
    `${requests}?etat=toutes&seance=${of.session}`,
    `${requests}/ajouter`,
    `${requests}/ajouter?qui=nom77&action=handicap`,
    ...(of.requested ? [`${requests}/${of.requested}`, `${requests}/${of.requested}/deplacer`] : []),
    session,
    `${session}?liste=inscrits`,
    `${session}/presence`,
    '/agence/departs',
    '/agence/comptes-inactifs',
    '/agence/messages',
    '/agence/propositions',
    '/agence/courriels',
    '/agence/journal',
    '/agence/questionnaires',
    '/agence/chiffres',
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
    hr_validator: hrPages(requested),
    provider: providerPages(session),
    agency: agencyPages({ action, session, requested }),
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
