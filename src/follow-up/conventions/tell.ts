import type { Knex } from 'knex';
import { holders } from '#access/recipients.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Attachment, Message } from '#platform/mail/message.ts';
import type { IssuedDocument, News } from '../documents/issuing/kind.ts';
import { noteSent } from '../documents/issuing/sent.ts';
import { amendedMessage, signedMessage, toSignMessage, withdrawnMessage } from './mails.ts';
import { type Convention, findConvention, findSignatures } from './repository.ts';
import type { Party } from './rules.ts';

/** Those who act for a party: the training body's prestataires, the structure's Valideurs RH. */
const actingFor = (db: Knex, party: Party, { providerId, structureId }: Convention) =>
  party === 'body' ? holders(db, 'provider', providerId) : holders(db, 'hr_validator', structureId);

async function tell(
  deps: Dependencies,
  trx: Knex.Transaction,
  one: Convention,
  sides: readonly Party[],
  message: (to: Awaited<ReturnType<typeof actingFor>>[0], party: Party) => Message,
): Promise<number> {
  let told = 0;
  for (const party of sides) {
    const people = await actingFor(trx, party, one);
    await deps.mail.enqueueAll(
      trx,
      people.map((to) => message(to, party)),
    );
    told += people.length;
  }
  return told;
}

/** Tells the structure that its turn has come; it is noted that the convention was sent. */
export async function tellToSign(deps: Dependencies, trx: Knex.Transaction, one: Convention): Promise<void> {
  const now = deps.clock.now();
  const told = await tell(deps, trx, one, ['employer'], (to) => toSignMessage(to, one, now));
  if (told > 0) await noteSent(trx, [one.id], now);
}

/** Sends both parties the signed copy. */
export async function tellSigned(deps: Dependencies, trx: Knex.Transaction, copyId: number): Promise<void> {
  const one = (await findConvention(trx, copyId)) as Convention;
  const now = deps.clock.now();
  const file: Attachment = {
    filename: `convention-${one.number}.pdf`,
    contentType: 'application/pdf',
    stored: { kind: 'issued_document', id: one.id },
  };
  await tell(deps, trx, one, ['body', 'employer'], (to, party) => signedMessage(to, party, one, [file], now));
  await noteSent(trx, [one.id], now);
}

/** Tells the training body of the amendments that wait for it: conventions that nobody had signed just change. */
export async function tellAmended(
  deps: Dependencies,
  trx: Knex.Transaction,
  news: readonly News[],
): Promise<void> {
  const now = deps.clock.now();
  for (const { document, facts } of news) {
    const { replaces } = document;
    const { signatures } = facts as News['facts'] & { signatures: unknown[] };
    // The copy that bears both signatures is sent by whoever signed second.
    if (!replaces || signatures.length > 0) continue;
    const former = await findConvention(trx, replaces.id);
    const wasSigned = former?.isSignedCopy || (await findSignatures(trx, replaces.id)).length > 0;
    if (!wasSigned) continue;
    const one = (await findConvention(trx, document.id)) as Convention;
    await tell(deps, trx, one, ['body'], (to) => amendedMessage(to, one, replaces.number, now));
  }
}

/** Tells both parties that a convention is withdrawn, where somebody had signed it. */
export async function tellWithdrawn(
  deps: Dependencies,
  trx: Knex.Transaction,
  gone: readonly IssuedDocument[],
): Promise<void> {
  const now = deps.clock.now();
  for (const { id } of gone) {
    const one = (await findConvention(trx, id)) as Convention;
    const wasSigned = one.isSignedCopy || (await findSignatures(trx, id)).length > 0;
    if (wasSigned)
      await tell(deps, trx, one, ['body', 'employer'], (to, party) => withdrawnMessage(to, party, one, now));
  }
}
