import type { Doer } from '#enrolment/doer.ts';
import { sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { changeCapacity, rescheduleSession } from '#enrolment/session-changes/service.ts';
import type { TableRow } from '#platform/csv/csv-table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { readForm } from '#platform/web/forms/forms.ts';
import { sessionFields } from '../sessions/form.ts';
import { isSame, newSlots } from '../sessions/moves.ts';
import { buildSession } from '../sessions/rules.ts';
import { sessionForm } from '../sessions/schemas.ts';
import { addSession, rewriteSession, type SessionContent } from '../sessions/service.ts';
import { changesBetween, duplicates, type Fault, type Plan, type PlannedLine } from './plan.ts';
import { referenceFault, referenceOf } from './references.ts';
import * as repository from './repository.ts';

/** What a line of sessions does. */
export interface SessionWork {
  key: string;
  actionId: number;
  content: SessionContent;
  /** The session that is there; undefined for a new one. */
  known?: { id: number; version: number };
  /** Somebody asks or asked for a place: it changes through the services of enrolment, which tell them. */
  hasRequests: boolean;
  moves: boolean;
  seatsChange: boolean;
  reason: string;
}

const LABELS = {
  creneaux: 'Demi-journées',
  places: 'Places',
  attente: 'Liste d’attente',
  ouverture: 'Ouverture des inscriptions',
  cloture: 'Clôture des inscriptions',
  lieu: 'Lieu',
  adresse: 'Adresse',
  code_postal: 'Code postal',
  ville: 'Ville',
  lien: 'Lien de connexion',
};
const FIELDS = Object.keys(LABELS) as (keyof typeof LABELS)[];

interface Catalogue {
  now: Date;
  targets: ReadonlyMap<string, repository.TargetAction>;
  known: ReadonlyMap<string, repository.KnownSession>;
}

/** What a file of sessions would do, line by line; nothing is written. */
export async function planSessions(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  rows: readonly TableRow[],
): Promise<Plan<SessionWork>> {
  const names = [...new Set(rows.map(({ cells }) => (cells.action ?? '').trim()).filter(Boolean))];
  const targets = await repository.findTargets(db, names);
  const known = await repository.findSessions(db, rows.map(referenceOf));
  const catalogue: Catalogue = {
    now: clock.now(),
    // A reference comes before the address of another action.
    targets: new Map([
      ...targets.map((one): [string, typeof one] => [one.slug, one]),
      ...targets.flatMap((one): [string, typeof one][] => (one.reference ? [[one.reference, one]] : [])),
    ]),
    known: new Map(known.map((one) => [one.reference, one])),
  };
  const twice = duplicates(rows.map((row) => ({ line: row.line, reference: referenceOf(row) })));
  return { lines: rows.map((row) => planSession(row, catalogue, twice.get(row.line))) };
}

function planSession(
  row: TableRow,
  catalogue: Catalogue,
  before: number | undefined,
): PlannedLine<SessionWork> {
  const { line, cells } = row;
  const { now } = catalogue;
  const reference = referenceOf(row);
  const known = catalogue.known.get(reference);
  const saved = known ? sessionFields(known) : {};
  const faults: Fault[] = [];
  const refuse = (column: string, problem: string) => faults.push({ column, problem });
  const failed = (label: string): PlannedLine<SessionWork> => ({
    line,
    reference,
    label,
    status: 'error',
    faults,
    changes: [],
  });

  const aboutReference = referenceFault(reference, before);
  if (aboutReference) faults.push(aboutReference);
  const action = actionOf((cells.action ?? '').trim(), catalogue, known, (problem) =>
    refuse('action', problem),
  );
  const label = action?.title ?? known?.actionTitle ?? '';

  const typed: Record<string, string> = { reference: aboutReference ? '' : reference };
  for (const name of FIELDS) typed[name] = cells[name] ?? saved[name] ?? '';
  typed.creneaux = (typed.creneaux ?? '').replaceAll('|', '\n');
  const submitted = readForm(sessionForm, typed);
  for (const [name, problem] of Object.entries(submitted.form.errors)) refuse(name, problem);
  if (!submitted.ok || !action) return failed(label);

  // A session that is over may stand in the file as it is.
  const planned = known && known.startsAt <= now ? new Date(0) : now;
  const built = buildSession(submitted.data, action.modality, planned, known ?? { opensAt: now });
  if (!built.ok) {
    for (const [name, problem] of Object.entries(built.errors)) refuse(name, problem);
    return failed(label);
  }
  const { content } = built;
  const slots = newSlots(content);
  const [first] = content.slots;
  const last = content.slots.at(-1);
  const title = first && last ? `${label}, ${formatPeriod(first.startsAt, last.endsAt, now)}` : label;
  if (faults.length > 0) return failed(title);

  const moves = known !== undefined && !isSame(known, slots);
  const seatsChange =
    known !== undefined &&
    (known.capacity !== content.capacity ||
      known.waitingCapacity !== content.waitingCapacity ||
      known.opensAt.getTime() !== content.opensAt.getTime() ||
      known.closesAt.getTime() !== content.closesAt.getTime());
  const shown = { line, reference, label: title, faults };
  if (known && !moves && !seatsChange) return { ...shown, status: 'unchanged', changes: [] };

  const hasRequests = known !== undefined && known.enrolments > 0;
  const reason = reasonIn(cells.motif ?? '', moves && hasRequests, (problem) => refuse('motif', problem));
  if (known?.isCancelled) refuse('reference', 'Cette session est annulée\u00a0: elle ne change plus.');
  else if (known && known.startsAt <= now)
    refuse('reference', 'Cette session a déjà commencé\u00a0: elle ne change plus.');
  if (faults.length > 0) return failed(title);
  const wished = sessionFields({
    ...content,
    slots: slots.map(({ modality, ...slot }) => ({
      ...slot,
      startsAt: slot.startsAt.toISOString(),
      endsAt: slot.endsAt.toISOString(),
      isRemote: modality === 'remote',
    })),
  });
  return {
    ...shown,
    status: known ? 'changed' : 'new',
    changes: known ? changesBetween(saved, wished, LABELS, ['creneaux']) : [],
    note: known && hasRequests ? whoIsTold(known, content.capacity, moves) : undefined,
    work: {
      key: known ? `${known.id}/${known.version}/${hasRequests}` : `new/${action.id}`,
      actionId: action.id,
      content,
      known: known && { id: known.id, version: known.version },
      hasRequests,
      moves,
      seatsChange,
      reason,
    },
  };
}

function actionOf(
  name: string,
  { targets }: Catalogue,
  known: repository.KnownSession | undefined,
  refuse: (problem: string) => void,
): { id: number; title: string; modality: string } | undefined {
  const target = targets.get(name);
  if (known) {
    const own = { id: known.actionId, title: known.actionTitle, modality: known.modality };
    if (name === '' || target?.id === known.actionId) return own;
    refuse(
      `Cette session est de «\u00a0${known.actionTitle}\u00a0»\u00a0: elle ne change pas d’action. Donnez une autre référence à une nouvelle session.`,
    );
    return undefined;
  }
  if (name === '') refuse('Indiquez la référence de l’action.');
  else if (!target)
    refuse(
      `Aucune action n’a la référence «\u00a0${name.slice(0, 60)}\u00a0»\u00a0: vérifiez-la, ou importez d’abord l’action.`,
    );
  else if (target.isArchived) refuse('Cette action est archivée\u00a0: sortez-la d’abord des archives.');
  else return target;
  return undefined;
}

/** The reason sent to the people, where there is somebody to move. */
function reasonIn(typed: string, isNeeded: boolean, refuse: (problem: string) => void): string {
  if (!isNeeded) return '';
  const read = sessionReasonForm.shape.motif.safeParse(typed);
  if (read.success) return read.data;
  refuse(
    'Des personnes ont une demande dans cette session\u00a0: écrivez ici pourquoi ses dates changent, le motif leur est envoyé.',
  );
  return '';
}

function whoIsTold({ live, capacity }: repository.KnownSession, wished: number, moves: boolean): string {
  if (moves && live > 0)
    return `${plural(live, 'personne est prévenue', 'personnes sont prévenues')} des nouvelles dates\u00a0; celles qui ont une place doivent confirmer.`;
  if (wished < capacity) return 'Personne ne perd sa place\u00a0: la session peut être en sureffectif.';
  return wished > capacity ? 'La liste d’attente avance, dans l’ordre des demandes.' : '';
}

/** Does the work of a plan, within a transaction in which the plan still holds. */
export async function applySessions(
  deps: Dependencies,
  { lines }: Plan<SessionWork>,
  by: Doer,
): Promise<void> {
  for (const { work } of lines) {
    if (!work) continue;
    const { known, actionId, content, hasRequests, moves, seatsChange, reason } = work;
    const { opensAt, closesAt, capacity, waitingCapacity } = content;
    const registration = { opensAt, closesAt };
    if (!known) await addSession(deps, actionId, content);
    else if (!hasRequests) await rewriteSession(deps, { actionId, id: known.id }, known.version, content);
    else {
      if (moves)
        await rescheduleSession(deps, known.id, by, { slots: newSlots(content), registration, reason });
      if (seatsChange) await changeCapacity(deps, known.id, by, { capacity, waitingCapacity, registration });
    }
  }
}
