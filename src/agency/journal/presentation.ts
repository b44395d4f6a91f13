import { type Right, rightDefinitions } from '../../access/rights.ts';
import { type AuditDetail, auditLabels } from '../../audit/actions.ts';
import { stateLabels } from '../../parcourspro/enrolment/states.ts';
import { formatDay } from '../../platform/french/time.ts';
import { plural } from '../../platform/french/words.ts';
import { detailLabels } from '../../portal/account/service.ts';
import { fieldLabels } from '../../portal/structure-updates/rules.ts';
import type { RequestKind } from '../../requests/request.ts';
import type { JournalEntry, JournalPerson } from './repository.ts';

/** An entry in words, with the ways to what it is about. */
export interface JournalLine {
  id: number;
  at: Date;
  /** Who did it: a name, or what stands for one. */
  author: string;
  actor: Named | null;
  label: string;
  precisions: string[];
  person: Named | null;
  structure: { name: string; siret: string | null; href: string } | null;
  file: { label: string; href: string | null } | null;
  ip: string | null;
}

interface Named {
  id: number;
  name: string;
  /** Null once the account is deleted: it is none. */
  email: string | null;
  href: string | null;
}

/**
 * Puts an entry into the words of the page.
 * @param kinds of request, whose files and decisions bear their own words
 */
export function lineOf(entry: JournalEntry, kinds: readonly RequestKind[]): JournalLine {
  const { id, at, action, way, details, ip, structureId, structureName, siret } = entry;
  return {
    id,
    at,
    author: entry.actor?.name ?? (way === 'system' ? 'L’application' : 'Personne non connectée'),
    actor: namedOf(entry.actor),
    label: auditLabels[action] ?? action,
    precisions: Object.entries(details)
      .map(([key, value]) => precision(key, value, entry, kinds))
      .filter(Boolean),
    person: namedOf(entry.person),
    structure:
      structureId && structureName
        ? { name: structureName, siret, href: `/mes-structures/${structureId}` }
        : null,
    file: fileOf(entry, kinds),
    ip,
  };
}

const DELETED = '@supprime.invalid';

function namedOf(person: JournalPerson | null): Named | null {
  if (!person) return null;
  const { id, name, email, structureId } = person;
  if (email.endsWith(DELETED)) return { id, name, email: null, href: null };
  return { id, name, email, href: structureId ? `/mes-structures/${structureId}/personnes/${id}` : null };
}

const files: Readonly<Record<string, { label: string; page?: string }>> = Object.freeze({
  enrolment: { label: 'Inscription', page: '/agence/inscriptions' },
  news: { label: 'Actualité', page: '/agence/actualites' },
  passkey: { label: 'Clé d’accès' },
  reply_template: { label: 'Modèle de réponse', page: '/agence/modeles' },
  session: { label: 'Session', page: '/agence/sessions' },
  session_message: { label: 'Message', page: '/agence/messages' },
  email: { label: 'E-mail' },
});

function fileOf(
  { action, subjectKind, subjectId }: JournalEntry,
  kinds: readonly RequestKind[],
): JournalLine['file'] {
  if (subjectKind === null || subjectId === null) return null;
  const request = kinds.find(({ kind }) => kind === subjectKind);
  const { label, page = undefined } = request
    ? { label: request.label, page: request.path }
    : (files[subjectKind] ?? { label: subjectKind });
  return {
    label: `${label} n°\u00a0${subjectId}`,
    href: page && !action.endsWith('.deleted') ? `${page}/${subjectId}` : null,
  };
}

const states: Readonly<Record<string, string>> = stateLabels;
const stateOf = (value: unknown) => states[String(value)] ?? String(value);

const reasons: Readonly<Record<string, string>> = Object.freeze({
  password: 'identifiant ou mot de passe incorrect',
  code: 'code incorrect',
  passkey: 'clé d’accès refusée',
  passkey_counter: 'clé d’accès peut-être copiée',
  account: 'compte fermé',
  limit: 'trop de tentatives',
  revoked: 'arrêtée avant son terme',
  over: 'arrivée à son terme',
  left: 'départ de la structure',
  closed: 'compte fermé',
  right_taken: 'droit de Valideur RH retiré',
});

const approvals: Readonly<Record<string, string>> = Object.freeze({
  aucune: 'sans approbation',
  prestataire: 'approbation du prestataire',
  employeur_et_prestataire: 'approbation de l’employeur puis du prestataire',
});

const fieldWords: Readonly<Record<string, string>> = Object.freeze({
  ...Object.fromEntries(Object.entries(fieldLabels).map(([field, label]) => [field, inSentence(label)])),
  ...detailLabels,
});

/** A label within a sentence: « adresse », but « SIRET » as it is. */
function inSentence(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** The words of each detail of an entry; empty for what another one says, or what goes without saying. */
export const words: Readonly<
  Record<AuditDetail, (value: never, entry: JournalEntry, kinds: readonly RequestKind[]) => string>
> = Object.freeze({
  right: (right: Right) => rightDefinitions[right]?.label ?? right,
  year: (year: number) => `année ${year}`,
  kept: (kept: number) => (kept > 0 ? plural(kept, 'place conservée', 'places conservées') : ''),
  fields: (fields: string) =>
    fields
      .split(',')
      .map((field) => fieldWords[field] ?? field)
      .join(', '),
  to: (to: string, { details: { from } }: JournalEntry) =>
    from === undefined ? stateOf(to) : `${stateOf(from)} → ${stateOf(to)}`,
  from: () => '',
  because: (because: string) => reasons[because] ?? because,
  second_factor: (used: boolean) => (used ? 'avec double authentification' : ''),
  working_days: (days: number) => `après ${plural(days, 'jour ouvré', 'jours ouvrés')}`,
  left: (left: number) => plural(left, 'code restant', 'codes restants'),
  read: (rows: number) => plural(rows, 'ligne lue', 'lignes lues'),
  outside: (rows: number) => `${rows} hors des départements`,
  rejected: (rows: number) => plural(rows, 'ligne rejetée', 'lignes rejetées'),
  added: (rows: number) => plural(rows, 'ajoutée', 'ajoutées'),
  updated: (rows: number) => plural(rows, 'modifiée', 'modifiées'),
  before: (moment: string) => `entrées d’avant le ${formatDay(moment)}`,
  sessions: (count: number) => plural(count, 'session'),
  people: (count: number) => plural(count, 'personne'),
  entries: (count: number) => plural(count, 'entrée'),
  action_kind: (kind: string) => kind,
  version: (version: number) => `version ${version}`,
  questions: (count: number) => plural(count, 'question'),
  decision: (decision: string, { subjectKind }: JournalEntry, kinds) =>
    kinds.find(({ kind }) => kind === subjectKind)?.decisions[decision]?.verb.toLowerCase() ?? decision,
  skipped: (lines: number) => (lines > 0 ? plural(lines, 'laissée de côté', 'laissées de côté') : ''),
  accepted: (count: number) => (count > 0 ? plural(count, 'demande acceptée', 'demandes acceptées') : ''),
  recorded: (count: number) => plural(count, 'adhésion enregistrée', 'adhésions enregistrées'),
  withdrawn: (count: number) => (count > 0 ? plural(count, 'demande retirée', 'demandes retirées') : ''),
  again: (again: boolean) => (again ? 'close de nouveau' : ''),
  back: (count: number) => plural(count, 'inscription rétablie', 'inscriptions rétablies'),
  stayed: (count: number) => (count > 0 ? plural(count, 'restée annulée', 'restées annulées') : ''),
  leaderless: (count: number) =>
    count > 0 ? plural(count, 'structure sans référent', 'structures sans référent') : '',
  wasManager: (was: boolean) => (was ? 'gestionnaire de l’agence' : ''),
  into: (id: number) => `thème n°\u00a0${id}`,
  actions: (count: number) => plural(count, 'action'),
  reserved: (reserved: boolean) => (reserved ? 'réservé aux adhérents' : 'ouvert à tous'),
  countsAsFormation: (counts: boolean) => (counts ? 'compte comme formation' : ''),
  countsInYearlyTotal: (counts: boolean) => (counts ? 'compte dans les droits de l’année' : ''),
  approvals: (who: string) => approvals[who] ?? who,
  yearlyActions: (count: number) => `${plural(count, 'action')} par an`,
  yearlyFormations: (count: number) => `dont ${plural(count, 'formation')}`,
  structureSeats: (count: number) => `${plural(count, 'place')} par structure et formation`,
  lateDays: (days: number) => `annulation tardive à moins de ${plural(days, 'jour')}`,
  staggeredUntil: (day: string) => `ouverture progressive jusqu’au ${day}`,
  staggeredRequests: (count: number) => `${plural(count, 'demande')} à la fois d’ici là`,
  standingIn: (standing: boolean) => (standing ? 'à la place d’un Valideur RH absent' : ''),
  firstDay: (day: string) => `du ${formatDay(day)}`,
  lastDay: (day: string) => `au ${formatDay(day)}`,
  nameKept: (kept: boolean) => (kept ? 'nom gardé pour les formations suivies' : 'nom effacé'),
});

// A detail that has no words, of an earlier day, is shown as it is: nothing that was noted is kept from the reader.
function precision(
  key: string,
  value: string | number | boolean,
  entry: JournalEntry,
  kinds: readonly RequestKind[],
): string {
  if (!Object.hasOwn(words, key)) return `${key}\u00a0: ${value}`;
  return words[key as AuditDetail](value as never, entry, kinds);
}
