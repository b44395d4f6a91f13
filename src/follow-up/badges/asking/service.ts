import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { DeletionNotice } from '#identity/account/deletion/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { plural } from '#platform/french/words.ts';
import { findRequests, takeBack, withdraw } from '#requests/decide.ts';
import { findCertificateCode } from '../../documents/issued/service.ts';
import { bearsFormerAddress, certificateOf } from '../issuing/service.ts';
import type { AskingFacts, MyBadge } from './repository.ts';
import * as repository from './repository.ts';
import { type BadgeRequest, badgeRequest } from './request.ts';

export { type Askable, badgesSql, type MyBadge } from './repository.ts';

/**
 * What somebody may ask for of a request for a place of theirs.
 * @throws NotFound for somebody else's, and where nobody attended or no badge is given for it
 */
export async function getAsking(
  db: Knex,
  enrolmentId: number,
  userId: number,
): Promise<AskingFacts & { hasCertificate: boolean }> {
  const facts = await repository.findAsking(db, enrolmentId);
  if (facts?.userId !== userId || !facts.hasAttended) throw new NotFound();
  const hasCertificate = (await findCertificateCode(db, enrolmentId)) !== undefined;
  return { ...facts, hasCertificate };
}

/**
 * Asks the agency for a badge.
 * @throws NotFound as {@link getAsking}; Conflict where this badge cannot be asked for, or was
 */
export async function askForBadge(
  { db, clock }: Dependencies,
  userId: number,
  asked: { enrolmentId: number; modelId: number; evidence: string; showsCertificate: boolean },
): Promise<void> {
  await db.transaction(async (trx) => {
    await lock(trx, { people: [userId] });
    const { models } = await getAsking(trx, asked.enrolmentId, userId);
    const at = clock.now();
    const isOpen = models.some(({ id }) => id === asked.modelId);
    const id = isOpen ? await repository.insertRequest(trx, { ...asked, userId, at }) : undefined;
    if (id === undefined) {
      throw new Conflict(
        'Ce badge ne peut pas être demandé\u00a0: vous l’avez déjà, ou l’avez déjà demandé.',
      );
    }
    await recordAudit(trx, {
      action: 'badge_request.created',
      at,
      personId: userId,
      subject: { kind: 'badge_request', id },
    });
  });
}

/** Takes one's own request back. @throws NotFound for somebody else's; RequestDecided when it waits no more */
export const withdrawBadgeRequest = (
  deps: Dependencies,
  requestId: number,
  userId: number,
): Promise<unknown> => withdraw(deps, badgeRequest, { requestId, userId });

/** Takes back what waits of somebody whose account is closed, or goes; in that transaction. */
export async function withdrawAllOf(
  deps: Dependencies,
  trx: Knex.Transaction,
  { userId }: { userId: number },
): Promise<void> {
  const where = `q.user_id = :userId and q.state = 'pending'`;
  const requests = await findRequests<BadgeRequest>(trx, badgeRequest, where, { userId });
  await lock(trx, { people: [userId] });
  for (const request of requests) await takeBack(deps, trx, badgeRequest, request);
}

/** What « Mes open badges » shows. */
export interface MyBadges {
  badges: (MyBadge & { canReissue: boolean })[];
  wish: 'keep' | 'revoke' | null;
}

export async function myBadges(
  db: Knex,
  { userId, email }: { userId: number; email: string },
): Promise<MyBadges> {
  const [badges, wish] = await Promise.all([
    repository.findMine(db, userId),
    repository.findWish(db, userId),
  ]);
  return {
    badges: badges.map((badge) => ({
      ...badge,
      canReissue: badge.code !== null && bearsFormerAddress(badge, email),
    })),
    wish,
  };
}

/** Notes what somebody wants done with their badges when their account goes. */
export async function chooseOnDeletion(
  { db, clock }: Dependencies,
  userId: number,
  wish: 'keep' | 'revoke',
): Promise<void> {
  await db.transaction(async (trx) => {
    await lock(trx, { people: [userId] });
    if ((await repository.findWish(trx, userId)) === wish) return;
    await repository.saveWish(trx, userId, wish);
    await recordAudit(trx, {
      action: 'badge.kept_on_deletion',
      at: clock.now(),
      personId: userId,
      details: { choice: wish },
    });
  });
}

/** What somebody who is about to delete their account is told of their badges; undefined where they have none. */
export async function badgesOnDeletion(db: Knex, userId: number): Promise<DeletionNotice | undefined> {
  const { good, wish } = await repository.findOutlook(db, userId);
  if (good.length === 0) return undefined;
  const showsName = good.some((badge) => certificateOf(badge) !== null);
  return {
    title: 'Vos open badges',
    text:
      wish === 'revoke'
        ? `Vous avez choisi de les faire révoquer\u00a0: ${plural(good.length, 'badge ne se vérifiera plus', 'badges ne se vérifieront plus')}.`
        : showsName
          ? 'Ils restent valides et vérifiables, avec l’empreinte de votre adresse e-mail. Votre nom reste lisible\u00a0: un badge au moins montre votre certificat, dont la page de vérification porte votre nom. Vous pouvez choisir de les faire révoquer.'
          : 'Ils restent valides et vérifiables sans votre nom, avec l’empreinte de votre adresse e-mail. Vous pouvez choisir de les faire révoquer.',
    link: { href: '/parcourspro/mon-espace/badges#suppression', label: 'Choisir ce qu’ils deviennent' },
  };
}
