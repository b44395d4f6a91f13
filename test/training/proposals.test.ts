import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideEnrolment } from '#enrolment/service.ts';
import { addPerson, type Body, createBody, type Person } from '../spaces/provider/support.ts';
import type { Visitor } from '../support/app.ts';
import {
  createSession,
  newestSession,
  sessionOf,
  sessionsIn,
  setAction,
  setSession,
  slotsOf,
} from '../support/catalogue.ts';
import { enrolmentOf, enrolmentsOf, historyOf, stateOf } from '../support/enrolments.ts';
import { journalOf } from '../support/journal.ts';
import { forgetMails, mailsIn } from '../support/mails.ts';
import { closeAccount, createUser, leaveAgency, reopenAccount, type TestUser } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { forgetRequests, requestsIn, setRequest } from '../support/requests.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

/** Proposals: made by a training body, decided by the agency, and done as the agency's own pages would. */
let body: Body;
let asAgency: Visitor;
let manager: TestUser;
let person: Person;
beforeAll(async () => {
  body = await createBody('2026-11-12T10:00:00Z', { capacity: 1, waitingCapacity: 3 });
  manager = await createUser(body.site.dependencies.db, { isAgencyManager: true });
  asAgency = await body.site.signedIn(manager.email);
  person = await addPerson(body, 'enrolled');
});
afterAll(() => body.site.close());
beforeEach(async () => {
  await forgetRequests(db(), 'session_proposal');
  await forgetMails(db());
  await forgetAttempts(db());
});

const LIST = '/parcourspro/prestataire/propositions';
const db = () => body.site.dependencies.db;
const typed = {
  creneaux: 'mardi 12/01/2027 09:00-12:30\nmardi 12/01/2027 13:30-17:00',
  places: '12',
  attente: '6',
  ouverture: '',
  cloture: '',
  lieu: 'Salle <b>1</b>',
  adresse: '1 rue de l’Essai',
  code_postal: '33600',
  ville: 'Pessac',
  lien: '',
  commentaire: 'La salle est libre.',
};
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const forNew = () => `${LIST}/nouvelle?action=${body.actionId}`;
const forChange = (id = body.sessionId) => `${LIST}/nouvelle?session=${id}`;
const proposals = () => requestsIn(db(), 'session_proposal');
const mails = async () => (await mailsIn(db())).map(({ kind }) => kind);

async function send(path: string, changes: Record<string, string> = {}, visitor = body.asTrainer) {
  const fields = { ...typed, ...changes };
  const check = await visitor.submit(path, fields, '/mon-compte');
  if (check.status !== 200) return check;
  return visitor.submit(
    path,
    { ...fields, etape: 'confirmer', cle: hidden(check.text, 'cle') },
    '/mon-compte',
  );
}
async function proposed(path: string, changes: Record<string, string> = {}): Promise<number> {
  expect((await send(path, changes)).status).toBe(303);
  return (await proposals()).at(-1)?.id as number;
}
const decide = (id: number, what: string, fields: Record<string, string> = {}) =>
  asAgency.submit(`/agence/propositions/${id}/${what}`, fields, '/mon-compte');

/** The fields of a session as its form shows them. */
async function fieldsOf(sessionId: number): Promise<Record<string, string>> {
  const { text } = await body.asTrainer.get(forChange(sessionId));
  const creneaux = /<textarea[^>]*name="creneaux"[^>]*>([^<]*)</.exec(text)?.[1] ?? '';
  const input = (name: string) =>
    new RegExp(`value="([^"]*)"[^>]* name="${name}"`).exec(text)?.[1] ??
    new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(text)?.[1] ??
    '';
  return {
    creneaux,
    ...Object.fromEntries(
      ['places', 'attente', 'ouverture', 'cloture', 'lieu', 'adresse', 'code_postal', 'ville', 'lien'].map(
        (name) => [name, input(name)],
      ),
    ),
  };
}

describe('a new session', () => {
  test('checked, sent once, told to the agency; accepted, it is in the catalogue and its proposer is told', async () => {
    const check = await body.asTrainer.submit(forNew(), typed, '/mon-compte');
    expect(check.status).toBe(200);
    expect(check.text).toContain('Salle &lt;b&gt;1&lt;/b&gt;, 1 rue de l’Essai, 33600 Pessac');
    expect(await proposals()).toEqual([]);
    const confirm = { ...typed, etape: 'confirmer', cle: hidden(check.text, 'cle') };
    const token = await body.asTrainer.token('/mon-compte');
    const both = await Promise.all(
      [1, 2].map(() => body.asTrainer.post(forNew(), { _csrf: token, ...confirm })),
    );
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    const proposal = first(await proposals());
    expect(await proposals()).toHaveLength(1);
    expect(proposal).toMatchObject({ state: 'pending', is_change: false, proposed_by: body.trainer.id });
    expect(await mails()).toEqual(['session-proposal.to-decide']);
    const file = await asAgency.get(`/agence/propositions/${proposal.id}`);
    expect(file.text).toContain('La session proposée');
    expect(file.text).toContain('La salle est libre.');
    const before = (await sessionsIn(db())).length;
    expect((await decide(proposal.id, 'accepter')).status).toBe(303);
    expect((await decide(proposal.id, 'accepter')).status).toBe(409);
    const session = await newestSession(db());
    expect(await sessionsIn(db())).toHaveLength(before + 1);
    expect(session).toMatchObject({
      action_id: body.actionId,
      capacity: 12,
      waiting_capacity: 6,
      department: '33',
    });
    expect((await slotsOf(db(), session.id)).map(({ place }) => place)).toEqual([
      'Salle <b>1</b>',
      'Salle <b>1</b>',
    ]);
    expect((await proposals())[0]).toMatchObject({ state: 'accepted', created_session_id: session.id });
    expect(await mails()).toEqual(['session-proposal.to-decide', 'session-proposal.accepted']);
    const list = await body.asTrainer.get(LIST);
    expect(list.text).toContain('Acceptée');
    const audit = await journalOf(db(), 'session_proposal.%');
    expect(audit.map(({ action, actor_id }) => [action, actor_id])).toEqual([
      ['session_proposal.created', body.trainer.id],
      ['session_proposal.accepted', manager.id],
    ]);
  });

  test('is told to each manager', async () => {
    const second = await createUser(db(), { isAgencyManager: true });
    await proposed(forNew());
    const told = await mailsIn(db(), { kind: 'session-proposal.to-decide' });
    expect(told.map(({ recipient }) => recipient)).toEqual([manager.email, second.email]);
    await leaveAgency(db(), second.id);
  });

  test('refused: the reason goes to its proposer, and nothing is made', async () => {
    const id = await proposed(forNew());
    const before = (await sessionsIn(db())).length;
    expect((await decide(id, 'refuser', { reason: '' })).status).toBe(422);
    expect((await decide(id, 'refuser', { reason: 'Trop de sessions <i>' })).status).toBe(303);
    expect(await sessionsIn(db())).toHaveLength(before);
    expect(await mails()).toEqual(['session-proposal.to-decide', 'session-proposal.refused']);
    expect(await journalOf(db(), 'session_proposal.refused')).toMatchObject([
      { actor_id: manager.id, subject_id: id, structure_id: body.providerId },
    ]);
    const mine = await body.asTrainer.get(`${LIST}/${id}`);
    expect(mine.text).toContain('Trop de sessions &lt;i&gt;');
    expect(mine.text).not.toContain('Retirer la proposition');
  });

  test('withdrawn by a colleague, who is told of nothing; it can be decided no more', async () => {
    const colleague = await createUser(db(), { affiliations: { [body.providerId]: ['provider'] } });
    const browser = await body.site.signedIn(colleague.email);
    await browser.submit(
      '/parcourspro/profil',
      { profil: `provider:${body.providerId}` },
      '/parcourspro/mon-espace',
    );
    const id = await proposed(forNew());
    expect((await body.asStranger.submit(`${LIST}/${id}/retirer`, {}, '/mon-compte')).status).toBe(404);
    expect((await browser.submit(`${LIST}/${id}/retirer`, {}, '/mon-compte')).status).toBe(303);
    expect(await mails()).toEqual(['session-proposal.to-decide', 'session-proposal.withdrawn']);
    expect(await journalOf(db(), 'session_proposal.withdrawn')).toMatchObject([
      { actor_id: colleague.id, subject_id: id },
    ]);
    expect((await browser.submit(`${LIST}/${id}/retirer`, {}, '/mon-compte')).status).toBe(409);
    const late = await decide(id, 'accepter');
    expect(late.status).toBe(409);
    expect(late.text).toContain('est déjà retirée');
  });

  test.each([
    [
      'nothing typed',
      { creneaux: '', places: '' },
      ['Indiquez au moins une demi-journée', 'Indiquez le nombre de places'],
    ],
    ['an end before the start', { creneaux: '12/01/2027 17:00-09:00' }, ['finit avant de commencer']],
    [
      'half-days over one another',
      { creneaux: '12/01/2027 09:00-12:00\n12/01/2027 11:00-13:00' },
      ['se chevauchent'],
    ],
    ['a day that is over', { creneaux: '12/01/2026 09:00-12:00' }, ['déjà passée']],
    ['a day that does not exist', { creneaux: '30/02/2027 09:00-12:00' }, ['n’existe pas']],
    ['a negative capacity', { places: '-3' }, ['nombre entier']],
    ['a huge capacity', { places: '99999999999' }, ['nombre entier']],
    ['registration after the start', { cloture: '2027-02-01' }, ['au plus tard le premier jour']],
    ['a link that runs', { lien: 'javascript:alert(1)' }, ['https://']],
    ['a long comment', { commentaire: 'x'.repeat(1001) }, ['1\u202f000 caractères']],
    ['no town', { ville: '', code_postal: 'abc' }, ['cinq chiffres']],
  ])('%s: refused as on the agency’s own form, everything kept', async (_what, changes, why) => {
    const response = await send(forNew(), { ...changes, adresse: 'Adresse gardée' });
    expect(response.status).toBe(422);
    for (const one of why) expect(response.text).toContain(one);
    expect(response.text).toContain('Adresse gardée');
    expect(await proposals()).toEqual([]);
  });

  test('a half-day may be worked out, and the form comes back from the check as it was', async () => {
    const repetition = {
      ...typed,
      creneaux: '',
      du: '2027-03-01',
      au: '2027-03-05',
      jour_2: '1',
      matin_de: '9h',
      matin_a: '12h',
    };
    const worked = await body.asTrainer.submit(forNew(), { ...repetition, etape: 'calculer' }, '/mon-compte');
    expect(worked.text).toContain('mardi 02/03/2027 09:00-12:00');
    const back = await body.asTrainer.submit(forNew(), { ...typed, etape: 'modifier' }, '/mon-compte');
    expect(back.status).toBe(200);
    expect(back.text).toContain('La salle est libre.</textarea>');
  });

  test('a day that is over when the agency decides: refused, and said on the file', async () => {
    const id = await proposed(forNew());
    await setRequest(db(), 'session_proposal', id, {
      form: { ...typed, creneaux: '12/01/2026 09:00-12:00' },
    });
    expect((await asAgency.get(`/agence/propositions/${id}`)).text).toContain('déjà passée');
    expect((await decide(id, 'accepter')).status).toBe(409);
    expect(first(await proposals()).state).toBe('pending');
  });
});

describe('a change of a session', () => {
  const secondSession = () =>
    createSession(db(), {
      actionId: body.actionId,
      now: body.site.clock.now(),
      startsInDays: 60,
      capacity: 5,
    });

  test('of its dates: people are told, keep their seat and are asked to confirm, with the body’s reason', async () => {
    const fields = await fieldsOf(body.sessionId);
    const id = await proposed(forChange(), { ...fields, creneaux: 'mardi 15/12/2026 09:00-16:00' });
    const file = await asAgency.get(`/agence/propositions/${id}`);
    expect(file.text).toContain('Ce qui change');
    expect(file.text).toContain('1\u00a0personne sera prévenue');
    expect((await decide(id, 'accepter')).status).toBe(303);
    const row = await enrolmentOf(db(), person.enrolmentId);
    expect(row.state).toBe('enrolled');
    expect(row.confirmation_asked_at).not.toBeNull();
    const line = (await historyOf(db(), person.enrolmentId)).at(-1);
    expect(line).toMatchObject({ by_role: 'agency', by_user_id: manager.id, reason: 'La salle est libre.' });
    expect(await mails()).toContain('enrolment.reschedule.person');
    expect((await sessionOf(db(), body.sessionId)).starts_at).toEqual(new Date('2026-12-15T08:00:00Z'));
  });

  test('of its seats alone: nobody is asked anything, and the queue moves', async () => {
    const waiting = await addPerson(body, 'preregistered', { firstName: 'Attente' });
    expect(await stateOf(db(), waiting.enrolmentId)).toBe('waitlisted');
    await forgetMails(db());
    const id = await proposed(forChange(), { ...(await fieldsOf(body.sessionId)), places: '3' });
    expect((await asAgency.get(`/agence/propositions/${id}`)).text).not.toContain('sera prévenue');
    expect((await decide(id, 'accepter')).status).toBe(303);
    expect(await stateOf(db(), waiting.enrolmentId)).toBe('preregistered');
    expect((await mails()).filter((kind) => kind.includes('reschedule'))).toEqual([]);
  });

  test('that changes nothing, gives no reason, or is the second for the session: refused', async () => {
    const fields = await fieldsOf(body.sessionId);
    const same = await send(forChange(), fields);
    expect(same.status).toBe(422);
    expect(same.text).toContain('Rien n’est changé');
    const silent = await send(forChange(), { ...fields, places: '4', commentaire: '' });
    expect(silent.status).toBe(422);
    expect(silent.text).toContain('Indiquez pourquoi');
    await proposed(forChange(), { ...fields, places: '4' });
    const second = await send(forChange(), { ...fields, places: '5' });
    expect(second.status).toBe(409);
    expect(second.text).toContain('attend déjà pour cette session');
    expect(await proposals()).toHaveLength(1);
  });

  test('of a session changed since, begun or cancelled: the agency is told, nothing is half-done', async () => {
    const other = await secondSession();
    const id = await proposed(forChange(other), {
      ...(await fieldsOf(other)),
      places: '9',
      creneaux: '20/01/2027 09:00-12:00',
    });
    await setSession(db(), other, { lock_version: 77 });
    expect((await asAgency.get(`/agence/propositions/${id}`)).text).toContain(
      'changée depuis cette proposition',
    );
    expect((await decide(id, 'accepter')).status).toBe(409);
    expect((await sessionOf(db(), other)).capacity).toBe(5);
    await setSession(db(), other, { cancelled_at: body.site.clock.now() });
    const refused = await send(forChange(other), { places: '7' });
    expect(refused.status).toBe(409);
    expect((await body.asTrainer.get(forChange(other))).text).toContain('Rien à proposer');
  });

  test('two managers at the same moment: it is done once', async () => {
    const other = await secondSession();
    const id = await proposed(forChange(other), { ...(await fieldsOf(other)), places: '8' });
    const token = await asAgency.token('/mon-compte');
    const both = await Promise.all(
      [1, 2].map(() => asAgency.post(`/agence/propositions/${id}/accepter`, { _csrf: token })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    const changed = await journalOf(db(), 'training_session.capacity_changed', { subject_id: other });
    expect(changed).toHaveLength(1);
  });

  test('nobody decides on their own proposal', async () => {
    const other = await secondSession();
    const id = await proposed(forChange(other), { ...(await fieldsOf(other)), places: '8' });
    await setRequest(db(), 'session_proposal', id, { proposed_by: manager.id });
    expect((await decide(id, 'accepter')).status).toBe(403);
    expect(first(await proposals()).state).toBe('pending');
  });
});

test('another body’s action, session and proposals do not exist', async () => {
  const id = await proposed(forNew());
  for (const path of [
    forNew(),
    forChange(),
    `${LIST}/${id}`,
    `${LIST}/nouvelle?action=abc`,
    `${LIST}/nouvelle?session=%00`,
  ])
    expect((await body.asStranger.get(path)).status, path).toBe(404);
  expect((await send(forNew(), {}, body.asStranger)).status).toBe(404);
  expect((await send(forChange(), {}, body.asStranger)).status).toBe(404);
  expect((await body.asStranger.get(LIST)).text).not.toContain('Accompagner une VAE');
  // Nor an action that has left the catalogue.
  await setAction(db(), body.actionId, { archived_at: body.site.clock.now() });
  expect((await body.asTrainer.get(forNew())).status).toBe(404);
  expect((await decide(id, 'accepter')).text).toContain('archivée');
  await setAction(db(), body.actionId, { archived_at: null });
});

test('taking back another body’s proposal makes nobody wait: its action is not held', async () => {
  const id = await proposed(forNew());
  const held = async (visitor: Visitor) => {
    const token = await visitor.token('/mon-compte');
    const statements = await recordStatements(() => visitor.post(`${LIST}/${id}/retirer`, { _csrf: token }));
    return statements.filter((sql) => /from (actions|sessions|structures) .*for no key update/.test(sql));
  };
  expect(await held(body.asStranger)).toEqual([]);
  expect(first(await proposals()).state).toBe('pending');
  expect(await held(body.asTrainer)).toHaveLength(3);
  expect(first(await proposals()).state).toBe('withdrawn');
});

test('each page takes four statements at most', async () => {
  const created = await proposed(forNew());
  const changed = await proposed(forChange(), { ...(await fieldsOf(body.sessionId)), places: '6' });
  for (const [visitor, path] of [
    [body.asTrainer, LIST],
    [body.asTrainer, `${LIST}/nouvelle`],
    [body.asTrainer, forNew()],
    [body.asTrainer, forChange()],
    [body.asTrainer, `${LIST}/${created}`],
    [asAgency, '/agence/propositions'],
    [asAgency, `/agence/propositions/${created}`],
    [asAgency, `/agence/propositions/${changed}`],
  ] as const) {
    await visitor.get(path);
    const statements = await recordStatements(() => visitor.get(path));
    expect(statements.length, `${path}\n${statements.join('\n')}`).toBeLessThanOrEqual(4);
  }
});

test('a person decided meanwhile stays where they are: a proposal touches the session alone', async () => {
  const by = { role: 'provider', userId: body.trainer.id, way: 'page' } as const;
  const waiting = first(await enrolmentsOf(db(), { session_id: body.sessionId, state: 'preregistered' }));
  const id = await proposed(forChange(), { ...(await fieldsOf(body.sessionId)), attente: '9' });
  await decideEnrolment(body.site.dependencies, waiting.id, { event: 'accept', by });
  expect((await decide(id, 'accepter')).status).toBe(303);
  expect(await stateOf(db(), waiting.id)).toBe('enrolled');
});

test('a new session is told to no manager whose account is closed, nor is its decision to a proposer who has gone', async () => {
  const gone = await createUser(db(), { isAgencyManager: true, closedAt: body.site.clock.now() });
  const told = async () => (await mailsIn(db())).map(({ recipient }) => recipient);
  const [refused, kept] = [await proposed(forNew()), await proposed(forNew(), { places: '13' })];
  expect(new Set(await told())).toEqual(new Set([manager.email]));
  await forgetMails(db());
  await closeAccount(db(), body.trainer.id, body.site.clock.now());
  try {
    expect((await decide(refused, 'refuser', { reason: 'Trop tard' })).status).toBe(303);
    expect(await told()).toEqual([]);
  } finally {
    await reopenAccount(db(), body.trainer.id);
  }
  expect((await decide(kept, 'refuser', { reason: 'Trop tard' })).status).toBe(303);
  expect(await told()).toEqual([body.trainer.email]);
  await leaveAgency(db(), gone.id);
});
