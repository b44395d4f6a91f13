import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { fileNames } from '#platform/zip/names.ts';
import type { ZipEntries } from '#platform/zip/stream.ts';
import { findDocuments, getDocument } from '../service.ts';
import * as repository from './dossier-repository.ts';
import { kindLabel } from './presentation.ts';
import type { Download } from './service.ts';

export { findStandingDocuments, type Scope, type StandingDocument } from './dossier-repository.ts';

/** As many as one archive holds: more than an employer has in a year. */
const MOST = 10_000;
/** Read at a time: some hundreds of kilobytes. */
const PART = 20;

/** Documents in one archive. */
export interface Dossier {
  /** How many it holds. */
  count: number;
  entries: ZipEntries;
}

/**
 * The documents that stand, in one archive: each by its kind, whom it is about and its number. Of a session, the files
 * that its training body gave to its people too.
 * @throws Conflict when there is none
 */
export async function dossierOf(db: Knex, scope: repository.Scope): Promise<Dossier> {
  const { rows } = await repository.findStandingDocuments(db, scope, { offset: 0, limit: MOST });
  const given = 'structureId' in scope ? [] : await findDocuments(db, scope.sessionId);
  const count = rows.length + given.length;
  if (count === 0)
    throw new Conflict('Aucun document n’est en vigueur pour le moment.', 'Rien à télécharger');
  const name = fileNames();
  async function* entries(): ZipEntries {
    for (let from = 0; from < rows.length; from += PART) {
      const part = rows.slice(from, from + PART);
      const contents = await repository.findContents(
        db,
        part.map(({ id }) => id),
      );
      for (const { id, kind, about, number, issuedAt } of part) {
        const content = contents.get(id);
        const words = [kindLabel(kind), about, number].filter(Boolean).join(', ');
        if (content) yield { name: name(words, '.pdf'), at: issuedAt, content };
      }
    }
    for (const { id, title, addedAt } of given) {
      const { content } = await getDocument(db, (scope as { sessionId: number }).sessionId, id);
      yield { name: name(title, '.pdf'), at: addedAt, content };
    }
  }
  return { count, entries: entries() };
}

/** A document about the people of an employer. @throws NotFound for another's, and for one that is withdrawn or erased */
export async function getStructureDocument(
  { db }: Pick<Dependencies, 'db'>,
  structureId: number,
  number: string,
): Promise<Download> {
  const file = await repository.findStructureFile(db, structureId, number);
  if (!file) throw new NotFound();
  return { title: `${kindLabel(file.kind)} ${file.number}`, content: file.content };
}
