import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getProfile } from '#structures/training-body-profile/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { STAMP } from '../../support/pictures.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let bodyId: number;
let otherId: number;
let trainer: TestUser;
let asTrainer: Visitor;
let asManager: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-02T09:00:00Z' });
  const { db } = site.dependencies;
  bodyId = await createStructure(db, { isTrainingBody: true, name: 'Formation & Cie' });
  otherId = await createStructure(db, { isTrainingBody: true, name: 'Zénith formation' });
  trainer = await createUser(db, { affiliations: { [bodyId]: ['provider'] } });
  asTrainer = await site.signedIn(trainer.email);
  await asTrainer.submit('/parcourspro/profil', { profil: `provider:${bodyId}` }, '/mes-structures');
  asManager = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

const PAGE = '/parcourspro/prestataire/profil';
const agencyPage = () => `/agence/organismes/${bodyId}/profil`;
const profile = () => getProfile(site.dependencies, bodyId);

const FILLED = {
  declaration: '75 33 12345 33',
  region: 'Nouvelle-Aquitaine',
  representant: 'Dominique Exemple',
  qualite: 'Directrice',
  ville: 'Bordeaux',
  telephone: '05 56 00 00 00',
  email: 'Contact@organisme.example',
  contact: 'Secrétariat\r\n05 56 00 00 01',
  handicap: 'Référente handicap',
  qualiopi: 'QUA-1',
};

async function sendStamp(visitor: Visitor, page: string, content: Uint8Array | null) {
  const token = await visitor.token('/mon-compte');
  const request = visitor.agent.post(`${page}/cachet`).field('_csrf', token);
  if (content) request.attach('fichier', Buffer.from(content), 'cachet.png');
  return request;
}

describe('a training body', () => {
  test('learns what its documents wait for, and fills it in once', async () => {
    const before = (await asTrainer.get(PAGE)).text;
    expect(before).toContain('Des documents attendent ces renseignements');
    expect(before).toContain('Certificat de réalisation');
    expect((await asTrainer.submit(PAGE, { ...FILLED, version: '0' })).headers.location).toBe(PAGE);
    expect(await profile()).toMatchObject({
      activityNumber: '75331234533',
      activityRegion: 'Nouvelle-Aquitaine',
      representative: 'Dominique Exemple',
      representativeQuality: 'Directrice',
      city: 'Bordeaux',
      phone: '+33556000000',
      email: 'Contact@organisme.example',
      administrativeContact: 'Secrétariat\n05 56 00 00 01',
      disabilityContact: 'Référente handicap',
      qualiopiNumber: 'QUA-1',
      version: 1,
      hasStamp: false,
    });
    const after = (await asTrainer.get(PAGE)).text;
    expect(after).not.toContain('Des documents attendent');
    expect(after).toContain('value="05\u00a056\u00a000\u00a000\u00a000"');
    expect(await lastEntry(site.dependencies.db, 'training_body_profile.updated')).toMatchObject({
      structure_id: bodyId,
      details: {
        fields:
          'activityNumber,activityRegion,representative,representativeQuality,city,phone,email,administrativeContact,disabilityContact,qualiopiNumber',
      },
    });
  });

  test('and the agency write at the same time: nothing of either is lost', async () => {
    const fields = { ...FILLED, ville: 'Pessac', version: '1' };
    expect((await asManager.submit(agencyPage(), fields)).status).toBe(303);
    const stale = await asTrainer.submit(PAGE, { ...FILLED, ville: 'Talence', version: '1' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Pessac');
    expect(stale.text).toContain('value="Talence"');
    expect(stale.text).toContain('name="version" value="2"');
    expect((await profile()).city).toBe('Pessac');
  });

  test.each([
    [{ declaration: '75 33' }, 'Le numéro de déclaration d’activité a 11 chiffres'],
    [{ declaration: '' }, 'Saisissez le numéro enregistré dans cette région.'],
    [{ region: '' }, 'Choisissez la région dont le préfet'],
    [{ region: 'Aquitaine' }, 'Choisissez une région de la liste.'],
    [{ qualite: '' }, 'Indiquez la qualité du représentant légal'],
    [{ representant: '' }, 'Saisissez le nom du représentant légal.'],
    [{ telephone: 'abc' }, 'Saisissez un numéro de téléphone'],
    [{ email: 'abc' }, 'adresse'],
    [{ handicap: 'trop long '.repeat(31) }, '300 caractères au plus'],
  ])('is told of %j on the form', async (wrong, message) => {
    const refused = await asTrainer.submit(PAGE, { ...FILLED, ...wrong, version: '2' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(message);
    expect((await profile()).version).toBe(2);
  });

  test('may leave all of it for later', async () => {
    const empty = Object.fromEntries(Object.keys(FILLED).map((name) => [name, '']));
    expect((await asTrainer.submit(PAGE, { ...empty, version: '2' })).status).toBe(303);
    expect(await profile()).toMatchObject({ activityNumber: null, email: null, disabilityContact: null });
    await asTrainer.submit(PAGE, { ...FILLED, version: '3' });
  });
});

describe('the picture of a stamp', () => {
  test('is kept apart from the fields: a form that is open stays good', async () => {
    const { version } = await profile();
    const sent = await sendStamp(asTrainer, PAGE, STAMP);
    expect(sent.headers.location).toBe(`${PAGE}/cachet`);
    expect((await asTrainer.submit(PAGE, { ...FILLED, version: String(version) })).status).toBe(303);
    expect((await profile()).hasStamp).toBe(true);
    const shown = await asTrainer.get(`${PAGE}/cachet.png`);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
    expect(Buffer.compare(shown.body, STAMP)).toBe(0);
    expect((await asManager.get(`${agencyPage()}/cachet.png`)).status).toBe(200);
    expect((await lastEntry(site.dependencies.db, 'training_body_profile.stamp_saved'))?.structure_id).toBe(
      bodyId,
    );
  });

  test('of a body that has said nothing yet leaves its first form good', async () => {
    const page = `/agence/organismes/${otherId}/profil`;
    expect((await sendStamp(asManager, page, STAMP)).status).toBe(303);
    expect((await asManager.submit(page, { ...FILLED, version: '0' })).status).toBe(303);
    expect(await getProfile(site.dependencies, otherId)).toMatchObject({ version: 1, hasStamp: true });
  });

  test('is a PNG, whatever its name says', async () => {
    for (const [content, message] of [
      [Buffer.from('<svg/>'), 'pas une image PNG'],
      [STAMP.subarray(0, -4), 'abîmée'],
      [null, 'Choisissez une image PNG.'],
    ] as const) {
      const refused = await sendStamp(asTrainer, PAGE, content);
      expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(message)]);
    }
    expect((await sendStamp(asTrainer, PAGE, Buffer.alloc(400_000))).status).toBe(413);
    expect((await profile()).hasStamp).toBe(true);
  });

  test('is taken away', async () => {
    await asTrainer.submit(`${PAGE}/cachet/retirer`, {}, PAGE);
    expect((await profile()).hasStamp).toBe(false);
    expect((await asTrainer.get(`${PAGE}/cachet.png`)).status).toBe(404);
    expect((await lastEntry(site.dependencies.db, 'training_body_profile.stamp_removed'))?.structure_id).toBe(
      bodyId,
    );
  });
});

describe('the agency', () => {
  test('finds a body by its name or SIRET, with what is missing', async () => {
    const { db } = site.dependencies;
    await createStructure(db, { isTrainingBody: true, name: 'Sans profil' });
    const closed = { closed_on: '2026-01-01' };
    await createStructure(db, { isTrainingBody: true, name: 'Formation fermée', fields: closed });
    await createStructure(db, { name: 'Formation association' });
    const list = async (q = '') =>
      [
        ...(await asManager.get(`/agence/organismes?q=${encodeURIComponent(q)}`)).text.matchAll(
          /profil">([^<]+)/g,
        ),
      ].map(([, name]) => name);
    expect(await list()).toEqual(['Formation &amp; Cie', 'Sans profil', 'Zénith formation']);
    expect(await list('zenith')).toEqual(['Zénith formation']);
    const { siret } = await db('structures').where({ id: bodyId }).first('siret');
    expect(await list(`${siret.slice(0, 3)} ${siret.slice(3)}`)).toEqual(['Formation &amp; Cie']);
    const none = await asManager.get('/agence/organismes?q=introuvable');
    expect(none.text).toContain('Rien ne correspond à ces mots.');
    expect((await asManager.get('/agence/organismes?q=sans')).text).toContain('Ville de signature');
  });

  test('has no profile of what is no training body', async () => {
    const { db } = site.dependencies;
    const association = await createStructure(db);
    for (const id of [association, 999_999, 'abc'])
      expect((await asManager.get(`/agence/organismes/${id}/profil`)).status, String(id)).toBe(404);
  });

  test('opens each page with four statements at most', async () => {
    for (const page of ['/agence/organismes', agencyPage(), `${agencyPage()}/cachet`]) {
      const statements = await recordStatements(() => asManager.get(page));
      expect(statements.length, page).toBeLessThanOrEqual(4);
    }
  });
});
