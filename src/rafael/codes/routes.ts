import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { toCsv } from '#platform/csv/csv.ts';
import { type ReadTable, readTable } from '#platform/csv/csv-table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, withError } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { type LineStatus, statusLabels } from '#training/import/plan.ts';
import { type CodeList, codeLists } from './lists.ts';
import {
  applyCodes,
  type CheckedCodes,
  CodesChanged,
  checkCodes,
  searchEntries,
  summarise,
} from './service.ts';

/** Where the agency keeps the words of codes. */
export const CODES = '/agence/rafaelpro/codes';
export const IMPORTS: Readonly<Record<CodeList, string>> = Object.freeze({
  formacode: `${CODES}/formacode`,
  certifications: `${CODES}/certifications`,
});
/** As large as a file may be: all fiches of the RNCP and the RS. */
const LARGEST_FILE = 5_000_000;
/** The same once it comes back from the page that shows what it would do: in UTF-8, with the line ends of forms. */
export const LARGEST_FORM = 11_000_000;
const MOST_LINES = 60_000;
/** Lines of each sort that the page shows. */
const MOST_SHOWN = 100;
const PER_PAGE = 50;
/** Codes without words that the page tells. */
const MOST_UNKNOWN = 20;

const deciding = recentlyConfirmed(agency);
const words = searchText(100);

/** « Codes et certifications »: their words, from CSV files; first what a file would do, then exactly that. */
export function codesSite(dependencies: Dependencies): GatedRouter {
  const { db } = dependencies;
  const site = gatedRouter();

  site.get(CODES, agency, costlyPages(dependencies.config), async (req, res) => {
    const q = words.parse((req.query as Fields).q);
    const page = pageOf(req.query, PER_PAGE);
    const [summary, found] = [await summarise(db, MOST_UNKNOWN), await searchEntries(db, q, page)];
    render(res, 'rafael/codes/list', {
      title: 'Codes et certifications',
      section: 'agency',
      q,
      codesPath: CODES,
      lists: Object.values(codeLists).map(({ list, title }) => ({ title, href: IMPORTS[list] })),
      ...summary,
      entries: found.rows,
      pagination: page.of(found.total),
    });
  });

  for (const list of Object.keys(codeLists) as CodeList[]) importRoutes(dependencies, site, list);
  return site;
}

function importRoutes(dependencies: Dependencies, site: GatedRouter, list: CodeList): void {
  const { title, columns } = codeLists[list];
  const page = IMPORTS[list];

  const show = (res: Response, form: FormState = emptyForm(), status = 200) =>
    render(res.status(status), 'rafael/codes/import', {
      title: `Importer\u00a0: ${title}`,
      section: 'agency',
      codesPath: CODES,
      page,
      columns,
      mostLines: MOST_LINES,
      form,
    });

  const showCheck = (
    res: Response,
    text: string,
    given: { check: CheckedCodes; ignored: string[]; isComplete: boolean; changed?: boolean },
  ) => {
    const { check, ignored, isComplete, changed = false } = given;
    const order: LineStatus[] = ['error', 'changed', 'new'];
    const { lines, removed } = check.plan;
    render(res.status(changed ? 409 : check.counts.error > 0 ? 422 : 200), 'rafael/codes/check', {
      title: `Vérifier le fichier\u00a0: ${title}`,
      section: 'agency',
      page,
      text,
      ignored,
      changed,
      isComplete,
      counts: check.counts,
      total: lines.length,
      work: check.counts.new + check.counts.changed + removed.length,
      fingerprint: check.fingerprint,
      statusLabels,
      removed: removed.slice(0, MOST_SHOWN),
      removedCount: removed.length,
      sections: order
        .map((status) => ({ status, lines: lines.filter((one) => one.status === status) }))
        .filter((section) => section.lines.length > 0)
        .map(({ status, lines: all }) => ({ status, lines: all.slice(0, MOST_SHOWN), all: all.length })),
    });
  };

  const read = (text: string): Promise<ReadTable> =>
    readTable(text, {
      columns: columns.map(({ name }) => name),
      required: columns.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      most: MOST_LINES,
    });

  const apply = async (req: Request, res: Response) => {
    const text = firstOf(req.body.texte);
    const isComplete = firstOf(req.body.complet) === '1';
    const table = await read(text);
    if ('problem' in table) {
      const again = `${table.problem} Choisissez de nouveau le fichier.`;
      return show(res, withError(emptyForm(), 'fichier', again), 422);
    }
    try {
      const done = await applyCodes(dependencies, list, table.rows, {
        isComplete,
        fingerprint: firstOf(req.body.empreinte),
        userId: actorOf(req).userId,
      });
      const said = [
        done.new > 0 ? plural(done.new, 'code ajouté', 'codes ajoutés') : '',
        done.changed > 0 ? plural(done.changed, 'code modifié', 'codes modifiés') : '',
        done.removed > 0 ? plural(done.removed, 'code ôté', 'codes ôtés') : '',
      ].filter(Boolean);
      res.flash(`Le fichier est importé\u00a0: ${said.join(', ') || 'rien n’a changé'}.`);
      res.redirect(303, CODES);
    } catch (error) {
      if (!(error instanceof CodesChanged)) throw error;
      showCheck(res, text, { check: error.check, ignored: table.ignored, isComplete, changed: true });
    }
  };

  // Asked here rather than once a file is chosen, which would have to be chosen again.
  site.get(page, deciding, (_req, res) => show(res));

  site.get(`${page}/modele.csv`, agency, (_req, res) => {
    const sample = [columns.map(({ name }) => name), columns.map(({ example }) => example)];
    res.attachment(`modele-${list}.csv`).type('text/csv').send(toCsv(sample));
  });

  site.post(page, deciding, async (req, res) => {
    if (firstOf(req.body.etape) === 'enregistrer') return apply(req, res);
    const text = firstOf(req.body.fichier);
    const isComplete = firstOf(req.body.complet) === '1';
    const form = emptyForm({ complet: isComplete ? '1' : '' });
    if (text.trim() === '') return show(res, withError(form, 'fichier', 'Choisissez un fichier.'), 422);
    const table: ReadTable =
      Buffer.byteLength(text) > LARGEST_FILE
        ? { problem: 'Le fichier fait plus de 5\u00a0Mo\u00a0: partagez-le en plusieurs.' }
        : await read(text);
    if ('problem' in table) return show(res, withError(form, 'fichier', table.problem), 422);
    const check = await checkCodes(dependencies, list, table.rows, isComplete);
    showCheck(res, text, { check, ignored: table.ignored, isComplete });
  });
}
