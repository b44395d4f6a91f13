import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { journalOf } from '../../support/journal.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  leaveStructures,
  setStructure,
  type TestUser,
} from '../../support/people.ts';
import { type Changes, createUpdate, forgetRequests, requestOf } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';
import { rightsAside, rightsOf, setRightsAside, structureOf } from '../../support/structures.ts';

const LIST = '/agence/mises-a-jour';
let site: TestSite;
let agnes: Visitor;
let bruno: Visitor;
let own: number;
let referent: TestUser;
let provider: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T10:00:00Z' });
  const { db } = site.dependencies;
  const managers = [
    await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true }),
    await createUser(db, { firstName: 'Bruno', lastName: 'Agence', isAgencyManager: true }),
  ] as const;
  [agnes, bruno] = [await site.signedIn(managers[0].email), await site.signedIn(managers[1].email)];
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetRequests(db, 'structure_update');
  own = await createStructure(db, { name: 'Institut Essai', isTrainingBody: true, mayPreregister: true });
  referent = await createUser(db, { firstName: 'Camille', affiliations: { [own]: ['referent'] } });
  provider = await createUser(db, {
    firstName: 'Claude',
    lastName: 'Prestataire',
    affiliations: { [own]: ['provider', 'of_general', 'prescriber_2'] },
  });
  site.mailbox.clear();
});

const pending = (changes: Changes, at = site.clock.now(), structure_id = own) =>
  createUpdate(
    site.dependencies.db,
    at,
    { structure_id, requested_by: referent.id, comment: 'Merci !' },
    changes,
  );
const structure = () => structureOf(site.dependencies.db, own);
const stateOf = async (id: number) => (await requestOf(site.dependencies.db, 'structure_update', id)).state;
const BOXES = { is_training_body: '1', may_preregister: '1' };
const seenOn = async (id: number) =>
  /name="seen" value="([^"]+)"/.exec((await agnes.get(`${LIST}/${id}`)).text)?.[1] ?? '';
const accept = async (id: number, boxes: Record<string, string> = BOXES, browser = agnes) =>
  browser.submit(`${LIST}/${id}/accepter`, { seen: await seenOn(id), ...boxes }, `${LIST}/${id}`);
const rightsLeft = () => rightsOf(site.dependencies.db, provider.id, own);
const revoked = (id: number) => journalOf(site.dependencies.db, 'right.revoked', { subject_id: id });

describe('deciding', () => {
  test('accepted: the values are the structure’s, found by the search, in the département of the postcode', async () => {
    const id = await pending({
      name: ['Institut Essai', 'Maison des Épreuves'],
      acronym: [null, 'MDÉ'],
      postcode: ['33600', '64000'],
      city: ['Pessac', 'Pau'],
    });
    expect((await agnes.get('/agence')).text).toMatch(
      /<strong>1<\/strong> <a href="\/agence\/mises-a-jour">/,
    );
    const file = (await agnes.get(`${LIST}/${id}`)).text;
    for (const words of [
      'Institut Essai',
      'Maison des Épreuves',
      'non renseigné',
      'Merci !',
      'Claude Prestataire',
    ])
      expect(file).toContain(words);
    expect(file).not.toContain('La liste a changé');
    expect((await accept(id)).status).toBe(303);
    expect(await structure()).toMatchObject({
      name: 'Maison des Épreuves',
      acronym: 'MDÉ',
      department: '64',
      city: 'Pau',
      kind: 'training_body',
      search_acronym: 'mde',
      corrections: {
        name: { overruled: 'Institut Essai', value: 'Maison des Épreuves' },
        department: { overruled: '33', value: '64' },
      },
    });
    const found = await agnes.get('/structures/recherche?q=maison+epreuves');
    expect(found.text).toContain('Maison des Épreuves');
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.subject).toContain('sont à jour');
    expect(site.mailbox.to(provider.email)).toEqual([]);
    expect(await rightsLeft()).toContain('provider');
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('Mise à jour acceptée');
    const accepted = await journalOf(site.dependencies.db, 'structure_update.accepted', { subject_id: id });
    expect(accepted).toHaveLength(1);
  });

  test('the town alone changes the département, where the post comes from the next one', async () => {
    const { db } = site.dependencies;
    await setStructure(db, own, { postcode: '37160', city: 'Descartes', department: '37' });
    await accept(await pending({ city: ['Descartes', 'Buxeuil'] }));
    expect(await structure()).toMatchObject({
      city: 'Buxeuil',
      department: '86',
      corrections: { department: { overruled: '37', value: '86' } },
    });
    await accept(await pending({ address: ['', '1 rue du Pont'] }));
    expect(await structure()).toMatchObject({ address: '1 rue du Pont', department: '86' });
    await setStructure(db, own, { department: '24' });
    await accept(await pending({ postcode: ['37160', '33220'], city: ['Buxeuil', 'Fougueyrolles'] }));
    expect(await structure()).toMatchObject({ department: '24' });
  });

  test('no longer a training body: the rights it gave go, are named to the référent, and written in the journal', async () => {
    const id = await pending({ kind: ['training_body', 'company'] });
    const file = (await agnes.get(`${LIST}/${id}`)).text;
    expect(file).not.toMatch(/name="is_training_body"[^>]*checked|checked[^>]*name="is_training_body"/);
    expect(file).toMatch(/checked[^>]*name="may_preregister"|name="may_preregister"[^>]*checked/);
    expect((await accept(id, { may_preregister: '1' })).status).toBe(303);
    expect(await rightsLeft()).toEqual(['beneficiary', 'prescriber_2']);
    expect(await structure()).toMatchObject({
      kind: 'company',
      is_training_body: false,
      may_preregister: true,
    });
    await site.runJobs();
    const text = site.mailbox.to(referent.email).at(-1)?.text ?? '';
    expect(text).toContain('Claude Prestataire, Gestionnaire OF général');
    expect(text).toContain('Claude Prestataire, Prestataire');
    const theirs = { person_id: provider.id };
    expect(await revoked(id)).toMatchObject([theirs, theirs]);
  });

  test('a right set aside with a closed account is shown, and goes like the others', async () => {
    const { db } = site.dependencies;
    await closeAccount(db, provider.id, site.clock.now());
    await setRightsAside(db, provider.id);
    const id = await pending({ kind: ['training_body', 'company'] });
    const file = (await agnes.get(`${LIST}/${id}`)).text.replaceAll('&nbsp;', ' ');
    expect(file).toContain('Claude Prestataire : Prestataire (compte fermé)');
    expect((await accept(id, { may_preregister: '1' })).status).toBe(303);
    expect(await rightsAside(db, provider.id)).toEqual(['beneficiary', 'prescriber_2']);
    expect(await revoked(id)).toHaveLength(2);
  });

  test('with sessions to come it stays a training body', async () => {
    const { db } = site.dependencies;
    const { id: actionId } = await createAction(db, { providerId: own });
    await createSession(db, { actionId, now: site.clock.now() });
    const id = await pending({ kind: ['training_body', 'company'] });
    const stopped = await accept(id, {});
    expect(stopped.status).toBe(409);
    expect(stopped.text).toContain('séances à venir');
    expect(await stateOf(id)).toBe('pending');
    expect(await rightsLeft()).toContain('provider');
  });

  test('refused with a reason, which is sent and kept; nothing changes', async () => {
    const id = await pending({ city: ['Pessac', 'Talence'] });
    const path = `${LIST}/${id}/refuser`;
    const empty = await agnes.submit(path, { reason: ' ' }, `${LIST}/${id}`);
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#reason"');
    for (const bad of ['a\u0000', 'x'.repeat(2001)])
      expect((await agnes.submit(path, { reason: bad }, '/mes-structures/affiliations/demande')).status).toBe(
        422,
      );
    const reason = 'SIRENE dit <b>Pessac</b>.';
    expect((await agnes.submit(path, { reason }, `${LIST}/${id}`)).status).toBe(303);
    expect((await structure()).city).toBe('Pessac');
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.text).toContain(reason);
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('SIRENE dit &lt;b&gt;');
  });

  test('a decision is told to each référent, whoever of them asked', async () => {
    const second = await createUser(site.dependencies.db, { affiliations: { [own]: ['referent'] } });
    const told = async () => {
      await site.runJobs();
      const subjects = [referent, second].map(({ email }) =>
        site.mailbox.to(email).map(({ subject }) => subject),
      );
      site.mailbox.clear();
      return subjects;
    };
    await accept(await pending({ city: ['Pessac', 'Talence'] }));
    const accepted = [expect.stringContaining('sont à jour')];
    expect(await told()).toEqual([accepted, accepted]);
    const id = await pending({ city: ['Talence', 'Pau'] });
    await agnes.submit(`${LIST}/${id}/refuser`, { reason: 'Non.' }, `${LIST}/${id}`);
    const refused = ['Votre demande de mise à jour n’est pas acceptée'];
    expect(await told()).toEqual([refused, refused]);
  });

  test('two managers at once: one decision, and the other is told by whom', async () => {
    for (let round = 0; round < 4; round += 1) {
      await setStructure(site.dependencies.db, own, { city: 'Pessac' });
      const id = await pending({ city: ['Pessac', 'Talence'] });
      const seen = await seenOn(id);
      const tokens = await Promise.all([agnes, bruno].map((one) => one.token(`${LIST}/${id}`)));
      const answers = await Promise.all([
        agnes.post(`${LIST}/${id}/accepter`, { _csrf: tokens[0] as string, seen, ...BOXES }),
        bruno.post(`${LIST}/${id}/refuser`, { _csrf: tokens[1] as string, reason: 'Non.' }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
      expect(answers.find(({ status }) => status === 409)?.text).toMatch(
        /est déjà (acceptée par Agnès|refusée par Bruno) Agence/,
      );
      expect((await structure()).city).toBe((await stateOf(id)) === 'accepted' ? 'Talence' : 'Pessac');
    }
  });

  test('corrected in between: the file shows it, and what was not seen is not overwritten', async () => {
    const id = await pending({ city: ['Pessac', 'Talence'], name: ['Institut Essai', 'Institut'] });
    const seen = await seenOn(id);
    await setStructure(site.dependencies.db, own, { city: 'Talence', name: 'INSTITUT SIRENE' });
    const late = await agnes.submit(`${LIST}/${id}/accepter`, { seen, ...BOXES }, `${LIST}/${id}`);
    expect(late.status).toBe(409);
    expect(late.text).toContain('ont changé depuis');
    const { text } = await agnes.get(`${LIST}/${id}`);
    expect(text).toContain('La liste a changé depuis la demande');
    expect(text).toContain('INSTITUT SIRENE');
    expect(text).toContain('Déjà à jour');
    expect((await accept(id)).status).toBe(303);
    expect((await structure()).name).toBe('Institut');
  });

  test('a closed structure can only be refused; a référent who left is said, and no longer written to', async () => {
    const { db } = site.dependencies;
    const id = await pending({ city: ['Pessac', 'Talence'] });
    const seen = await seenOn(id);
    await setStructure(db, own, { closed_on: '2026-11-21' });
    expect((await agnes.get(`${LIST}/${id}`)).text).not.toContain('Cet établissement est fermé');
    await setStructure(db, own, { closed_on: '2026-11-20' });
    await leaveStructures(db, referent.id);
    const { text } = await agnes.get(`${LIST}/${id}`);
    expect(text).toContain('Cet établissement est fermé');
    expect(text).toContain('n’est pas référent de la structure');
    expect(text).not.toContain('Accepter et mettre');
    expect((await agnes.submit(`${LIST}/${id}/accepter`, { seen }, `${LIST}/${id}`)).status).toBe(409);
    expect((await agnes.submit(`${LIST}/${id}/refuser`, { reason: 'Fermé.' }, `${LIST}/${id}`)).status).toBe(
      303,
    );
    await site.runJobs();
    expect(site.mailbox.to(referent.email)).toEqual([]);
  });

  test('unknown files do not exist', async () => {
    for (const bad of ['0', 'x', '2000000000', '%00'])
      expect((await agnes.get(`${LIST}/${bad}`)).status).toBe(404);
  });
});

describe('the inbox', () => {
  test('filtered by state and searched; overdue after ten working days, first', async () => {
    const { db } = site.dependencies;
    const old = await createStructure(db, { name: 'Zoé & Fils', city: 'Ussel' });
    await pending({ city: ['Pessac', 'Talence'] });
    await pending({ brand: [null, 'Zoé'] }, new Date(site.clock.now().getTime() - 20 * DAY), old);
    const { text } = await agnes.get(LIST);
    expect(text.indexOf('Zoé &amp; Fils')).toBeLessThan(text.indexOf('Institut Essai'));
    expect(text.match(/En retard/g)).toHaveLength(1);
    expect(text).toContain('14\u00a0jours ouvrés');
    for (const q of ['ZOE', 'ussel', 'camille'])
      expect((await agnes.get(`${LIST}?q=${q}`)).text, q).toContain('Zoé &amp; Fils');
    expect((await agnes.get(`${LIST}?q=ussel`)).text).not.toContain('Institut Essai');
    expect((await agnes.get(`${LIST}?q=%25`)).text).toContain('Aucune demande');
    expect((await agnes.get(`${LIST}?etat=refusees`)).text).toContain('Aucune demande');
    expect((await agnes.get(`${LIST}?q=%FF%00&etat=x&page=-1`)).status).toBe(200);
  });

  test('at most four statements and 60 KB, with 1 request and with 120', async () => {
    const at = site.clock.now();
    const ended = { structure_id: own, requested_by: referent.id, state: 'withdrawn', decided_at: at };
    const id = await pending({ city: ['Pessac', 'Talence'] });
    for (const count of [0, 120]) {
      for (let nr = 0; nr < count; nr += 1)
        await createUpdate(site.dependencies.db, at, ended, { city: ['a', 'b'] });
      for (const path of [LIST, `${LIST}?etat=toutes&page=2`, `${LIST}/${id}`]) {
        const statements = await recordStatements(async () => {
          const { status, text } = await agnes.get(path);
          expect(status).toBe(200);
          expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
        });
        expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
      }
    }
  });
});
