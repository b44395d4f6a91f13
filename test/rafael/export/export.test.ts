import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from '#rafael/lheo/canonical.ts';
import { element, type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import { keepOffer } from '../../support/kept-offers.ts';
import { hasLheoSchema, readAll, schemaFaults } from '../../support/lheo.ts';
import { createStructure, createUser } from '../../support/people.ts';

const EXPORT = '/rafaelpro/catalogue/export.xml';
const SHARING = '/rafaelpro/catalogue/diffusion';
const FEED = '/rafaelpro/offres.xml';
const SIRET = '32922456200234';
let site: TestSite;
let body: number;
let other: number;
let keeper: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(db(), { isTrainingBody: true });
  other = await createStructure(db(), { isTrainingBody: true });
  keeper = await site.signedIn(
    (await createUser(db(), { affiliations: { [body]: ['of_catalogue'] } })).email,
  );
});
afterAll(() => site.close());
beforeEach(async () => {
  await db()('offers').delete();
  await db()('rafael_settings').update({ public_feed: true });
});

const db = () => site.dependencies.db;
const keep = (tree: LheoElement, options: Partial<Parameters<typeof keepOffer>[2]> = {}) =>
  keepOffer(db(), tree, { structureId: body, at: site.clock.now(), ...options });
const formation = (nth: number) => formationAt(nth, SIRET, 2027);
const numbersIn = (xml: string) =>
  [...xml.matchAll(/<formation numero="([^"]+)"/g)].map(([, number]) => number);
const exported = () => keeper.submit(EXPORT, {}, SHARING);
const read = async (query = '', headers: Record<string, string> = {}) => {
  const request = site.visitor().get(`${FEED}${query}`);
  for (const [name, value] of Object.entries(headers)) request.set(name, value);
  return request.buffer(true);
};
/** With a person to contact, and an extra that says more of them. */
const withContact = (tree: LheoElement): LheoElement =>
  withChildren(tree, 'contact-formation', [
    element('contact-formation', [
      element('coordonnees', [
        element('civilite', 'Mme'),
        element('nom', 'Baroin'),
        element('prenom', 'Ada'),
        element('telfixe', [element('numtel', '0556000001')]),
        element('portable', [element('numtel', '0600000001')]),
        element('courriel', 'ada.baroin@demo.example'),
        element('extras', [{ name: 'extra', children: ['Ada Baroin, bureau 3'] }]),
      ]),
    ]),
  ]);

describe('the catalogue of a body', () => {
  test('leaves as one file of LHÉO 2.3 that says what is kept, and the journal notes it', async () => {
    const trees = Array.from({ length: 12 }, (_, nth) => withContact(formation(nth)));
    for (const [nth, tree] of trees.entries()) await keep(tree, { state: nth % 2 ? 'draft' : 'published' });
    await keep(formation(50), { structureId: other });
    await keep(formation(51), { state: 'archived' });
    const answer = await exported();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml',
      'content-disposition': 'attachment; filename=catalogue-lheo-2026-12-01.xml',
    });
    const found = await readAll(answer.text);
    expect(found.map(({ tree }) => fingerprintOf(tree).toString('hex'))).toEqual(
      trees.map((tree) => fingerprintOf(tree).toString('hex')),
    );
    if (hasLheoSchema) expect(await schemaFaults([answer.text])).toEqual([[]]);
    expect(await lastEntry(db())).toMatchObject({
      action: 'offers.exported',
      structure_id: body,
      details: { formations: 12 },
    });
  });

  test('without what LHÉO does not take: a formation without a session, a draft that lacks something', async () => {
    await keep(formation(1));
    await keep(withChildren(formation(2), 'action', []));
    const [action] = (formation(3).children ?? []).filter(
      (child): child is LheoElement => typeof child !== 'string' && child.name === 'action',
    );
    await keep(withChildren(formation(3), 'action', [withChildren(action as LheoElement, 'session', [])]));
    await keep(withChildren(formation(4), 'intitule-formation', [element('intitule-formation', '')]), {
      state: 'draft',
    });
    const { text } = await exported();
    expect(numbersIn(text)).toEqual(['F1']);
    if (hasLheoSchema) expect(await schemaFaults([text])).toEqual([[]]);
  });

  test('empty, it leads back and says why', async () => {
    const answer = await exported();
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/rafaelpro/catalogue');
  });
});

describe('the public feed', () => {
  test('does not exist until the agency opens it', async () => {
    await keep(formation(1));
    await db()('rafael_settings').update({ public_feed: false });
    const answer = await read();
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('formation numero');
  });

  test('has what is published, of every body, without an account nor a cookie', async () => {
    await keep(formation(1));
    await keep(formation(2), { structureId: other });
    await keep(formation(3), { state: 'draft' });
    await keep(formation(4), { state: 'archived' });
    const answer = await read();
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['content-type']).toContain('application/xml');
    expect(numbersIn(answer.text)).toEqual(['F1', 'F2']);
    if (hasLheoSchema) expect(await schemaFaults([answer.text])).toEqual([[]]);
  });

  test('names nobody to contact, unless the body has ticked it', async () => {
    await keep(withContact(formation(1)));
    await keep(withContact(formation(2)), { structureId: other });
    const shy = (await read()).text;
    for (const word of ['Ada', 'Baroin', '0600000001', 'ada.baroin@']) expect(shy).not.toContain(word);
    expect(shy).toContain('0556000001');
    if (hasLheoSchema) expect(await schemaFaults([shy])).toEqual([[]]);

    expect((await keeper.submit(SHARING, { contacts: '1' })).status).toBe(303);
    expect(await lastEntry(db())).toMatchObject({ action: 'offers.contacts_shown', structure_id: body });
    expect((await keeper.get(SHARING)).text).toMatch(/value="1" checked/);
    const told = (await read()).text;
    // Those of the one body, and not of the other.
    expect(told.match(/Baroin<\/nom>/g)).toHaveLength(1);

    await keeper.submit(SHARING, {});
    expect(await lastEntry(db())).toMatchObject({ action: 'offers.contacts_hidden', structure_id: body });
    expect((await read()).text).not.toContain('Baroin');
  });

  test('is not sent again to whoever has it, until something changes', async () => {
    const id = await keep(formation(1), { at: new Date('2026-11-20T10:00:00Z') });
    const first = await read();
    const { etag, 'last-modified': modified } = first.headers as Record<string, string>;
    expect(modified).toBe('Fri, 20 Nov 2026 10:00:00 GMT');
    expect((await read('', { 'If-None-Match': etag ?? '' })).status).toBe(304);
    expect((await read('', { 'If-Modified-Since': modified ?? '' })).status).toBe(304);
    await db()('offers').where({ id }).update({ updated_at: site.clock.now() });
    expect((await read('', { 'If-None-Match': etag ?? '' })).status).toBe(200);
    expect((await read('', { 'If-Modified-Since': modified ?? '' })).status).toBe(200);
  });

  test('gives what changed from a day or a moment on; nothing is no file; what is no moment is said', async () => {
    await keep(formation(1), { at: new Date('2026-11-19T22:59:00Z') });
    await keep(formation(2), { at: new Date('2026-11-19T23:00:00Z') });
    expect(numbersIn((await read('?depuis=2026-11-20')).text)).toEqual(['F2']);
    expect(numbersIn((await read('?depuis=2026-11-19T22:59:00Z')).text)).toEqual(['F1', 'F2']);
    expect((await read('?depuis=2026-11-21')).status).toBe(204);
    for (const typed of ['hier', '2026-13-40', '2026-11-20T99:00', '%00', "';--"])
      expect((await read(`?depuis=${typed}`)).status, typed).toBe(400);
  });
});
