import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { toCsv } from '#platform/csv/csv.ts';
import { type ReadTable, readTable } from '#platform/csv/csv-table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import { emptyForm, type FormState, firstOf, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { type FileKind, fileKinds } from './columns.ts';
import { type Fault, type LineStatus, statusLabels } from './plan.ts';
import { applyImport, type CheckedImport, checkImport, PlanChanged } from './service.ts';

/** Where the two imports are; files are read as parts of a form below it. */
export const IMPORTS = '/agence/catalogue/import';
/** As large as a file may be. */
const LARGEST_FILE = 1_000_000;
/** The same once it comes back from the page that shows what it would do: in UTF-8, with the line ends of forms. */
export const LARGEST_IMPORT = 2_100_000;
/** Lines of each sort that the page shows: a file of thousands is read in its counts and its faults. */
const MOST_SHOWN = 100;

const deciding = recentlyConfirmed(agency);

/** Actions and sessions from a CSV file: first what it would do, then exactly that. */
export function catalogueImportSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  for (const kind of Object.values(fileKinds)) importRoutes(dependencies, site, kind);
  return site;
}

function importRoutes(dependencies: Dependencies, site: GatedRouter, kind: FileKind): void {
  const page = `${IMPORTS}/${kind.subject}`;

  const show = (res: Response, form: FormState = emptyForm(), status = 200) =>
    render(res.status(status), 'training/import/form', {
      title: kind.title,
      section: 'agency',
      styles: ['css/spaces.css'],
      kind,
      kinds: Object.values(fileKinds).map(({ subject, many }) => ({ href: `${IMPORTS}/${subject}`, many })),
      page,
      form,
    });

  const showCheck = (
    res: Response,
    text: string,
    { check, ignored, changed = false }: { check: CheckedImport; ignored: string[]; changed?: boolean },
  ) => {
    const order: LineStatus[] = ['error', 'changed', 'new', 'unchanged'];
    render(res.status(changed ? 409 : check.counts.error > 0 ? 422 : 200), 'training/import/check', {
      title: `Vérifier le fichier\u00a0: ${kind.many}`,
      section: 'agency',
      styles: ['css/spaces.css'],
      kind,
      page,
      text,
      ignored,
      changed,
      counts: check.counts,
      total: check.plan.lines.length,
      work: check.counts.new + check.counts.changed,
      fingerprint: check.fingerprint,
      statusLabels,
      sections: order
        .map((status) => ({ status, lines: check.plan.lines.filter((one) => one.status === status) }))
        .filter(({ status, lines }) => lines.length > 0 && status !== 'unchanged')
        .map(({ status, lines }) => ({
          status,
          lines: lines.slice(0, MOST_SHOWN).map((one) => ({ ...one, faults: one.faults.toSorted(byColumn) })),
          all: lines.length,
        })),
    });
  };

  // In the order of the columns, as somebody corrects them.
  const placeOf = ({ column }: Fault) => kind.columns.findIndex(({ name }) => name === column);
  const byColumn = (one: Fault, other: Fault) => placeOf(one) - placeOf(other);

  const read = (text: string): Promise<ReadTable> =>
    readTable(text, {
      columns: kind.columns.map(({ name }) => name),
      required: kind.required,
      most: kind.most,
    });

  const apply = async (req: Request, res: Response) => {
    const text = firstOf(req.body.texte);
    const table = await read(text);
    if ('problem' in table) {
      const again = `${table.problem} Choisissez de nouveau le fichier.`;
      return show(res, withError(emptyForm(), 'fichier', again), 422);
    }
    const by = { role: 'agency', userId: actorOf(req).userId, way: 'page' } as const;
    try {
      const counts = await applyImport(dependencies, kind.subject, table.rows, {
        fingerprint: firstOf(req.body.empreinte),
        by,
      });
      const done = [
        counts.new > 0 ? `${plural(counts.new, `nouvelle ${kind.one}`, `nouvelles ${kind.many}`)}` : '',
        counts.changed > 0
          ? `${plural(counts.changed, `${kind.one} modifiée`, `${kind.many} modifiées`)}`
          : '',
      ].filter(Boolean);
      res.flash(`Le fichier est importé\u00a0: ${done.join(', ') || 'rien n’a changé'}.`);
      res.redirect(303, '/agence/catalogue');
    } catch (error) {
      if (!(error instanceof PlanChanged)) throw error;
      showCheck(res, text, { check: error.check, ignored: table.ignored, changed: true });
    }
  };

  // Asked here rather than once a file is chosen, which would have to be chosen again.
  site.get(page, deciding, (_req, res) => show(res));

  site.get(`${page}/modele.csv`, agency, (_req, res) => {
    res
      .attachment(`modele-${kind.subject}.csv`)
      .type('text/csv')
      .send(toCsv(sampleRows(kind)));
  });

  site.post(page, deciding, async (req, res) => {
    if (firstOf(req.body.etape) === 'enregistrer') return apply(req, res);
    const [file, pasted] = [firstOf(req.body.fichier), firstOf(req.body.texte)];
    const form = emptyForm({ texte: pasted.replaceAll('\ufffd', '') });
    if (file.trim() === '' && pasted.trim() === '')
      return show(res, withError(form, 'fichier', 'Choisissez un fichier, ou collez ses lignes.'), 422);
    if (file.trim() !== '' && pasted.trim() !== '') {
      const both = 'Un fichier est choisi et des lignes sont collées\u00a0: gardez l’un des deux.';
      return show(res, withError(form, 'texte', both), 422);
    }
    const text = file.trim() === '' ? pasted : file;
    const table: ReadTable =
      Buffer.byteLength(text) > LARGEST_FILE
        ? { problem: 'Le fichier fait plus de 1\u00a0Mo\u00a0: partagez-le en plusieurs.' }
        : await read(text);
    if ('problem' in table)
      return show(res, withError(form, file.trim() === '' ? 'texte' : 'fichier', table.problem), 422);
    const check = await checkImport(dependencies, kind.subject, table.rows);
    showCheck(res, text, { check, ignored: table.ignored });
  });
}

const sampleRows = ({ columns }: FileKind): string[][] => [
  columns.map(({ name }) => name),
  columns.map(({ example }) => example),
];
