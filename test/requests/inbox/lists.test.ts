import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditWords } from '#audit/declaration.ts';
import { endRequest } from '#requests/decide.ts';
import { getFile } from '#requests/inbox/service.ts';
import { timelineOf } from '#requests/inbox/timeline.ts';
import { requestsOf } from '#requests/request.ts';
import { features } from '../../../src/features.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createRequest, requestOf, requestsIn } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';
import { pendingOfEachKind } from './people.ts';

const inboxes = requestsOf(features);

const ACCOUNTS = '/agence/demandes-de-compte';
let site: TestSite;
let manager: TestUser;
let agnes: Visitor;
let empty: number;
let staffed: number;
let person: TestUser;
let files: Record<string, number>;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  manager = await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true });
  agnes = await site.signedIn(manager.email);
  empty = await createStructure(db, { name: 'Forêt Numérique', acronym: 'FN', city: 'Guéret' });
  staffed = await createStructure(db, { name: 'Institut Essai' });
  await createUser(db, {
    email: 'camille@institut-essai.fr',
    firstName: 'Camille',
    lastName: 'Référente',
    affiliations: { [staffed]: ['referent'] },
  });
  person = await createUser(db, {
    firstName: 'Zoé',
    lastName: 'Béranger',
    email: 'zoe@structure.example',
    affiliations: { [staffed]: [] },
  });
  files = await pendingOfEachKind(site, {
    structure: empty,
    userId: person.id,
    at: site.clock.now(),
    email: 'zoe@structure.example',
  });
  files['demandes-de-compte'] = await ask(empty, 'ada@structure.example');
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

/** Asks for an account of a structure. */
const ask = (structure_id: number, email: string, { at = site.clock.now(), ...fields }: Asked = {}) =>
  createRequest(site.dependencies.db, 'account_request', at, { structure_id, email, ...fields });
type Asked = { at?: Date; [column: string]: unknown };

describe.each(inboxes.map((inbox) => [inbox.path, inbox] as const))('%s', (path, inbox) => {
  const fileOf = () => `${path}/${files[path.slice('/agence/'.length)]}`;
  const lists = async (query: string) => (await agnes.get(`${path}?${query}`)).text.includes(`${fileOf()}`);

  test('every choice of « État » answers, and only those that hold the request list it', async () => {
    expect(await lists('')).toBe(true);
    expect(await lists('etat=toutes')).toBe(true);
    expect(await lists('etat=decidees')).toBe(false);
    for (const { slug } of Object.values(inbox.outcomes))
      expect(await lists(`etat=${slug}`), slug).toBe(false);
  });

  test('finds by person, e-mail, structure and SIRET, whatever the accents, the case and the spaces', async () => {
    const { rows } = await site.dependencies.db.raw(`select * from (${inbox.source}) q where q.id = ?`, [
      Number(fileOf().split('/').pop()),
    ]);
    const { first_name: first, last_name: last, email, structure_name: structure, siret } = rows[0];
    const searches = [
      `${first} ${last}`,
      `${last} ${first}`.toUpperCase(),
      email,
      structure?.toUpperCase().normalize('NFD').replace(/\p{M}/gu, ''),
      siret,
      siret?.replace(/(...)/g, '$1 '),
      siret?.slice(0, 9),
      siret && `SIRET : ${siret}`,
    ].filter(Boolean);
    for (const q of searches) expect(await lists(`q=${encodeURIComponent(q)}`), q).toBe(true);
    for (const q of ['zzzz', '%', '_', '\\', "'", `${first} zzzz`]) {
      expect(await lists(`q=${encodeURIComponent(q)}`), q).toBe(false);
    }
  });

  test('bad words in the address are never an error', async () => {
    const bad = [
      'q=%FF%00',
      'q=a&q=b',
      'etat=__proto__',
      'etat=toString',
      'page=-1',
      'page=9e9',
      'annee=x',
      'vue=x',
    ];
    for (const query of bad) expect((await agnes.get(`${path}?${query}`)).status, query).toBe(200);
    for (const id of ['0', 'x', '2000000000', '99999999999', '%00']) {
      expect((await agnes.get(`${path}/${id}`)).status, id).toBe(404);
      for (const slug of [...Object.values(inbox.decisions).map((one) => one.slug), 'annuler-la-decision']) {
        const { status } = await agnes.submit(`${path}/${id}/${slug}`, { reason: 'Non.' }, path);
        expect(
          [404, slug === 'rattacher' ? 422 : slug === 'annuler-la-decision' ? 409 : 404],
          slug,
        ).toContain(status);
      }
    }
  });

  test('an empty reason comes back with what was typed; too long a one too', async () => {
    const refuse = `${fileOf()}/refuser`;
    const page = await agnes.get(`${refuse}?retour=q%3Dada`);
    expect(page.text).toContain('name="retour" value="q=ada"');
    expect(page.text).toContain(`href="${path}?q=ada#demande-`);
    for (const reason of [' ', 'a\u0000', 'x'.repeat(2001), ['a', 'b']]) {
      const answer = await agnes.submit(refuse, { reason }, refuse);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('href="#reason"');
    }
    expect((await agnes.submit(refuse, { reason: 'x'.repeat(2001) }, refuse)).text).toContain('xxxx');
  });

  test('a history tells in words that it was made, and by whom it was refused, without the journal', async () => {
    const id = Number(fileOf().split('/').pop());
    const at = site.clock.now();
    const refusing = site.dependencies.db.transaction(async (trx) => {
      const columns = path === ACCOUNTS ? { password_hash: null } : {};
      const refusal = { state: 'refused', at, userId: manager.id, reason: 'Non.', columns };
      await endRequest(trx, inbox, id, refusal);
      const { events } = await getFile({ ...site.dependencies, db: trx }, inbox, id, manager.id);
      const told = timelineOf(events, inbox.decisions, auditWords(features));
      if (!inbox.events) expect(told).toHaveLength(2);
      expect(told.at(-1)).toMatchObject({ at, byName: 'Agnès Agence' });
      for (const { label } of told) expect(label).toMatch(/^\p{Lu}[^._]+$/u);
      throw new Error('undone');
    });
    await expect(refusing).rejects.toThrow('undone');
  });

  test('at most four statements and 60 KB, and no GET writes', async () => {
    for (const page of [path, `${path}?etat=toutes&q=zoe`, fileOf(), `${fileOf()}/refuser`]) {
      const statements = await recordStatements(async () => {
        const { status, text } = await agnes.get(page);
        expect(status, page).toBe(200);
        expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
      });
      expect(statements.length, `${page}\n${statements.join('\n')}`).toBeLessThanOrEqual(4);
      expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
    }
  });
});

describe('the order', () => {
  test('overdue first, then the oldest; page by page, each request once; decided ones from the latest', async () => {
    const { db } = site.dependencies;
    const crowd = await createStructure(db, { name: 'Foule' });
    const ids: number[] = [];
    for (let i = 0; i < 30; i += 1) {
      const at = new Date(site.clock.now().getTime() - (i % 7) * 4 * DAY);
      ids.push(await ask(crowd, `foule${i}@structure.example`, { at, first_name: 'Foule' }));
    }
    const seen: number[] = [];
    for (const page of [1, 2]) {
      const { text } = await agnes.get(`${ACCOUNTS}?q=foule&page=${page}`);
      expect(text).toContain('30\u00a0demandes');
      seen.push(...[...text.matchAll(/id="demande-(\d+)"/g)].map((match) => Number(match[1])));
      expect(text).toContain(`href="?q=foule${page === 1 ? '&amp;page=2' : ''}"`);
    }
    expect(new Set(seen)).toEqual(new Set(ids));
    const asked = await requestsIn(db, 'account_request');
    const sinceOf = (id: number) => Number(asked.find((one) => one.id === id)?.confirmed_at);
    expect(seen.map(sinceOf)).toEqual([...seen.map(sinceOf)].sort((a, b) => a - b));
    const first = (await agnes.get(`${ACCOUNTS}?q=foule`)).text;
    expect(first).toContain('En retard');
    expect(first.lastIndexOf('En retard')).toBeLessThan(first.indexOf('badge--info'));

    const minute = 60_000;
    for (const [index, id] of ids.slice(0, 3).entries()) {
      site.clock.advance(minute);
      const path = `${ACCOUNTS}/${id}/refuser`;
      expect((await agnes.submit(path, { reason: `Motif ${index}` }, path)).status).toBe(303);
    }
    const { text } = await agnes.get(`${ACCOUNTS}?q=foule&etat=refusees`);
    const order = [...text.matchAll(/id="demande-(\d+)"/g)].map((match) => Number(match[1]));
    expect(order).toEqual(ids.slice(0, 3).reverse());
    expect(text).toContain('par Agnès Agence');
    expect((await agnes.get(`${ACCOUNTS}/${ids[0]}`)).text).toContain('Motif 0');
    // Decided: what is left to do is to read it.
    expect((await agnes.get(`${ACCOUNTS}/${ids[0]}/refuser`)).status).toBe(409);
  });

  test('those of a structure with a référent are theirs for ten working days, and listed when asked', async () => {
    const recent = await ask(staffed, 'recente@structure.example');
    expect(readable((await agnes.get(ACCOUNTS)).text)).not.toContain('recente@');
    const all = readable((await agnes.get(`${ACCOUNTS}?vue=toutes&q=recente`)).text);
    expect(all).toContain('recente@');
    expect(all).toContain('Référent de la structure');
    // The view is kept by the filter's form and by the decision.
    expect(all).toContain('<input type="hidden" name="vue" value="toutes">');
    const { headers } = await agnes.submit(
      `${ACCOUNTS}/${recent}/refuser`,
      { reason: 'Non.', retour: 'vue=toutes' },
      ACCOUNTS,
    );
    expect(headers.location).toBe(`${ACCOUNTS}?vue=toutes#demande-${recent}`);
  });
});

describe('a file', () => {
  test('says who is there already, what else has the e-mail, and what is unusual about it', async () => {
    const id = await ask(staffed, 'ada@institut-esai.fr');
    const refused = { state: 'refused', password_hash: null, refusal_reason: 'Non.' };
    await ask(empty, 'mémé@yopmail.com', { ...refused, decided_at: site.clock.now() });
    const twin = await ask(staffed, 'mémé@yopmail.com');
    const near = (await agnes.get(`${ACCOUNTS}/${id}`)).text;
    expect(near).toContain('Le domaine institut-esai.fr ressemble à institut-essai.fr');
    expect(near).toContain('Camille Référente');
    expect(near).not.toContain('Première personne de la structure');
    expect((await agnes.get(`${ACCOUNTS}?vue=toutes&q=esai`)).text).toContain(
      'ressemble à institut-essai.fr',
    );
    const other = (await agnes.get(`${ACCOUNTS}/${twin}`)).text;
    expect(other).toContain('fournit des adresses jetables');
    expect(other).toMatch(/La même adresse e-mail ailleurs[\s\S]*Forêt Numérique, refusée/);
    const first = (await agnes.get(`${ACCOUNTS}/${files['demandes-de-compte']}`)).text;
    expect(first).toContain('Première personne de la structure');
    // The référent is warned in the same words.
    const camille = await site.signedIn('camille@institut-essai.fr');
    expect((await camille.get('/mes-structures')).text).toContain('ressemble à institut-essai.fr');
  });

  test('somebody of the agency does not decide their own, in the list nor on the file', async () => {
    const { db } = site.dependencies;
    const own = await createRequest(db, 'deletion_request', site.clock.now(), { user_id: manager.id });
    const path = `/agence/suppressions/${own}`;
    for (const page of ['/agence/suppressions', path]) {
      const { text } = await agnes.get(page);
      expect(text).toContain('un autre gestionnaire en décide');
      expect(text).not.toContain(`${path}/supprimer`);
    }
    expect((await agnes.submit(`${path}/supprimer`, { understood: '1' }, '/agence')).status).toBe(403);
  });

  test('what cannot be taken back is decided on the file, in front of what it does', async () => {
    const { db } = site.dependencies;
    const person = await createUser(db);
    const request = await createRequest(db, 'deletion_request', site.clock.now(), { user_id: person.id });
    const path = `/agence/suppressions/${request}`;
    expect((await agnes.get('/agence/suppressions')).text).not.toContain(`${path}/supprimer`);
    expect((await agnes.get(path)).text).toContain(`action="${path}/supprimer"`);
    const hasty = await agnes.submit(`${path}/supprimer`, {}, path);
    expect(hasty.status).toBe(422);
    expect(hasty.text).toContain('href="#understood"');
    expect((await requestOf(db, 'deletion_request', request)).state).toBe('pending');
  });
});
