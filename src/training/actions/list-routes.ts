import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { stateBadges } from './presentation.ts';
import { listQuery, stateFilters } from './schemas.ts';
import { listActions, readChoices } from './service.ts';

const PAGE = '/agence/catalogue';
const PER_PAGE = 25;

/** « Catalogue »: the actions of the agency, drafts and archives too. */
export function actionListSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  site.get(PAGE, agency, counted, async (req, res) => {
    const { q, etat, type, theme } = listQuery.parse({
      q: req.query.q,
      etat: req.query.etat,
      type: req.query.type,
      theme: req.query.theme,
    });
    const page = pageOf(req.query, PER_PAGE);
    const [choices, actions] = [
      await readChoices(dependencies),
      await listActions(
        dependencies,
        {
          q,
          state: etat === '' ? undefined : stateFilters[etat],
          kindId: parseRowId(type),
          themeId: parseRowId(theme),
        },
        page,
      ),
    ];
    const options = (list: { id: number; label: string }[]) =>
      list.map(({ id, label }) => ({ value: id, label }));
    render(res, 'training/actions/list', {
      title: 'Catalogue',
      section: 'agency',
      page: PAGE,
      form: emptyForm({ q, etat, type, theme }),
      isFiltered: [q, etat, type, theme].some((value) => value !== ''),
      states: [
        { value: 'publiees', label: 'Publiées' },
        { value: 'brouillons', label: 'Brouillons' },
        { value: 'archivees', label: 'Archivées' },
      ],
      kinds: options(choices.kinds),
      themes: options(choices.themes),
      actions,
      badges: stateBadges,
      pagination: page.of(actions[0]?.total ?? 0),
    });
  });

  return site;
}
