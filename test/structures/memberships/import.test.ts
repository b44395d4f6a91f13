import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Forbidden } from '#platform/errors.ts';
import { importMemberships } from '#structures/memberships/import/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import {
  createStructure,
  createUser,
  nextSiret,
  setMembership,
  setStructure,
  type TestUser,
} from '../../support/people.ts';
import { createRequest, forgetRequests, requestsIn } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';
import { forgetMemberships, membershipsIn } from '../../support/structures.ts';
import { allWaitingFor, theStructure } from '../../support/waiting.ts';

const PAGE = '/agence/adhesions/import';
const SAVE = `${PAGE}/enregistrer`;
let site: TestSite;
let manager: TestUser;
let agnes: Visitor;
let siret: string;
let own: number;
let referent: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  agnes = await site.signedIn(manager.email);
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetRequests(db, 'membership_request');
  await forgetMemberships(db);
  siret = nextSiret();
  own = await createStructure(db, { siret, name: '<b>Institut</b> Essai' });
  referent = await createUser(db, { affiliations: { [own]: ['referent'] } });
  site.mailbox.clear();
});

const upload = async (content: string | Buffer, fields: Record<string, string> = {}) => {
  const token = await agnes.token(PAGE);
  const request = agnes.agent.post(PAGE).field('_csrf', token);
  for (const [name, value] of Object.entries(fields)) request.field(name, value);
  return request.attach('fichier', Buffer.from(content), 'adhesions.csv');
};
const memberships = () => membershipsIn(site.dependencies.db);
const waits = (year: number) =>
  createRequest(site.dependencies.db, 'membership_request', site.clock.now(), {
    structure_id: own,
    year,
    requested_by: referent.id,
  });
const save = async (lines: string) => agnes.submit(SAVE, { lignes: lines }, PAGE);
const linesOf = (text: string) =>
  (/name="lignes" value="([^"]*)"/.exec(text)?.[1] ?? '').replaceAll('&#10;', '\n');

describe('checking', () => {
  test('says what each line would do, and writes nothing', async () => {
    const { db } = site.dependencies;
    const closed = nextSiret();
    const closedId = await createStructure(db, { siret: closed, name: 'Fermée' });
    await setStructure(db, closedId, { closed_on: '2026-11-20' });
    await setStructure(db, own, { closed_on: '2026-11-21' });
    await setMembership(db, own, [2025]);
    const before = await memberships();
    const file = [
      'annee;SIRET;commentaire',
      `2026;${siret.replace(/(...)/, '$1 ')};é`,
      `2025;${siret};`,
      `2026;${siret};`,
      `2026;${nextSiret()};`,
      `2026;${closed};`,
      '2026;=HYPERLINK("http://x");',
      `26;${siret};`,
    ].join('\r\n');
    const { status, text } = await upload(Buffer.from(file, 'latin1'));
    expect(status).toBe(200);
    for (const label of [
      'À enregistrer',
      'Déjà enregistrée',
      'En double',
      'SIRET inconnu',
      'Structure fermée',
      'SIRET inexact',
      'Année inexacte',
    ])
      expect(text, label).toContain(`<strong>1</strong> ${label}`);
    expect(text).toContain('Enregistrer 1\u00a0adhésion');
    expect(text).toContain('&lt;b&gt;Institut&lt;/b&gt;');
    expect(linesOf(text)).toBe(`siret;annee\n${siret};2026`);
    expect(await memberships()).toEqual(before);
  });

  test('pasted lines are checked alike', async () => {
    const token = await agnes.token(PAGE);
    const request = agnes.agent.post(PAGE).field('_csrf', token);
    const { status, text } = await request.field('texte', `siret,annee\n${siret},2027`);
    expect(status).toBe(200);
    expect(linesOf(text)).toBe(`siret;annee\n${siret};2027`);
  });

  test.each<[string, string | Buffer, Record<string, string>, string]>([
    ['nothing', '', {}, 'Choisissez un fichier'],
    ['both', 'siret;annee\n1;2', { texte: 'GARDÉ' }, 'gardez l’un des deux'],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), {}, 'pas fait de texte'],
    ['a workbook', 'PK\u0003\u0004', {}, 'classeur'],
    ['no columns', 'a;b\n1;2', {}, 'première ligne'],
    ['an unclosed quote', 'siret;annee\n"1;2', {}, 'mal formé'],
  ])('%s is a message', async (_what, content, fields, words) => {
    const { status, text } = await upload(content, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    if (fields.texte) expect(text).toContain(fields.texte);
  });

  test('a file beyond 1 MB, a broken form, a form without its token', async () => {
    const large = await upload(Buffer.alloc(1_000_001, 'a'));
    expect(large.status).toBe(413);
    expect(large.text).toContain('1\u00a0Mo au plus');
    const broken = await agnes.agent
      .post(PAGE)
      .set('content-type', 'multipart/form-data; boundary=x')
      .send('--y\r\nnothing');
    expect(broken.status).toBe(400);
    expect(broken.text).toContain('Envoi illisible');
    const forged = await agnes.agent
      .post(PAGE)
      .field('_csrf', 'x')
      .attach('fichier', Buffer.from('a'), 'a.csv');
    expect(forged.status).toBe(403);
    expect(forged.text).toContain('a expiré');
  });

  test('5,000 lines: checked in four statements at most, shown in part, and all recorded', async () => {
    const { db } = site.dependencies;
    const sirets = Array.from({ length: 5_000 }, nextSiret);
    await db.raw(
      `insert into structures (siret, name, kind, postcode, city, department, created_at)
       select s, 'Structure ' || s, 'other', '33000', 'Bordeaux', '33', now() from unnest(cast(? as text[])) s`,
      [sirets as never],
    );
    const file = ['siret;annee', ...sirets.map((one) => `${one};2026`)].join('\n');
    let text = '';
    const statements = await recordStatements(async () => {
      ({ text } = await upload(file));
    });
    // The page of the form is read for its token, too.
    expect(statements.length).toBeLessThanOrEqual(8);
    expect(text).toContain('Les 200 premières');
    const started = performance.now();
    expect((await save(linesOf(text))).status).toBe(303);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await memberships()).toHaveLength(5_000);
  }, 60_000);
});

describe('recording', () => {
  test('the memberships and the requests that waited for them, told to the référents; again changes nothing', async () => {
    const { db } = site.dependencies;
    const second = await createUser(db, { affiliations: { [own]: ['referent'] } });
    for (const year of [2026, 2027]) await waits(year);
    const lines = `siret;annee\n${siret};2026`;
    const done = await save(lines);
    expect([done.status, done.headers.location]).toEqual([303, '/agence/adhesions?etat=toutes']);
    expect((await agnes.get('/agence/adhesions?etat=toutes')).text).toContain(
      '1\u00a0demande en attente est acceptée',
    );
    expect(await memberships()).toMatchObject([{ structure_id: own, year: 2026, recorded_by: manager.id }]);
    expect(await requestsIn(db, 'membership_request')).toMatchObject([
      { year: 2026, state: 'accepted', decided_by: manager.id },
      { year: 2027, state: 'pending' },
    ]);
    await site.runJobs();
    for (const { email } of [referent, second]) {
      const subjects = site.mailbox.to(email).map(({ subject }) => subject);
      expect(subjects).toEqual(['Votre structure est adhérente pour 2026']);
    }
    expect(await lastEntry(db, 'membership.imported')).toMatchObject({
      actor_id: manager.id,
      details: { recorded: 1, skipped: 0, accepted: 1 },
    });
    expect((await save(lines)).status).toBe(303);
    expect(await memberships()).toHaveLength(1);
    const { details } = (await lastEntry(db, 'membership.imported')) ?? {};
    expect(details).toEqual({ recorded: 0, skipped: 1, accepted: 0 });
    await site.runJobs();
    expect(site.mailbox.to(referent.email)).toHaveLength(1);
  });

  test('what is no longer to record is left out: a structure closed in between, forged lines', async () => {
    await setStructure(site.dependencies.db, own, { closed_on: '2026-11-20' });
    await save(`siret;annee\n${siret};2026\n${nextSiret()};2026\n<script>;x`);
    expect(await memberships()).toEqual([]);
    for (const bad of ['', 'siret;annee', 'x'.repeat(1000), '"']) expect((await save(bad)).status).toBe(422);
  });

  test('two imports at once of the same lines: each membership once, one e-mail', async () => {
    await waits(2026);
    const line = [{ line: 2, siret, year: '2026' }];
    const outcomes = await allWaitingFor(
      site.dependencies.db,
      theStructure(own),
      [1, 2].map(() => () => importMemberships(site.dependencies, line, manager.id)),
    );
    expect(outcomes.map(({ recorded }) => recorded).sort()).toEqual([0, 1]);
    await site.runJobs();
    expect(site.mailbox.to(referent.email)).toHaveLength(1);
  });

  test('by somebody who has left the agency: refused, nothing written', async () => {
    const leaver = await createUser(site.dependencies.db);
    const line = [{ line: 2, siret, year: '2026' }];
    await expect(importMemberships(site.dependencies, line, leaver.id)).rejects.toBeInstanceOf(Forbidden);
    expect(await memberships()).toEqual([]);
  });
});
