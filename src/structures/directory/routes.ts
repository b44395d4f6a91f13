import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { departmentLabel, departments } from '#platform/french/departments.ts';
import { parisYear } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { kindLabel, structureKinds } from '../people/kinds.ts';
import { readDirectoryQuery } from './schemas.ts';
import { listDirectory } from './service.ts';

const PER_PAGE = 25;

/** « Annuaire » (domain.md §4): structures and their référents, for whoever has an account. */
export function directorySite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  site.get('/annuaire', signedIn, counted, async (req, res) => {
    const { q, departement, type } = readDirectoryQuery(req.query as Fields);
    const page = pageOf(req.query, PER_PAGE);
    const entries = await listDirectory(dependencies, { q, department: departement, kind: type }, page);
    render(res, 'structures/directory/directory', {
      title: 'Annuaire',
      section: 'directory',
      form: emptyForm({ q, departement, type }),
      isFiltered: q !== '' || departement !== '' || type !== '',
      entries,
      year: parisYear(dependencies.clock.now()),
      departmentOptions: Object.keys(departments).map((code) => ({
        value: code,
        label: departmentLabel(code),
      })),
      kindOptions: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
      kindLabel,
      departmentLabel,
      pagination: page.of(entries.total),
    });
  });

  return site;
}
