import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { providerIdOf } from '../access.ts';
import { emptyViews } from '../presentation.ts';
import { hrefOfView, isNarrowed, readFilter, states, type View, views } from './filter.ts';
import { findProviderActions } from './repository.ts';

const ACTIONS_PER_PAGE = 10;
/** Sessions of one action on the page of all; on its own it has as many as a year of weeks. */
const SESSIONS_SHOWN = 5;
const SESSIONS_OF_ONE = 60;

/** « Prestataire »: the body's actions with their sessions, and what waits in each (domain.md §8). */
export function homeRoutes(deps: Dependencies, site: GatedRouter): void {
  const counted = costlyPages(deps.config);
  site.get('/parcourspro/prestataire', actingAs('provider'), counted, async (req, res) => {
    const query = req.query as Fields;
    const { filter, form } = readFilter(query);
    const page = pageOf(query, ACTIONS_PER_PAGE);
    const most = filter.actionId === null ? SESSIONS_SHOWN : SESSIONS_OF_ONE;
    const now = deps.clock.now();
    const found = await findProviderActions(deps.db, providerIdOf(req), { now, most }, filter, page);
    render(res.status(Object.keys(form.errors).length > 0 ? 422 : 200), 'spaces/provider/home', {
      title: 'Prestataire',
      section: 'provider',
      ...found,
      filter,
      form,
      isNarrowed: isNarrowed(filter),
      empty: emptyViews[filter.view],
      views: (Object.entries(views) as [View, string][]).map(([view, label]) => ({
        label: view === 'a-traiter' ? `${label} (${found.toTreat})` : label,
        href: hrefOfView(query, view),
        isActive: view === filter.view,
      })),
      stateOptions: Object.entries(states).map(([value, label]) => ({ value, label })),
      moreOf: (actionId: number) => `${hrefOfView({ ...query, action: String(actionId) }, filter.view)}`,
      pagination: page.of(found.total),
    });
  });
}
