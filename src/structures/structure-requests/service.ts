import { managers } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { forgetEnded } from '#requests/forgetting.ts';
import { type Company, findCompany } from './company-search.ts';
import { acknowledgementMessage, toDecideMessage } from './mails.ts';
import type { KnownStructure, NewStructureRequest } from './repository.ts';
import * as repository from './repository.ts';

export type { KnownStructure } from './repository.ts';

/** What is known of a SIRET: the structure that has it, or what the public service says of it, or nothing. */
export interface SiretFacts {
  known?: KnownStructure;
  company?: Company;
}

/** Looks a checked SIRET up, in the list first. */
export async function lookUpSiret(deps: Dependencies, siret: string): Promise<SiretFacts> {
  const known = await findKnownStructure(deps, siret);
  return known ? { known } : { company: await findCompany(deps.config.companySearchUrl, siret) };
}

/** The structure of the list that has this SIRET, closed ones included. */
export function findKnownStructure(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  siret: string,
): Promise<KnownStructure | undefined> {
  return repository.findBySiret(db, siret, parisDay(clock.now()).toString());
}

/**
 * Takes a request (domain.md §3) and acknowledges it by e-mail; the agency is told.
 * @returns the structure that has the SIRET already, in which case nothing is kept; undefined when it was taken
 */
export async function submitStructureRequest(
  { db, clock, mail, config }: Dependencies,
  request: NewStructureRequest,
): Promise<KnownStructure | undefined> {
  const now = clock.now();
  return db.transaction(async (trx) => {
    const known = await findKnownStructure({ db: trx, clock }, request.siret);
    if (known) return known;
    const { id, isRepeat } = await repository.insertOrRepeat(trx, request, now);
    await recordAudit(trx, {
      action: isRepeat ? 'structure_request.repeated' : 'structure_request.created',
      at: now,
      subject: { kind: 'structure_request', id },
    });
    const { email, name, siret, first_name: firstName, last_name: lastName } = request;
    const words = { email, name, siret, firstName, lastName };
    await mail.enqueue(trx, acknowledgementMessage(words, now, config));
    // Once for each request, however often it is sent again.
    for (const manager of isRepeat ? [] : await managers(trx)) {
      await mail.enqueue(trx, toDecideMessage(manager, id, words, now));
    }
    return undefined;
  });
}

/** Forgets who made the requests that ended a year ago. A scheduled job. */
export const forgetEndedRequests = (deps: Dependencies): Promise<void> =>
  forgetEnded(deps, 'structure_requests', ['phone'], `state <> 'pending' and decided_at < :before`);
