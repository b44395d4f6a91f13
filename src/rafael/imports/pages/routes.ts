import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { type CsvParts, sendCsv } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { FormRefused, formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter, Policy } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { issueTitles, LheoFileRefused } from '../../lheo/issues.ts';
import { applyImport } from '../apply/service.ts';
import { PLAN_DAYS } from '../forget.ts';
import { planImport } from '../plan/service.ts';
import { appliedInWords, sizeInWords, stateLabels, viewLabels } from './presentation.ts';
import type { ImportRow, Scope, View } from './repository.ts';
import * as repository from './repository.ts';

/** As large as a file of a page may be, in bytes; beyond, the command takes it. */
export const LARGEST_FILE = 10 * 1_048_576;
const PER_PAGE = 25;
/** Lines of the file of rejects that are read at once. */
const CSV_PART = 200;

/** Where the imports of somebody are, and how they are reached. */
export interface ImportPages {
  /** Where a file is sent. */
  form: string;
  /** Their list, with each below it. */
  list: string;
  /** Where one goes back to from the list. */
  up: { href: string; label: string };
  section: string;
  reads: Policy;
  decides: Policy;
  /** For which body; undefined for the agency. */
  bodyOf?(req: Request): number;
}

/** The pages of imports: a file, its plan, and doing what it says. */
export function importRoutes(dependencies: Dependencies, site: GatedRouter, pages: ImportPages): void {
  const { db } = dependencies;
  const { form: formPath, list, section, reads, decides } = pages;
  const one = `${list}/:importId`;
  const hrefOf = (importId: number) => `${list}/${importId}`;
  const scopeOf = (req: Request): Scope => (pages.bodyOf ? { structureId: pages.bodyOf(req) } : 'agency');
  const load = async (req: Request): Promise<ImportRow> => {
    const found = await repository.findImport(db, idParam(req, 'importId'), scopeOf(req));
    if (!found) throw new NotFound();
    return found;
  };
  const shared = {
    // Those of RafaelPro have their own.
    ...(pages.bodyOf ? {} : { styles: ['css/spaces.css'] }),
    section,
    list,
    formPath,
    stateLabels,
    isForAgency: !pages.bodyOf,
    sizeInWords,
    formatDateTime,
  };

  // Asked here rather than once a file is chosen, which would have to be chosen again.
  formPage(site, formPath, decides, {
    read: () => ({ ok: true, data: undefined, form: emptyForm() }),
    show: ({ res, form }) =>
      render(res, 'rafael/imports/form', {
        ...shared,
        title: 'Importer un fichier LHÉO',
        form: form ?? emptyForm(),
        action: formPath,
      }),
    async submit({ req }) {
      const { userId } = actorOf(req);
      const file = fileOf(req);
      const structureId = pages.bodyOf?.(req);
      const body = structureId && { structureId, siret: await repository.siretOf(db, structureId) };
      const importId = await planImport(dependencies, { file, userId, ...(body ? { body } : {}) })
        .catch(saidWhere)
        .catch(saidAt('fichier', Conflict));
      return { to: hrefOf(importId) };
    },
  });

  site.get(list, reads, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const { rows, total } = await repository.findImports(db, scopeOf(req), page);
    render(res, 'rafael/imports/list', {
      ...shared,
      title: 'Imports LHÉO',
      imports: rows,
      hrefOf,
      up: pages.up,
      pagination: page.of(total),
    });
  });

  const show = async (
    req: Request,
    res: Response,
    found: ImportRow,
    refusal?: Conflict,
    form?: FormState,
  ) => {
    const view = viewOf(req, found);
    const page = pageOf(req.query, PER_PAGE);
    const items = view && !found.purgedAt ? await repository.findItems(db, found.id, view, page) : [];
    render(res.status(refusal ? refusal.status : 200), 'rafael/imports/plan', {
      ...shared,
      title: found.fileName ? `Import de «\u00a0${found.fileName}\u00a0»` : 'Import LHÉO',
      found,
      here: hrefOf(found.id),
      view,
      viewLabels,
      items,
      pagination: page.of(view ? found.counts[view] : 0),
      issueTitles,
      refusal: refusal && { title: refusal.title, text: refusal.message },
      form: form ?? emptyForm({ publier: '1' }),
      mayApply:
        found.state === 'planned' && !found.purgedAt && (found.structureId === null) === !pages.bodyOf,
      planDays: PLAN_DAYS,
      applied: found.counts.applied && appliedInWords(found.counts.applied),
    });
  };

  site.get(one, reads, async (req, res) => show(req, res, await load(req)));

  site.get(`${one}/rejets.csv`, reads, costlyPages(dependencies.config), async (req, res) => {
    const found = await load(req);
    await sendCsv(res, `rejets-${found.id}.csv`, COLUMNS, rejectsOf(dependencies, found.id));
  });

  site.post(`${one}/appliquer`, decides, async (req, res) => {
    const { userId } = actorOf(req);
    const found = await load(req);
    const applying = {
      importId: found.id,
      structureId: pages.bodyOf?.(req) ?? null,
      userId,
      complete: firstOf(req.body.complet) === '1',
      publish: firstOf(req.body.publier) === '1',
    };
    try {
      const done = await applyImport(dependencies, applying);
      res.flash(appliedInWords(done), done.left > 0 ? 'warning' : 'success');
      res.redirect(303, hrefOf(found.id));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await show(req, res, await load(req), error);
    }
  });
}

const COLUMNS = ['Ligne', 'Colonne', 'Formation', 'Intitulé', 'Code', 'Raison', 'Valeur', 'Chemin'];

/** A line for each thing for which a formation is not taken. */
async function* rejectsOf({ db }: Pick<Dependencies, 'db'>, importId: number): CsvParts {
  for (let after = 0; ; ) {
    const items = await repository.findItems(db, importId, 'rejected', { limit: CSV_PART, after });
    yield items.flatMap(({ number, title, issues }) =>
      issues
        .filter(({ severity }) => severity === 'reject')
        .map(({ line, column, code, message, value, path }) => [
          line,
          column,
          number,
          title,
          code,
          message,
          value,
          path,
        ]),
    );
    if (items.length < CSV_PART) return;
    after = items.at(-1)?.position ?? 0;
  }
}

/** The file that was sent. @throws FormRefused where there is none, or several, or it is plainly no LHÉO */
function fileOf(req: Request): { name: string; bytes: Uint8Array } {
  const [file, ...others] = req.sentFiles?.fichier ?? [];
  const refuse = (message: string): never => {
    throw new FormRefused('fichier', message);
  };
  if (!file) return refuse('Choisissez un fichier LHÉO.');
  if (others.length > 0) return refuse('Envoyez un seul fichier à la fois.');
  if (file.bytes.length === 0) return refuse('Ce fichier est vide.');
  const [a, b] = file.bytes;
  if ((a === 0x50 && b === 0x4b) || (a === 0x1f && b === 0x8b))
    return refuse('C’est une archive\u00a0: ouvrez-la, puis envoyez le fichier XML qu’elle contient.');
  return file;
}

/** A file that is not taken as a whole is told at its field, with where. */
function saidWhere(error: unknown): never {
  if (!(error instanceof LheoFileRefused)) throw error;
  const { line, column } = error.position;
  throw new FormRefused(
    'fichier',
    `Ligne ${line}, colonne ${column}\u00a0: ${error.message} (${error.code})`,
  );
}

/** What was asked for, else the first that has something in it. */
function viewOf(req: Request, { counts }: ImportRow): View | undefined {
  const views = Object.keys(viewLabels) as View[];
  const asked = firstOf((req.query as Fields).voir);
  return views.find((view) => view === asked) ?? views.find((view) => counts[view] > 0);
}
