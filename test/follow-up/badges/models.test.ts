import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getModel, saveModel, soundPicture } from '#follow-up/badges/models/service.ts';
import { textIn, withText } from '#platform/files/png-text.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { award, createHolder, createModel, joined, square } from '../../support/badges.ts';
import { createAction, kindOf } from '../../support/catalogue.ts';
import { entriesDuring } from '../../support/journal.ts';
import { closeAccount, createStructure, createUser, setPerson } from '../../support/people.ts';

const NEW = '/agence/badges/modeles/nouveau';

let site: TestSite;
let managerId: number;
let browser: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-29T10:00:00Z' });
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  managerId = manager.id;
  browser = await site.signedIn(manager.email);
});
afterAll(() => site.close());

/** Sends the form of a model with its picture. */
async function send(path: string, fields: Record<string, string>, image?: Buffer, name = 'badge.png') {
  const token = await browser.token(path);
  const request = browser.agent.post(path).field('_csrf', token);
  for (const [field, value] of Object.entries(fields)) request.field(field, value);
  return image ? request.attach('image', image, { filename: name, contentType: 'image/png' }) : request;
}
const words = {
  nom: 'Animer un atelier',
  description: 'Savoir animer un atelier.',
  criteres: 'En animer un.',
};

describe('a picture (A25)', () => {
  const sound = soundPicture;

  test('is kept without what does not draw it: place, author, another badge', () => {
    const words = { type: 'tEXt', data: Buffer.from('Author\0Camille') };
    const place = { type: 'eXIf', data: Buffer.from('GPS 44.8378 -0.5792') };
    const kept = sound(withText(square(100, [words, place]), 'openbadges', 'https://ailleurs.example/1'));
    expect(kept.toString('latin1')).not.toMatch(/Camille|GPS|ailleurs/);
    expect(kept).toEqual(square());
  });

  test('holds a text once under its keyword, whole, its checksums right; the rest is untouched', () => {
    const jws = `${'é'.repeat(3000)}.x.y`;
    const once = withText(square(), 'openbadgecredential', jws);
    expect(textIn(once, 'openbadgecredential')).toBe(jws);
    const twice = withText(once, 'openbadgecredential', 'autre');
    expect(twice.toString('latin1').match(/openbadgecredential/g)).toHaveLength(1);
    expect(textIn(twice, 'openbadgecredential')).toBe('autre');
    expect(textIn(twice, 'openbadges')).toBeUndefined();
    expect(sound(twice)).toEqual(square());
  });

  test('openbadges-validator-core #150: a text under another keyword is none, a wrong checksum is refused', () => {
    const baked = withText(square(), 'openbadgecredential', 'abc');
    expect(textIn(withText(square(), 'Comment', 'abc'), 'openbadgecredential')).toBeUndefined();
    const broken = Buffer.from(baked);
    const at = broken.indexOf('abc');
    broken[at] = 'x'.charCodeAt(0);
    expect(() => textIn(broken, 'openbadgecredential')).toThrow('broken');
  });

  const head = (width: number, height: number) => {
    const data = Buffer.alloc(13);
    data.writeUInt32BE(width, 0);
    data.writeUInt32BE(height, 4);
    data.set([8, 2, 0, 0, 0], 8);
    return { type: 'IHDR', data };
  };
  const end = { type: 'IEND', data: Buffer.alloc(0) };
  const bomb = { type: 'IDAT', data: deflateSync(Buffer.alloc(60_000_000), { level: 1 }) };
  test.each([
    ['no picture at all', Buffer.from('bonjour'), /n’est pas une image PNG/],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /n’est pas une image PNG/],
    ['a PNG cut short', square().subarray(0, 60), /abîmée/],
    ['one without dots', joined([head(100, 100), end]), /abîmée/],
    ['dots that are none', joined([head(100, 100), { type: 'IDAT', data: Buffer.from('x') }, end]), /abîmée/],
    ['one that is not square', square(100, [], 120), /carrée/],
    ['one that is too small', square(40), /au moins 90/],
    ['one that says it is huge', joined([head(60_000, 60_000), bomb, end]), /2000 au plus/],
    ['one that unpacks to too much', joined([head(100, 100), bomb, end]), /abîmée/],
    ['one that is too heavy', square(100, [{ type: 'tEXt', data: Buffer.alloc(400_000) }]), /dépasse 300/],
  ])('is refused in words: %s', (_what, bytes, refusal) => {
    expect(() => sound(bytes)).toThrow(refusal);
  });
});

describe('on the pages of the agency', () => {
  test('a model is made with its picture and its kinds', async () => {
    const { id: kindId } = await kindOf(site.dependencies.db, 'formation');
    const without = await send(NEW, words);
    expect(without.status).toBe(422);
    expect(without.text).toContain('Choisissez l’image du badge.');
    const wrong = await send(NEW, { ...words, [`type_${kindId}`]: '1' }, square(40));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/40\s×\s40/);
    expect(wrong.text).toContain('Savoir animer un atelier.');
    expect(wrong.text).toMatch(new RegExp(`checked[^>]*name="type_${kindId}"`));
    const entries = await entriesDuring(site.dependencies.db, async () => {
      expect((await send(NEW, { ...words, [`type_${kindId}`]: '1' }, square())).status).toBe(303);
    });
    expect(entries.map(({ action }) => action)).toEqual(['badge_model.created']);
    const list = await browser.get('/agence/badges');
    expect(list.text).toContain('Animer un atelier');
    expect(list.text).toContain('Badges de démonstration');
    await site.dependencies.db('badge_model_kinds').delete();
  });

  test('other words are another version; badges keep theirs, down to the picture', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site, { name: 'Première version' });
    const code = await award(site, holder);
    const path = `/agence/badges/modeles/${holder.modelId}`;
    const { lockVersion } = await getModel(db, holder.modelId);
    const changed = await send(
      path,
      { ...words, nom: 'Seconde version', version: String(lockVersion) },
      square(120),
    );
    expect(changed.status).toBe(303);
    const again = await getModel(db, holder.modelId);
    expect(again).toMatchObject({ version: 2, name: 'Seconde version' });
    // The same words, no picture: no version more.
    await send(path, { ...words, nom: 'Seconde version', version: String(again.lockVersion) });
    expect(await getModel(db, holder.modelId)).toMatchObject({
      version: 2,
      lockVersion: again.lockVersion + 1,
    });
    const answer = await site.visitor().get(`/badges/${code}`).set('Accept', '*/*');
    expect(answer.body.credentialSubject.achievement).toMatchObject({
      id: `http://localhost:3000/badges/modeles/${holder.modelId}/1`,
      name: 'Première version',
    });
    expect((await site.visitor().get(`/badges/modeles/${holder.modelId}`)).headers.location).toMatch(/\/2$/);
    const sides = [];
    for (const version of [1, 2]) {
      const { body } = await site.visitor().get(`/badges/modeles/${holder.modelId}/${version}.png`);
      sides.push(body.readUInt32BE(16));
    }
    expect(sides).toEqual([100, 120]);
    expect((await site.visitor().get(`/badges/modeles/${holder.modelId}/3`)).status).toBe(404);
  });

  test('two who change it at once: the second is told, and loses nothing', async () => {
    const { dependencies } = site;
    const id = await createModel(site, managerId);
    const { lockVersion, name, description, criteria } = await getModel(dependencies.db, id);
    const draft = { name, description, criteria, kindIds: [] };
    await saveModel(dependencies, managerId, { id, lockVersion }, { ...draft, name: 'Le premier' });
    const late = await send(`/agence/badges/modeles/${id}`, { ...words, version: String(lockVersion) });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Le premier');
    expect(late.text).toContain('Animer un atelier');
    expect(await getModel(dependencies.db, id)).toMatchObject({ name: 'Le premier', version: 2 });
  });

  test('actions are found by their title, added and taken out; a model is closed and opened again', async () => {
    const { db } = site.dependencies;
    const id = await createModel(site, managerId);
    const providerId = await createStructure(db, { isTrainingBody: true });
    const { id: actionId } = await createAction(db, {
      providerId,
      title: 'Élaborer un portefeuille de compétences',
    });
    const path = `/agence/badges/modeles/${id}`;
    expect((await browser.get(`${path}?q=elaborer`)).text).toContain('Élaborer un portefeuille');
    expect((await browser.get(`${path}?q=zzz`)).text).toContain('Aucune autre action');
    const entries = await entriesDuring(db, async () => {
      await browser.submit(`${path}/actions`, { action: actionId }, path);
      expect((await getModel(db, id)).actions).toMatchObject([{ id: actionId }]);
      await browser.submit(`${path}/actions/${actionId}/retirer`, {}, path);
      expect((await getModel(db, id)).actions).toEqual([]);
      await browser.submit(`${path}/retirer`, {}, path);
      expect((await browser.get(path)).text).toContain('Rouvrir aux demandes');
      await browser.submit(`${path}/rouvrir`, {}, path);
    });
    expect(entries.map(({ action }) => action)).toEqual([
      'badge_model.updated',
      'badge_model.updated',
      'badge_model.retired',
      'badge_model.resumed',
    ]);
    expect((await browser.submit(`${path}/actions`, { action: 'x' }, path)).status).toBe(404);
  });

  test('what was issued is found by a name or a code, and revoked with a cause and words', async () => {
    const holder = await createHolder(site, { name: 'À révoquer' });
    const code = await award(site, holder);
    for (const q of [code, 'a revoquer', 'prenom'])
      expect((await browser.get(`/agence/badges/delivres?q=${encodeURIComponent(q)}`)).text).toContain(code);
    expect((await browser.get('/agence/badges/delivres?q=personne-de-ce-nom')).text).toContain('Aucun badge');
    const path = `/agence/badges/delivres/${code}/revoquer`;
    expect((await browser.submit(path, { cause: 'reissued', motif: 'x' })).status).toBe(422);
    expect((await browser.submit(path, { cause: 'unmet', motif: '' })).status).toBe(422);
    expect(
      (await browser.submit(path, { cause: 'unmet', motif: 'La formation n’est pas finie.' })).status,
    ).toBe(303);
    expect((await browser.get(path)).status).toBe(409);
    expect((await browser.get(`/agence/badges/delivres?q=${code}`)).text).toContain('critères non remplis');
  });

  test('nobody is to read why a badge of somebody forgotten is revoked, and no words are asked for', async () => {
    const holder = await createHolder(site);
    const path = `/agence/badges/delivres/${await award(site, holder)}/revoquer`;
    const { db, clock } = site.dependencies;
    expect((await browser.get(path)).text).toContain('Elle est envoyée à la personne');
    await closeAccount(db, holder.userId, clock.now());
    expect((await browser.get(path)).text).toContain('rien ne lui est envoyé');
    expect((await browser.submit(path, { cause: 'mistake', motif: '' })).status).toBe(422);
    await setPerson(db, holder.userId, { anonymised_at: clock.now() });
    const { text } = await browser.get(path);
    expect(text).toContain('personne à prévenir');
    expect(text).not.toContain('name="motif"');
    expect((await browser.submit(path, { cause: 'mistake' })).status).toBe(303);
    expect((await browser.get('/agence/badges/delivres')).text).toContain('rien ne lui est envoyé');
  });

  test('the key is renewed from the page', async () => {
    await browser.submit('/agence/badges/cle', {}, '/agence/badges');
    const { text } = await browser.get('/agence/badges');
    expect(text).toContain('La clé est renouvelée');
  });
});

test('where none can be issued, the page of the agency says so, with what to change', async () => {
  const there = await createTestSite({
    now: '2026-11-29T10:00:00Z',
    environment: { PUBLIC_URL: 'http://portail.cap-metiers.pro' },
  });
  try {
    const manager = await createUser(there.dependencies.db, { isAgencyManager: true });
    const { text } = await (await there.signedIn(manager.email)).get('/agence/badges');
    expect(text).toContain('Aucun badge ne peut être délivré');
    expect(text).toContain('PUBLIC_URL');
  } finally {
    await there.close();
  }
});
