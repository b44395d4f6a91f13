import { afterAll, beforeAll, expect, test } from 'vitest';
import { acting, type Body, createBody } from '../spaces/provider/support.ts';
import type { Visitor } from '../support/app.ts';
import { forgetDelegations } from '../support/delegations.ts';
import { withdrawRequests } from '../support/enrolments.ts';
import { mailsIn } from '../support/mails.ts';
import { createUser } from '../support/people.ts';
import { withdrawProposals } from '../support/requests.ts';

/**
 * What writes to other people, done and undone in turn by somebody who may do it: after a while it is refused, on its
 * own form, and what was typed is still there.
 */
let body: Body;
beforeAll(async () => {
  body = await createBody();
});
afterAll(() => body.site.close());

const db = () => body.site.dependencies.db;
const mails = async () => (await mailsIn(db())).length;

/** Does something until it is refused. @returns how often it was done, and the refusal */
async function untilRefused(
  once: () => Promise<{ status: number; text: string }>,
  undo: () => Promise<unknown>,
) {
  for (let done = 0; done < 60; done += 1) {
    const before = await mails();
    const answer = await once();
    if (answer.status === 429) {
      expect(await mails()).toBe(before);
      return { done, text: answer.text };
    }
    expect(answer.status).toBe(303);
    await undo();
  }
  throw new Error('never refused');
}

const send = (visitor: Visitor, path: string, fields: Record<string, string>) =>
  visitor.submit(path, fields, '/mon-compte');

test('a request for a place, withdrawn each time', async () => {
  const person = await createUser(db(), { affiliations: { [body.structureId]: [] } });
  const asPerson = await acting(body.site, person, `beneficiary:${body.structureId}`);
  const path = `/parcourspro/actions/${body.slug}/inscription?session=${body.sessionId}`;
  const fields = { structure: String(body.structureId), motivation: 'Ma motivation entière' };
  const { done, text } = await untilRefused(
    () => send(asPerson, path, fields),
    () => withdrawRequests(db(), { user_id: person.id }),
  );
  expect(done).toBe(30);
  expect(text).toContain('Ma motivation entière');
});

test('a session cancelled and restored', async () => {
  const session = `/parcourspro/prestataire/seances/${body.sessionId}`;
  const { done, text } = await untilRefused(
    () => send(body.asTrainer, `${session}/annuler`, { motif: 'Le formateur est absent' }),
    () => send(body.asTrainer, `${session}/retablir`, {}),
  );
  expect(done).toBe(3);
  expect(text).toContain('Le formateur est absent');
  expect(text).toContain('Réessayez dans 24 heures.');
});

test('a proposal withdrawn', async () => {
  const path = `/parcourspro/prestataire/propositions/nouvelle?action=${body.actionId}`;
  const typed = {
    creneaux: 'mardi 12/01/2027 09:00-12:30',
    places: '12',
    attente: '6',
    lieu: 'Salle 1',
    adresse: '1 rue de l’Essai',
    code_postal: '33600',
    ville: 'Pessac',
    commentaire: 'La salle est libre.',
    etape: 'confirmer',
  };
  const { done, text } = await untilRefused(
    () => send(body.asTrainer, path, { ...typed, cle: crypto.randomUUID() }),
    () => withdrawProposals(db()),
  );
  expect(done).toBe(30);
  expect(text).toContain('La salle est libre.');
});

test('a delegation stopped', async () => {
  const at = { affiliations: { [body.structureId]: ['hr_validator'] as ['hr_validator'] } };
  const validator = await createUser(db(), at);
  const colleague = await createUser(db(), { affiliations: { [body.structureId]: [] } });
  const asValidator = await acting(body.site, validator, `hr_validator:${body.structureId}`);
  const fields = { personne: String(colleague.id), du: '2026-03-02', au: '2026-03-31' };
  const { done, text } = await untilRefused(
    () => send(asValidator, '/parcourspro/valideur/delegations', fields),
    () => forgetDelegations(db()),
  );
  expect(done).toBe(10);
  expect(text).toContain('Trop de tentatives');
});
