import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetContents } from '#follow-up/documents/issued/service.ts';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import {
  bytesOf,
  close,
  createFollowed,
  eventsOf,
  type Followed,
  type IssuedRow,
  issuedIn,
} from '../../support/issued.ts';
import { entriesDuring } from '../../support/journal.ts';
import { mailsIn } from '../../support/mails.ts';
import { createUser, setPerson } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let followed: Followed;
let certificate: IssuedRow;
let asPerson: Visitor;
let asProvider: Visitor;
let asAgency: Visitor;
const START = '2026-11-20T10:00:00Z';
const db = () => site.dependencies.db;
const enrolment = () => followed.enrolments[0] as number;

beforeAll(async () => {
  site = await createTestSite({ now: START });
});
afterAll(() => site.close());

beforeEach(async () => {
  site.clock.set(START);
  followed = await createFollowed(site, { people: 2 });
  await close(site, followed);
  [certificate] = (await issuedIn(db(), { enrolment_id: enrolment(), kind: 'certificate' })) as [IssuedRow];
  asPerson = await site.signedIn(followed.people[0]?.email as string);
  asProvider = await site.signedIn(followed.provider.email);
  const profil = `provider:${followed.providerId}`;
  await asProvider.submit('/parcourspro/profil', { profil }, '/mes-structures');
  asAgency = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
});

const page = (space = '/parcourspro/prestataire/seances') =>
  `${space}/${followed.sessionId}/documents-administratifs`;
const agencyPage = () => page('/agence/sessions');
const plain = (html: string) => readable(html).replaceAll('&nbsp;', ' ').replaceAll('\u00a0', ' ');
const binary = (visitor: Visitor, path: string) =>
  visitor
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });

describe('the person', () => {
  test('finds theirs under « Mes actions passées », takes them, and that is noted', async () => {
    const list = plain((await asPerson.get('/parcourspro/mon-espace/passees')).text);
    expect(list).toContain('Attestation de fin de formation');
    expect(list).toContain(`PDF, n° ${certificate.number}, émis le 20 nov. 2026`);
    const address = `/parcourspro/mon-espace/documents/${certificate.number}`;
    const file = await asPerson.submit(address, {}, '/parcourspro/mon-espace/passees');
    expect(file.status).toBe(200);
    expect(file.headers['content-type']).toBe('application/pdf');
    expect(file.headers['content-disposition']).toContain(`${certificate.number}.pdf`);
    expect((await eventsOf(db(), certificate.id)).map(({ kind, by }) => [kind, by])).toEqual([
      ['sent', null],
      ['downloaded', followed.people[0]?.id],
    ]);
    const asOther = await site.signedIn(followed.people[1]?.email as string);
    expect((await asOther.submit(address, {}, '/parcourspro/mon-espace/passees')).status).toBe(404);
  });

  test('renamed, keeps the stored document; « Rééditer » gives a second version in the new name', async () => {
    const before = await bytesOf(db(), certificate.id);
    await setPerson(db(), followed.people[0]?.id as number, { last_name: 'Nouveaunom' });
    await followSession(site.dependencies, followed.sessionId);
    const fields = { sorte: 'certificate', personne: String(enrolment()) };
    expect(await issuedIn(db(), { enrolment_id: enrolment(), kind: 'certificate' })).toHaveLength(1);
    expect((await asProvider.submit(page(), fields)).status).toBe(303);
    const [first, second] = await issuedIn(db(), { enrolment_id: enrolment(), kind: 'certificate' });
    expect(second).toMatchObject({ version: 2, replaces_id: first?.id });
    expect(await bytesOf(db(), certificate.id)).toEqual(before);
    const checked = plain((await site.visitor().get(`/verifier/${second?.code}`)).text);
    expect(checked).toContain('Nouveaunom');
    const old = plain((await site.visitor().get(`/verifier/${first?.code}`)).text);
    expect(old).not.toContain('Nouveaunom');
    expect(old).toContain(`Ce document est remplacé par le n° ${second?.number}`);
    const list = plain((await asPerson.get('/parcourspro/mon-espace/passees')).text);
    expect(list).toContain(`remplacé par le n° ${second?.number}`);
    expect(list).toContain(`n° ${second?.number}, émis`);
  });
});

describe('the training body', () => {
  test('sees what was issued, sent and opened, within four statements', async () => {
    const statements = await recordStatements(() => asProvider.get(page()));
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    const everything = (await asProvider.get(page())).text;
    expect(everything).toContain('value="certificate"');
    // A formation never gives one.
    expect(everything).not.toContain('value="participation"');
    const text = plain((await asProvider.get(`${page()}?sorte=certificate`)).text);
    expect(text).toContain(certificate.number);
    expect(text).toContain('Envoyé le 20 nov. 2026');
    expect(text).toContain('Pas encore ouvert');
    expect(text).not.toContain('Retirer');
    const file = await binary(asProvider, `${page()}/${certificate.id}`);
    expect(createHash('sha256').update(file.body).digest().equals(certificate.sha256)).toBe(true);
    expect(await eventsOf(db(), certificate.id)).toHaveLength(1);
  });

  test('issuing what says the same is refused, and uses no number; sending again writes to the person', async () => {
    const numbers = () => db()('document_counters').orderBy('kind').select('kind', 'last');
    const before = await numbers();
    const refused = await asProvider.submit(page(), { sorte: 'certificate' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Rien n’a changé');
    expect(await numbers()).toEqual(before);
    const entries = await entriesDuring(db(), async () => {
      expect((await asProvider.submit(`${page()}/${certificate.id}/envoyer`, {}, page())).status).toBe(303);
    });
    expect(entries.map(({ action }) => action)).toEqual(['document.sent']);
    expect(
      await mailsIn(db(), { recipient: followed.people[0]?.email, kind: 'documents.person' }),
    ).toHaveLength(2);
    expect((await asProvider.submit(page(), { sorte: 'inconnue' })).status).toBe(404);
    expect((await asProvider.submit(`${page()}/99999999/envoyer`, {}, page())).status).toBe(404);
  });
});

describe('the agency', () => {
  test('withdraws with a reason, which whoever checks and the person read; it stays withdrawn', async () => {
    const address = `${agencyPage()}/${certificate.id}/retirer`;
    expect((await asAgency.submit(address, { motif: '' })).status).toBe(422);
    const entries = await entriesDuring(db(), async () => {
      expect((await asAgency.submit(address, { motif: 'Erreur de personne <b>' })).status).toBe(303);
    });
    expect(entries.map(({ action }) => action)).toEqual(['document.withdrawn']);
    const checked = plain((await site.visitor().get(`/verifier/${certificate.code}`)).text);
    expect(checked).toContain('Ce document est retiré depuis le 20 nov. 2026');
    expect(checked).toContain('Erreur de personne &lt;b&gt;');
    const [mail] = await mailsIn(db(), { kind: 'documents.withdrawn.person' });
    expect(mail?.recipient).toBe(followed.people[0]?.email);
    await followSession(site.dependencies, followed.sessionId);
    expect(await issuedIn(db(), { enrolment_id: enrolment(), kind: 'certificate' })).toHaveLength(1);
    expect((await asAgency.submit(address, { motif: 'Encore' }, agencyPage())).status).toBe(409);
    const again = { sorte: 'certificate', personne: String(enrolment()) };
    const issued = await entriesDuring(db(), () => asAgency.submit(agencyPage(), again));
    expect(issued.map(({ action }) => action)).toEqual(['document.issued']);
    expect((await issuedIn(db(), { enrolment_id: enrolment(), kind: 'certificate' })).at(-1)?.version).toBe(
      2,
    );
  });
});

describe('anybody who holds a document', () => {
  test('reads every printed field; the code may be typed as people do', async () => {
    const visitor = site.visitor();
    const typed = certificate.code.toLowerCase().replace(/(.{4})/g, '$1 ');
    const way = await visitor.get(`/verifier?code=${encodeURIComponent(typed)}`);
    expect(way.headers.location).toBe(`/verifier/${certificate.code}`);
    const statements = await recordStatements(() => visitor.get(`/verifier/${certificate.code}`));
    expect(statements.length).toBeLessThanOrEqual(2);
    const answer = await visitor.get(`/verifier/${certificate.code}`);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['x-robots-tag']).toBe('noindex');
    const text = plain(answer.text);
    for (const field of [
      certificate.number,
      certificate.sha256.toString('hex'),
      'Dominique Exemple, Directrice',
      '7 h 00 (7,00 heures)',
      '75 33 00000 33',
      'action de formation',
      'Ce document est émis et en vigueur',
    ])
      expect(text).toContain(field);
  });

  test('what is no code, and what no document has, get the same answer; codes cannot be tried without end', async () => {
    const unknown = await site.visitor().get('/verifier/0123456789AB');
    const none = await site.visitor().get('/verifier/bonjour');
    expect([unknown.status, none.status]).toEqual([404, 404]);
    const body = ({ text }: { text: string }) => text.replaceAll(/value="[\w-]+"|nonce="[^"]*"/g, '');
    expect(body(unknown).replaceAll('0123456789AB', 'bonjour')).toBe(body(none));
    expect(none.text).toContain('Aucun document émis par ParcoursPro ne porte ce code');
    expect(none.text).toMatch(/name="code"[^>]*value="bonjour"|value="bonjour"[^>]*name="code"/);
    expect((await site.visitor().get('/verifier?code=bonjour')).status).toBe(422);
    const person = asAgency;
    const tries = [];
    for (let index = 0; index < 65; index += 1)
      tries.push((await person.get('/verifier/0123456789AB')).status);
    expect(tries.at(0)).toBe(404);
    expect(tries.at(-1)).toBe(429);
  });

  test('compares the file, without JavaScript too', async () => {
    const bytes = (await bytesOf(db(), certificate.id)) as Buffer;
    const compare = async (file: Buffer | null) => {
      const token = await asPerson.token(`/verifier/${certificate.code}`);
      const request = asPerson.agent.post(`/verifier/${certificate.code}/fichier`).field('_csrf', token);
      return file ? request.attach('fichier', file, 'a.pdf') : request.field('rien', '');
    };
    expect((await compare(bytes)).text).toContain('C’est le même fichier');
    const altered = Buffer.from(bytes);
    altered[bytes.length - 10] = 0;
    expect((await compare(altered)).text).toContain('Ce n’est pas le même fichier');
    const nothing = await compare(null);
    expect(nothing.status).toBe(422);
    expect(nothing.text).toContain('Choisissez le fichier à comparer');
  });
});

test('when its term is over the contents go, and what proves the issuing stays', async () => {
  site.clock.set('2032-12-31T10:00:00Z');
  await forgetContents(site.dependencies);
  expect(await bytesOf(db(), certificate.id)).toBeDefined();
  site.clock.set('2033-01-01T10:00:00Z');
  await forgetContents(site.dependencies);
  await forgetContents(site.dependencies);
  expect(await bytesOf(db(), certificate.id)).toBeUndefined();
  expect((await eventsOf(db(), certificate.id)).filter(({ kind }) => kind === 'erased')).toHaveLength(1);
  const checked = plain((await site.visitor().get(`/verifier/${certificate.code}`)).text);
  expect(checked).toContain('Ce document a été émis le 20 nov. 2026');
  expect(checked).not.toContain('Dominique Exemple');
  expect(checked).toContain(certificate.sha256.toString('hex'));
});
