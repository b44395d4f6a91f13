import type { ActionWords, DetailWords } from '#audit/declaration.ts';
import type { RequestKind } from '#requests/request.ts';
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
 * @param words those of every action, by its code (`auditWords`)
 * @param kinds of request, whose files and decisions bear their own words
 */
export function lineOf(
  entry: JournalEntry,
  words: ReadonlyMap<string, ActionWords>,
  kinds: readonly RequestKind[],
): JournalLine {
  const { id, at, action, way, ip, structureId, structureName, siret } = entry;
  const request = kinds.find(({ kind }) => kind === entry.subjectKind);
  return {
    id,
    at,
    author: entry.actor?.name ?? (way === 'system' ? 'L’application' : 'Personne non connectée'),
    actor: namedOf(entry.actor),
    label: words.get(action)?.label ?? action,
    precisions: precisionsOf(entry, request, words.get(action)?.details),
    person: namedOf(entry.person),
    structure:
      structureId && structureName
        ? { name: structureName, siret, href: `/mes-structures/${structureId}` }
        : null,
    file: fileOf(entry, request),
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
  request?: RequestKind,
): JournalLine['file'] {
  if (subjectKind === null || subjectId === null) return null;
  const { label, page = undefined } = request
    ? { label: request.label, page: request.path }
    : (files[subjectKind] ?? { label: subjectKind });
  return {
    label: `${label} n°\u00a0${subjectId}`,
    href: page && !action.endsWith('.deleted') ? `${page}/${subjectId}` : null,
  };
}

// What has no words, of an earlier day, is shown as it is: nothing that was noted is kept from the reader.
function precisionsOf(
  entry: JournalEntry,
  request: RequestKind | undefined,
  details: DetailWords = {},
): string[] {
  const told = { details: entry.details, request };
  return Object.entries(entry.details)
    .map(([key, value]) => details[key]?.(value as never, told) ?? `${key}\u00a0: ${value}`)
    .filter(Boolean);
}
