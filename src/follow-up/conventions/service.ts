import type { Knex } from 'knex';
import { holders } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { unwritable } from '#platform/pdf/glyphs.ts';
import { findFollowedSession } from '../documents/issuing/repository.ts';
import { issue } from '../documents/issuing/service.ts';
import { convention } from './kind.ts';
import type { Convention } from './repository.ts';
import * as repository from './repository.ts';
import {
  commitment,
  conventionState,
  type Evidence,
  evidenceHash,
  newNonce,
  type Party,
  type PrintedSignature,
  partyToSign,
} from './rules.ts';
import { tellSigned, tellToSign } from './tell.ts';

export type { Convention, Side, Signature } from './repository.ts';
export { findConvention, findConventions, findSignatures, findVersions } from './repository.ts';

/** Who signs, by what their request came. */
export interface Signer {
  userId: number;
  /** « Dominique Exemple » */
  name: string;
  quality: string;
  ip: string;
  userAgent: string;
}

/** In whose name a party signs. */
export const structureOf = (party: Party, one: Pick<Convention, 'providerName' | 'structureName'>): string =>
  party === 'body' ? one.providerName : one.structureName;

/**
 * Signs a convention for a party, bound to the bytes that stand: whoever signs second has the copy with both signatures
 * issued, which both parties get.
 * @returns whether both have signed now
 * @throws Conflict where it is not their turn (another version has taken its place, they have signed already, the body
 *   has not), where its contents are erased, or where one person would sign for both
 */
export async function signConvention(
  deps: Dependencies,
  { id, sessionId }: Pick<Convention, 'id' | 'sessionId'>,
  party: Party,
  signer: Signer,
): Promise<boolean> {
  return deps.db.transaction(async (trx) => {
    await lock(trx, { sessions: [sessionId] });
    const one = (await repository.findConvention(trx, id)) as Convention;
    const before = await repository.findSignatures(trx, id);
    refuseUnlessTurn(one, party);
    if (before.some(({ userId }) => userId === signer.userId))
      throw new Conflict(
        'Vous avez signé cette convention pour l’autre partie\u00a0: une autre personne doit signer pour celle-ci.',
      );
    const unprintable = unwritable(`${signer.name} ${signer.quality}`);
    if (unprintable.length > 0)
      throw new Conflict(
        `Votre nom ou votre qualité contient un caractère que la convention ne sait pas écrire\u00a0: ${unprintable.slice(0, 10).join(' ')}`,
      );
    if (!(await holders(trx, rightOf[party], ownerOf(one, party))).some(({ id }) => id === signer.userId))
      throw new Conflict(
        'Seule une personne qui a elle-même ce droit dans la structure signe\u00a0: un remplacement ne suffit pas.',
      );
    await writeSignature(deps, trx, one, party, signer);
    await recordAudit(trx, {
      action: 'convention.signed',
      at: deps.clock.now(),
      actorId: signer.userId,
      structureId: party === 'body' ? one.providerId : one.structureId,
      subject: { kind: 'session', id: sessionId },
      details: { party },
    });
    if (party === 'body') {
      await tellToSign(deps, trx, one);
      return false;
    }
    await tellSigned(deps, trx, await issueSignedCopy(deps, trx, one));
    return true;
  });
}

const rightOf = { body: 'provider', employer: 'hr_validator' } as const;
const ownerOf = (one: Convention, party: Party) => (party === 'body' ? one.providerId : one.structureId);

function refuseUnlessTurn(one: Convention, party: Party): void {
  const state = conventionState(one);
  if (state === 'replaced')
    throw new Conflict('Une autre version remplace cette convention\u00a0: signez la dernière.');
  if (state === 'withdrawn') throw new Conflict('Cette convention est retirée\u00a0: elle ne se signe plus.');
  if (one.isErased)
    throw new Conflict('Le contenu de cette convention est effacé\u00a0: elle ne se signe plus.');
  const turn = partyToSign(state);
  if (turn === party) return;
  throw new Conflict(
    party === 'employer' && turn === 'body'
      ? 'L’organisme de formation n’a pas encore signé cette convention.'
      : 'Cette convention est déjà signée pour votre structure.',
  );
}

async function writeSignature(
  { clock }: Dependencies,
  trx: Knex.Transaction,
  one: Convention,
  party: Party,
  { userId, name, quality, ip, userAgent }: Signer,
): Promise<void> {
  const signedAt = clock.now();
  const evidence: Evidence = {
    nonce: newNonce(),
    name,
    quality,
    statement: commitment(structureOf(party, one), one.number),
    ip: ip.slice(0, 45),
    userAgent: userAgent.slice(0, 400),
  };
  const { number, sha256 } = one;
  const evidenceSha256 = evidenceHash(evidence, { number, sha256, party, signedAt });
  await repository.insertSignature(
    trx,
    { documentId: one.id, party, userId, signedAt, documentSha256: sha256, evidenceSha256 },
    evidence,
  );
}

/** @returns the id of the copy that bears both signatures */
async function issueSignedCopy(deps: Dependencies, trx: Knex.Transaction, one: Convention): Promise<number> {
  const kept = await repository.findContent(trx, one.id);
  const session = await findFollowedSession(trx, one.sessionId);
  if (!kept || !session) throw new Error('unreachable: neither is gone while the session is locked');
  const signatures = (await repository.findSignatures(trx, one.id)).map(
    ({ party, name, quality, signedAt }): PrintedSignature => ({
      ...{ party, name, quality, number: one.number, sha256: one.sha256 },
      signedAt: signedAt.toISOString(),
    }),
  );
  const { news, refusals } = await issue(deps, trx, {
    kind: convention,
    session,
    items: [{ enrolmentId: null, structureId: one.structureId, facts: { ...kept.facts, signatures } }],
    at: deps.clock.now(),
    by: null,
    // The articles that were signed, whatever the agency has published since.
    templateId: one.templateId,
  });
  const [copy] = news;
  // A name or a quality with a sign that documents cannot print: said before anything is signed.
  if (!copy) throw new Conflict(refusals[0]?.reason ?? 'La copie signée ne peut pas être émise.');
  return copy.document.id;
}

/** The PDF of a version. @returns undefined once its contents are erased */
export async function conventionFile(db: Knex, one: Convention): Promise<Buffer | undefined> {
  return (await repository.findContent(db, one.id))?.content;
}

/** Erases what was said when signing, with the contents of its convention. */
export const forgetEvidence = async ({ db }: Pick<Dependencies, 'db'>): Promise<void> =>
  void (await repository.eraseEvidence(db));
