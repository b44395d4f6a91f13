import type { TableRow } from '#platform/csv/csv-table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { siretInFile } from '#platform/french/siret.ts';
import { plainText } from '#platform/french/text.ts';
import { parisDay } from '#platform/french/time.ts';
import { modalityLabel } from '#platform/french/words.ts';
import { readForm } from '#platform/web/forms/forms.ts';
import { contentOf } from '../actions/form.ts';
import { actionForm } from '../actions/schemas.ts';
import { type ActionContent, changeState, createAction, mayProvide, saveAction } from '../actions/service.ts';
import { changesBetween, duplicates, type Fault, type Plan, type PlannedLine } from './plan.ts';
import { referenceFault, referenceOf } from './references.ts';
import * as repository from './repository.ts';

/** What a line of actions does. */
export interface ActionWork {
  key: string;
  /** Which action on which version; undefined for a new one. */
  known?: { id: number; version: number };
  /** Undefined where only the state changes. */
  content?: ActionContent;
  publish: boolean;
}

const MODALITIES = ['in_person', 'remote', 'mixed'] as const;
const LABELS = {
  titre: 'Titre',
  type: 'Type',
  theme: 'Thème',
  siret: 'Organisme',
  modalite: 'Modalité',
  duree: 'Durée',
  intervenant: 'Intervenant',
  objectifs: 'Objectifs',
  public: 'Public',
  prerequis: 'Prérequis',
  programme: 'Programme',
};
const LONG = ['objectifs', 'public', 'prerequis', 'programme'];

type Catalogue = Awaited<ReturnType<typeof repository.readNamedChoices>> & {
  bodies: ReadonlyMap<string, repository.NamedBody>;
  known: ReadonlyMap<string, repository.KnownAction>;
};

/** What a file of actions would do, line by line; nothing is written. */
export async function planActions(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  rows: readonly TableRow[],
): Promise<Plan<ActionWork>> {
  const sirets = rows.flatMap(({ cells }) => {
    const read = siretInFile(cells.siret ?? '');
    return 'siret' in read ? [read.siret] : [];
  });
  const bodies = await repository.findBodies(db, [...new Set(sirets)], parisDay(clock.now()).toString());
  const known = await repository.findActions(db, rows.map(referenceOf));
  const catalogue: Catalogue = {
    ...(await repository.readNamedChoices(db)),
    bodies: new Map(bodies.map((one) => [one.siret, one])),
    known: new Map(known.map((one) => [one.reference, one])),
  };
  const twice = duplicates(rows.map((row) => ({ line: row.line, reference: referenceOf(row) })));
  return { lines: rows.map((row) => planAction(row, catalogue, twice.get(row.line))) };
}

function planAction(
  row: TableRow,
  catalogue: Catalogue,
  before: number | undefined,
): PlannedLine<ActionWork> {
  const { line, cells } = row;
  const reference = referenceOf(row);
  const known = catalogue.known.get(reference);
  const saved: Readonly<Record<string, string>> = known ? cellsOf(known, catalogue) : {};
  const cell = (name: keyof typeof LABELS) => cells[name] ?? saved[name] ?? '';
  const faults: Fault[] = [];
  const refuse = (column: string, problem: string) => faults.push({ column, problem });

  const aboutReference = referenceFault(reference, before);
  if (aboutReference) faults.push(aboutReference);
  const kind = named(cell('type'), catalogue.kinds, 'type d’action', (problem) => refuse('type', problem));
  const theme = named(cell('theme'), catalogue.themes, 'thème', (problem) => refuse('theme', problem));
  const modality = MODALITIES.find(
    (one) => plainText(modalityLabel(one)) === plainText(cell('modalite').trim()),
  );
  if (!modality) refuse('modalite', `${quoted(cell('modalite'))}Écrivez Présentiel, Distanciel ou Mixte.`);
  const body = bodyOf(cell('siret'), catalogue, known, (problem) => refuse('siret', problem));
  const publish = publishOf(cells.publier ?? '', known?.state, (problem) => refuse('publier', problem));

  const submitted = readForm(actionForm, {
    titre: cell('titre'),
    type: String(kind?.id ?? ''),
    theme: String(theme?.id ?? ''),
    modalite: modality ?? '',
    duree: cell('duree'),
    intervenant: cell('intervenant'),
    objectifs: cell('objectifs'),
    public: cell('public'),
    prerequis: cell('prerequis'),
    programme: cell('programme'),
    reference: aboutReference ? '' : reference,
  });
  for (const [name, problem] of Object.entries(submitted.form.errors))
    if (!faults.some(({ column }) => column === name)) refuse(name, problem);
  if (submitted.ok && submitted.data.objectifs === '' && (publish || known?.state === 'published'))
    refuse('objectifs', 'Une action publiée dit ses objectifs\u00a0: écrivez-les.');

  const label = cell('titre').replace(/\s+/g, ' ').slice(0, 150);
  if (faults.length > 0 || !submitted.ok || !body)
    return { line, reference, label, status: 'error', faults, changes: [] };
  const content = contentOf(submitted.data, body.id);
  const wished = cellsOf({ ...content, siret: body.siret }, catalogue);
  const changes = known ? changesBetween(saved, wished, LABELS, LONG) : [];
  const told = publish ? [...changes, { label: 'Publication', from: 'Brouillon', to: 'Publiée' }] : changes;
  const shown = { line, reference, label, faults, changes: known ? told : [] };
  if (known && told.length === 0) return { ...shown, status: 'unchanged' };
  return {
    ...shown,
    status: known ? 'changed' : 'new',
    note: known ? undefined : publish ? 'Publiée aussitôt.' : 'Brouillon.',
    work: {
      key: known ? `${known.id}/${known.version}/${known.state}` : 'new',
      known: known && { id: known.id, version: known.version },
      content: known && changes.length === 0 ? undefined : content,
      publish,
    },
  };
}

/** An action as a file writes it. */
const cellsOf = (
  action: Omit<ActionContent, 'reference' | 'providerId'> & { siret: string },
  { kinds, themes }: Catalogue,
): Record<string, string> => ({
  titre: action.title,
  type: kinds.find(({ id }) => id === action.kindId)?.label ?? '',
  theme: themes.find(({ id }) => id === action.themeId)?.label ?? '',
  siret: action.siret,
  modalite: modalityLabel(action.modality),
  duree: String(action.durationDays).replace('.', ','),
  intervenant: action.trainer,
  objectifs: action.objectives,
  public: action.audience,
  prerequis: action.prerequisites,
  programme: action.programme,
});

const quoted = (typed: string) =>
  typed.trim() === '' ? '' : `«\u00a0${typed.trim().slice(0, 60)}\u00a0» n’est pas possible. `;

function named(
  typed: string,
  choices: readonly repository.NamedChoice[],
  what: string,
  refuse: (problem: string) => void,
): repository.NamedChoice | undefined {
  const wanted = plainText(typed.replace(/[\s\u00a0]+/g, ' ').trim());
  const found = choices.find(({ code, label }) => plainText(label) === wanted || code === wanted);
  if (!found)
    refuse(
      `${wanted === '' ? `Indiquez un ${what}.` : `«\u00a0${typed.trim().slice(0, 60)}\u00a0» n’est pas un ${what}.`} Écrivez l’un de ceux-ci\u00a0: ${choices.map(({ label }) => label).join(', ')}.`,
    );
  return found;
}

function bodyOf(
  typed: string,
  { bodies }: Catalogue,
  known: repository.KnownAction | undefined,
  refuse: (problem: string) => void,
): { id: number; siret: string } | undefined {
  const read = siretInFile(typed);
  if ('problem' in read) {
    refuse(typed.trim() === '' ? 'Indiquez le SIRET de l’organisme qui réalise l’action.' : read.problem);
    return undefined;
  }
  // The body that an action has stays, even where it is closed or no training body any more.
  if (known?.siret === read.siret) return { id: known.providerId, siret: known.siret };
  const body = bodies.get(read.siret);
  if (!body)
    refuse('Aucune structure n’a ce SIRET\u00a0: vérifiez-le, ou référencez d’abord cette structure.');
  else if (body.isClosed) refuse(`${body.name} est fermée\u00a0: indiquez un établissement ouvert.`);
  else {
    const verdict = mayProvide(body);
    if (verdict === true) return body;
    refuse(verdict);
  }
  return undefined;
}

function publishOf(
  typed: string,
  state: repository.KnownAction['state'] | undefined,
  refuse: (problem: string) => void,
): boolean {
  const word = plainText(typed.trim());
  if (['', 'non', 'n', '0'].includes(word)) return false;
  if (!['oui', 'o', '1'].includes(word)) {
    refuse(`${quoted(typed)}Écrivez oui ou non.`);
    return false;
  }
  if (state === 'archived') refuse('Cette action est archivée\u00a0: sortez-la d’abord des archives.');
  return state === undefined || state === 'draft';
}

/** Does the work of a plan, within a transaction in which the plan still holds. */
export async function applyActions(deps: Dependencies, { lines }: Plan<ActionWork>): Promise<void> {
  for (const { work } of lines) {
    if (!work) continue;
    const { known, content, publish } = work;
    let id = known?.id;
    if (known && content) await saveAction(deps, known, content);
    else if (content) id = await createAction(deps, content);
    if (publish && id !== undefined) await changeState(deps, id, 'publier');
  }
}
