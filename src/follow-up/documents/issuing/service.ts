import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import { recordTerm } from '#identity/account/inactivity/rules.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { parisYear } from '#platform/french/time.ts';
import { unwritable } from '#platform/pdf/glyphs.ts';
import { newCode } from '#platform/security/codes.ts';
import { findStamp } from '#structures/training-body-profile/service.ts';
import { missingFor } from '../templates/needs.ts';
import { currentTemplates, templateOf } from '../templates/service.ts';
import type { DocumentKind, Facts, FollowedSession, News, Printed, Subject } from './kind.ts';
import { subjectKey } from './kind.ts';
import { documentNumber } from './numbers.ts';
import { type Rendered, renderDocuments } from './render.ts';
import type { Refusal, Standing } from './repository.ts';
import * as repository from './repository.ts';

/** The years for which what European funds paid for is kept. */
const COFINANCED_YEARS = 10;

/** What is asked to be issued. */
export interface IssueRequest<F extends Facts> {
  kind: DocumentKind<F>;
  session: FollowedSession;
  items: readonly (Subject & { facts: F })[];
  at: Date;
  /** Who asked for it; null where it follows from what happened. */
  by: number | null;
  /** By another template than the one in use: a copy of what was made by that. */
  templateId?: number;
  /** The last versions, where they were read already. */
  standing?: readonly Standing[];
}

/** What came of it. */
export interface Issued<F> {
  news: News<F>[];
  refusals: Refusal[];
}

/** As PostgreSQL gives it back. */
const asKept = <F extends Facts>(facts: F): F => JSON.parse(JSON.stringify(facts)) as F;

/** Whether two sets of facts say the same, in whatever order their keys come. */
export const saySame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one ?? null)), JSON.parse(JSON.stringify(other ?? null)));

/**
 * Issues documents of one kind for a session, which the transaction holds locked: numbers without a gap (they come back
 * when it is rolled back), bytes, hash and code, kept for good; each replaces the last version about the same subject.
 * What says the same as a version that stands, under the same template, is left out. What cannot be issued (a character
 * that the fonts lack, something missing) is refused in words, and the others are issued.
 * @throws Conflict where no template of the kind is published; Busy when too many others are being drawn
 */
export async function issue<F extends Facts>(
  deps: Pick<Dependencies, 'config'>,
  trx: Knex.Transaction,
  request: IssueRequest<F>,
): Promise<Issued<F>> {
  const { kind, session, at, by } = request;
  const standing = request.standing ?? (await repository.findStanding(trx, session.id, kind.key));
  const last = new Map(standing.map((one) => [subjectKey(one), one]));
  const template = request.templateId
    ? await templateOf(trx, kind.key, request.templateId)
    : (await currentTemplates(trx, [kind.key])).get(kind.key);
  if (!template) throw new Conflict(`Aucun modèle n’est publié pour «\u00a0${kind.label}\u00a0».`);

  const changed = request.items
    .map((item) => ({ ...item, facts: asKept(item.facts), before: last.get(subjectKey(item)) }))
    .filter(
      ({ facts, before }) =>
        !before ||
        before.isWithdrawn ||
        before.templateId !== template.id ||
        !isDeepStrictEqual(before.facts, facts),
    );
  const [toIssue, refusals] = sorted(kind, changed);
  if (toIssue.length === 0) return { news: [], refusals };

  const year = parisYear(at);
  const firstSerial = await repository.takeNumbers(trx, { kind: kind.key, year, count: toIssue.length });
  const stamp = toIssue.some(({ facts }) => facts.body.stamp)
    ? await findStamp({ db: trx }, session.providerId)
    : null;
  const numbered = toIssue.map(({ before, facts, enrolmentId, structureId }, index) => {
    const serial = firstSerial + index;
    const number = documentNumber(year, kind.prefix, serial);
    const code = newCode();
    const version = (before?.version ?? 0) + 1;
    const address = `${deps.config.publicUrl}/verifier/${code}`;
    const printed: Printed = {
      ...{ number, code, version, address, stamp },
      issuedAt: at,
      replaces: before?.number ?? null,
    };
    return { facts, before, enrolmentId, structureId, number, serial, code, version, printed };
  });
  const rendered = await renderDocuments(kind, template, numbered, deps.config.documentSeal);
  const documents = numbered.map(({ before, printed, ...one }, index) => {
    const { content, pages } = rendered[index] as Rendered;
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { ...one, before, content, pages, sha256, replacesId: before?.id ?? null };
  });
  const issuing = {
    kind: kind.key,
    year,
    sessionId: session.id,
    templateId: template.id,
    at,
    by,
    eraseAfter: termOf(deps, session).toString(),
  };
  const ids = await repository.insertDocuments(trx, issuing, documents);
  const news = documents.map(({ facts, before, number, code, version, enrolmentId, structureId }, index) => ({
    facts,
    document: {
      id: ids[index] as number,
      kind: kind.key,
      ...{ number, code, version, enrolmentId, structureId },
      sessionId: session.id,
      issuedAt: at,
      replaces: before ? { id: before.id, number: before.number } : null,
    },
  }));
  return { news, refusals };
}

/** The day from which the contents of a session's documents may go: whole civil years after the session. */
function termOf({ config }: Pick<Dependencies, 'config'>, session: FollowedSession): Temporal.PlainDate {
  const years = config.trainingRecordYears;
  return recordTerm(session.endsAt, session.isCofinanced ? Math.max(COFINANCED_YEARS, years) : years);
}

function sorted<F extends Facts, I extends Subject & { facts: F }>(
  kind: DocumentKind<F>,
  items: readonly I[],
): [good: I[], refusals: Refusal[]] {
  const refusals: Refusal[] = [];
  const good = items.filter(({ facts, enrolmentId, structureId }) => {
    const reason = missingInWords(kind, facts) ?? unwritableInWords(facts);
    if (reason) refusals.push({ enrolmentId, structureId, reason });
    return reason === undefined;
  });
  return [good, refusals];
}

function missingInWords<F extends Facts>(kind: DocumentKind<F>, facts: F): string | undefined {
  const missing = missingFor(kind.key, facts.body);
  if (missing.length > 0)
    return `Le profil de l’organisme de formation est à compléter\u00a0: ${missing.join(', ')}.`;
  const ofAction = kind.missing?.(facts) ?? [];
  return ofAction.length > 0
    ? `La fiche de l’action est à compléter\u00a0: ${ofAction.join(', ')}.`
    : undefined;
}

/** A document that somebody holds never shows « � »: it is not issued, and it is said why. */
function unwritableInWords(facts: Facts): string | undefined {
  const characters = unwritable(textsOf(facts).join(''));
  if (characters.length === 0) return undefined;
  const shown = characters.slice(0, 10).join(' ');
  return characters.length === 1
    ? `Un nom ou un texte contient un caractère que les documents ne savent pas écrire\u00a0: ${shown}`
    : `Un nom ou un texte contient des caractères que les documents ne savent pas écrire\u00a0: ${shown}`;
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
