import { mayGrant, mayRevoke, RIGHTS, type Right, rightDefinitions, type Verdict } from '#access/rights.ts';
import { recordAudit } from '#audit/service.ts';
import { type CsvParts, linesOf } from '#platform/csv/send.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { parisDay, parisYear } from '#platform/french/time.ts';
import { formatPhone } from '#platform/french/words.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { handedOverMessage, rightGivenMessage, rightTakenMessage } from './mails.ts';
import type {
  ListedPerson,
  Member,
  MyStructure,
  RightFilter,
  StructureSummary,
  WaitingRequest,
} from './repository.ts';
import * as repository from './repository.ts';
import { isToldOf, mayHandOver } from './rules.ts';

export type { Member, Person, RightFilter, WaitingRequest } from './repository.ts';

/**
 * What whoever may edit the people of a structure is told of somebody who is not one of them: detached a moment ago,
 * never attached, or nobody at all, in the same words.
 */
export function notInStructure(structureId: number): NotFound {
  return new NotFound('Cette personne ne fait plus partie de la structure.', {
    wayOut: { href: `/mes-structures/${structureId}`, label: 'Personnes de la structure' },
  });
}

/** As many requests as « Mes structures » shows at once: the oldest; deciding them brings the next ones up. */
export const OLDEST_REQUESTS = 25;

/** « Mes structures »: a page of the person's, the oldest requests that wait for them, and their own requests. */
export async function listMyStructures(
  { db, clock }: Dependencies,
  userId: number,
  page: Slice,
): Promise<{ structures: Paged<MyStructure>; requests: Paged<WaitingRequest>; mine: WaitingRequest[] }> {
  const [structures, { toDecide, mine }] = await Promise.all([
    repository.findStructuresOf(db, userId, parisYear(clock.now()), page),
    repository.findRequestsForReferent(db, userId, { limit: OLDEST_REQUESTS, offset: 0 }),
  ]);
  return { structures, requests: toDecide, mine };
}

/**
 * A structure with a page of its people.
 * @throws NotFound when the structure does not exist
 */
export async function listPeople(
  { db, clock }: Dependencies,
  structureId: number,
  filter: { search: string; right: RightFilter },
  page: Slice,
): Promise<{ structure: StructureSummary; people: Paged<ListedPerson> }> {
  const [structure, people] = await Promise.all([
    repository.findStructure(db, structureId),
    repository.findPeople(db, structureId, { ...filter, today: parisDay(clock.now()).toString() }, page),
  ]);
  if (!structure) throw new NotFound();
  return { structure, people };
}

/** As many people as one export holds: more than any structure has. */
export const MOST_EXPORTED = 10_000;

/**
 * « Export CSV » of what the filter shows (domain.md §4), noted in the journal.
 * @throws NotFound when the structure does not exist
 */
export async function exportPeople(
  deps: Dependencies,
  structureId: number,
  filter: { search: string; right: RightFilter },
): Promise<{ structure: StructureSummary; columns: readonly string[]; parts: CsvParts }> {
  const { structure, people } = await listPeople(deps, structureId, filter, {
    limit: MOST_EXPORTED,
    offset: 0,
  });
  await recordAudit(deps.db, {
    action: 'people.exported',
    at: deps.clock.now(),
    structureId,
    details: { people: people.rows.length },
  });
  const columns = ['Nom', 'Prénom', 'Email', 'Fonction', 'Téléphone', 'Droits'];
  const lineOf = ({ lastName, firstName, email, jobTitle, phone, rights, isClosed }: ListedPerson) => [
    lastName,
    firstName,
    email,
    jobTitle,
    formatPhone(phone),
    isClosed
      ? 'Compte fermé'
      : RIGHTS.filter((right) => rights.includes(right))
          .map((right) => rightDefinitions[right].label)
          .join(', '),
  ];
  return { structure, columns, parts: linesOf(people.rows, lineOf) };
}

/** A line of the screen of rights: what is held, and whether its button works or why not. */
export interface RightLine {
  right: Right;
  held: boolean;
  verdict: Verdict;
}

/**
 * A person of a structure with every right, held or not.
 * @throws NotFound when the person does not belong to the structure
 */
export async function getMemberRights(
  { db }: Dependencies,
  structureId: number,
  userId: number,
): Promise<{ member: Member; lines: RightLine[] }> {
  const member = await repository.findMember(db, structureId, userId);
  if (!member) throw notInStructure(structureId);
  const holder = holderOf(member);
  const lines = RIGHTS.map((right) => {
    const held = member.rights.includes(right);
    return { right, held, verdict: held ? mayRevoke(right, holder) : mayGrant(right, holder) };
  });
  return { member, lines };
}

/** A click on « + » or « – » (domain.md §2, guide 002 §2). */
export interface RightChange {
  kind: 'grant' | 'revoke';
  right: Right;
}

/**
 * Gives or takes away a right. The structure is locked first: of two référents who leave the right at the same
 * moment, the second finds that one must stay. A right to decide for others is told to the person by e-mail.
 * @throws NotFound when the person does not belong to the structure
 * @throws Forbidden when the one who clicks may no longer edit rights
 * @throws Conflict with the reason when a rule stands against it
 */
export async function changeRight(
  deps: Dependencies,
  target: { structureId: number; userId: number; byUserId: number },
  { kind, right }: RightChange,
): Promise<{ label: string; name: string }> {
  const { db, clock, mail, config } = deps;
  const { structureId, userId, byUserId } = target;
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const member = await repository.findMember(trx, structureId, userId);
    if (!member) throw notInStructure(structureId);
    const editor = await repository.findEditor(trx, structureId, byUserId);
    if (!editor) throw new Forbidden('Vous n’êtes plus référent de cette structure.');
    const verdict = (kind === 'grant' ? mayGrant : mayRevoke)(right, holderOf(member));
    if (verdict !== true) throw new Conflict(verdict);
    if (kind === 'revoke') await emit(deps, trx, 'right.revoking', { userId, structureId, right, byUserId });
    if (kind === 'grant') await repository.addRight(trx, member.affiliationId, right, clock.now(), byUserId);
    else await repository.removeRight(trx, member.affiliationId, right);
    await recordAudit(trx, {
      action: kind === 'grant' ? 'right.granted' : 'right.revoked',
      at: clock.now(),
      actorId: byUserId,
      personId: userId,
      structureId,
      details: { right },
    });
    if (isToldOf(right, userId === byUserId)) {
      const message = kind === 'grant' ? rightGivenMessage : rightTakenMessage;
      const { structureName } = member;
      const change = { right, structureId, structureName, by: editor.name, at: clock.now() };
      await mail.enqueue(trx, message(member, change, config));
    }
    return { label: rightDefinitions[right].label, name: `${member.firstName} ${member.lastName}` };
  });
}

/**
 * Hands over the right « Référent »: the other has it and oneself no longer, in one transaction, so that the structure
 * is never without one (domain.md §2). Both are told by e-mail.
 * @throws NotFound when the other does not belong to the structure
 * @throws Conflict when it cannot be: oneself, a closed account, or the giver is not a référent there
 */
export async function handOverReferent(
  { db, clock, mail, config }: Dependencies,
  target: { structureId: number; userId: number; byUserId: number },
): Promise<{ name: string }> {
  const { structureId, userId, byUserId } = target;
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const heir = await repository.findMember(trx, structureId, userId);
    if (!heir) throw notInStructure(structureId);
    const giver = await repository.findMember(trx, structureId, byUserId);
    const verdict = mayHandOver(giver?.rights.includes('referent') ?? false, userId === byUserId);
    if (!giver || verdict !== true) throw new Conflict(String(verdict));
    if (heir.isClosed) throw new Conflict('Le compte de cette personne est fermé : choisissez-en une autre.');
    if (!heir.rights.includes('referent')) {
      await repository.addRight(trx, heir.affiliationId, 'referent', clock.now(), byUserId);
    }
    await repository.removeRight(trx, giver.affiliationId, 'referent');
    const at = clock.now();
    await recordAudit(trx, {
      action: 'referent.handed_over',
      at,
      actorId: byUserId,
      personId: userId,
      structureId,
    });
    const { structureName } = heir;
    const by = `${giver.firstName} ${giver.lastName}`;
    const change = { right: 'referent', structureId, structureName, by, at } as const;
    await mail.enqueue(trx, handedOverMessage(giver, heir, change, config));
    if (!heir.rights.includes('referent')) await mail.enqueue(trx, rightGivenMessage(heir, change, config));
    return { name: `${heir.firstName} ${heir.lastName}` };
  });
}

const holderOf = ({ rights, isTrainingBody, mayPreregister, referentCount, isClosed }: Member) => ({
  rights,
  isClosed,
  structure: { isTrainingBody, mayPreregister },
  referentCount,
});
