import type { Actor } from '#access/actor.ts';

/** How much each tab of « Mon espace personnel » holds. */
export interface TabCounts {
  searches: number;
  favourites: number;
  coming: number;
  past: number;
}

/** {@link TabCounts} as one column: each tab reads it with its own rows, in one statement. Takes `:userId` and `:now`. */
export const TAB_COUNTS = `(
  select json_build_object(
           'searches', (select count(*) from saved_searches q where q.user_id = :userId),
           'favourites', (select count(*) from favourites f join actions a on a.id = f.action_id
                           where f.user_id = :userId and is_public(a, :now)),
           'coming', live.coming,
           'past', (select count(*) from enrolments e where e.user_id = :userId) - live.coming)
    from (select count(*) as coming from enrolments e join sessions s on s.id = e.session_id
           where e.user_id = :userId and is_live(e.state) and s.ends_at >= :now) live)`;

/** The tabs, in the order of the guide (003, « Mon espace personnel »). */
const TABS = {
  searches: { label: 'Résultat du moteur de recherche', href: '/parcourspro/recherches' },
  favourites: { label: 'Mes favoris', href: '/parcourspro/favoris' },
  coming: { label: 'Mes actions en cours et à venir', href: '/parcourspro/mon-espace' },
  past: { label: 'Mes actions passées', href: '/parcourspro/mon-espace/passees' },
  information: { label: 'Mes informations', href: '/parcourspro/mon-espace/informations' },
} as const;
export type Tab = keyof typeof TABS;

/** The style sheets of every tab. */
export const TAB_STYLES: readonly string[] = ['css/catalogue.css', 'css/spaces.css'];

/** A tab as the page shows it. */
export interface TabView {
  label: string;
  href: string;
  /** Undefined where there is nothing to count. */
  count: number | undefined;
  isCurrent: boolean;
}

/** Everything that a tab's page needs besides its rows. */
export interface TabPage {
  title: string;
  section: 'my-space';
  tabs: TabView[];
}

/**
 * The tabs with their counts, and the title of the page.
 * @param actor somebody of no structure has searches and favourites only
 */
export function tabPage(current: Tab, counts: TabCounts, actor: Actor): TabPage {
  const shown = (Object.keys(TABS) as Tab[]).filter(
    (tab) => actor.affiliations.length > 0 || tab === 'searches' || tab === 'favourites',
  );
  return {
    title: `${TABS[current].label} – Mon espace personnel`,
    section: 'my-space',
    tabs: shown.map((tab) => ({
      ...TABS[tab],
      count: tab === 'information' ? undefined : counts[tab],
      isCurrent: tab === current,
    })),
  };
}
