import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digitsReader, ownHalfDays } from '#follow-up/signing/signatures/own.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { TooManyTries } from '#platform/web/limits.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { setDates } from '../../support/catalogue.ts';
import { HOUR } from '../../support/database.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createUser } from '../../support/people.ts';
import {
  createSigningScene,
  evidenceIn,
  MORNING,
  roomOf,
  type SigningScene,
  signaturesOf,
  signInRoom,
  ticketFor,
} from '../../support/signing.ts';
import { recordStatements } from '../../support/statements.ts';

const PAGE = '/parcourspro/mon-espace/emargement';
const MINUTE = 60_000;

describe('signing a half-day', () => {
  let site: TestSite;
  let scene: SigningScene;
  const db = () => site.dependencies.db;
  const at = (hours: number) => site.clock.set(new Date(MORNING.getTime() + hours * HOUR));
  const person = (index = 0) => scene.people[index] as SigningScene['people'][0];
  const rows = () => signaturesOf(db(), scene.sessionId);
  const sign = (browser: Visitor, fields = {}) => browser.submit(PAGE, { dessin: '', ...fields });

  beforeAll(async () => {
    site = await createTestSite({ now: MORNING });
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    at(0.1);
    scene = await createSigningScene(site);
  });

  test('scan, sign in, read, sign: the scan survives the sign-in, and is in no address', async () => {
    const browser = site.visitor();
    const scan = await browser.get(roomOf(site, scene.slots[0]).path);
    expect(scan.status).toBe(303);
    expect(scan.headers.location).toBe(PAGE);
    expect(scan.headers['referrer-policy']).toBe('no-referrer');
    expect(scan.headers['set-cookie']).toEqual([
      expect.stringMatching(/^emargement=.*HttpOnly; SameSite=Lax/),
    ]);
    const away = await browser.get(PAGE);
    expect(away.headers.location).toBe(`/connexion?suite=${encodeURIComponent(PAGE)}`);
    // Signing in takes its time: the code in the room has changed meanwhile.
    site.clock.advance(4 * MINUTE);
    const signedIn = await browser.submit('/connexion', {
      identifiant: person().email,
      mot_de_passe: 'Essai-Solide-2026!',
      suite: PAGE,
    });
    expect(signedIn.headers.location).toBe(PAGE);
    const page = await browser.get(PAGE);
    expect(page.text).toContain('Je certifie être présent');
    expect(page.text).toContain('Accompagner une VAE');
    const sent = await sign(browser, { dessin: '[[[1,2],[3,4]]]' });
    expect(sent.status).toBe(303);
    expect(await rows()).toMatchObject([
      {
        seq: 1,
        kind: 'participant',
        enrolment_id: person().enrolmentId,
        user_id: person().id,
        method: 'qr',
        signed_at: site.clock.now(),
      },
    ]);
    expect(await evidenceIn(db(), scene.sessionId)).toMatchObject([
      { strokes: '[[[1,2],[3,4]]]', reason: '' },
    ]);
    expect((await browser.get(PAGE)).text).toContain('Votre signature est enregistrée');
    expect((await browser.get(PAGE)).text).toContain('Signé');
  });

  test('opening the address of a room writes nothing', async () => {
    const { path } = roomOf(site, scene.slots[0]);
    const statements = await recordStatements(() => site.visitor().get(path));
    expect(statements.filter((sql) => /insert|update|delete/i.test(sql))).toEqual([]);
    expect(statements.length).toBeLessThanOrEqual(2);
  });

  test('the code of a minute ago, one of another half-day and one that is forged are refused', async () => {
    const { path } = roomOf(site, scene.slots[0]);
    site.clock.advance(60_000);
    const late = await site.visitor().get(path);
    expect(late.status).toBe(409);
    expect(late.text).toContain('Ce code a changé');
    expect(late.headers['set-cookie']).toBeUndefined();
    const forged = await site.visitor().get(`/e/${'A'.repeat(24)}`);
    expect(forged.status).toBe(404);
    expect(forged.text).toContain('Ce code n’est pas valable');
    // The afternoon is not open: an early scan says when to come back, and a later one works.
    const early = await site.visitor().get(roomOf(site, scene.slots[1]).path);
    expect(early.status).toBe(409);
    expect(early.text).toMatch(/revenez le 26\snov\. 2026 à\s13:15/);
    at(4.3);
    const later = await site.visitor().get(roomOf(site, scene.slots[1]).path);
    expect(later.status).toBe(303);
  });

  test('without a ticket, or with an old one, nothing is signed', async () => {
    const browser = await site.signedIn(person().email);
    const bare = await sign(browser);
    expect(bare.status).toBe(409);
    expect(bare.text).toContain('scannez le code');
    await browser.get(roomOf(site, scene.slots[0]).path);
    site.clock.advance(10 * MINUTE);
    expect((await sign(browser)).status).toBe(409);
    expect(await rows()).toEqual([]);
  });

  test('a ticket of a session that is not theirs says so', async () => {
    const stranger = await createUser(db(), { affiliations: { [scene.structureId]: [] } });
    const browser = await site.signedIn(stranger.email);
    await browser.get(roomOf(site, scene.slots[0]).path);
    expect((await browser.get(PAGE)).text).toContain('Cette salle n’est pas celle d’une de vos sessions');
    const sent = await sign(browser);
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('pas de place confirmée');
    expect(await rows()).toEqual([]);
  });

  test('one ticket serves one account: copied to another, it is refused', async () => {
    const ticket = ticketFor(site, scene.slots[0]);
    const own = (userId: number) =>
      signPresence(site.dependencies, {
        userId,
        slotId: scene.slots[0],
        shown: { ticket },
        strokes: '',
        from: { ip: '192.0.2.1', userAgent: 'Essai' },
      });
    expect(await own(person(0).id)).toBe(true);
    // The same person sends it again: kept once.
    expect(await own(person(0).id)).toBe(false);
    await expect(own(person(1).id)).rejects.toThrow('déjà servi à signer avec un autre compte');
    expect(await rows()).toHaveLength(1);
  });

  test('six digits for whoever cannot scan; five wrong ones, and no more', async () => {
    const browser = await site.signedIn(person().email);
    const type = (chiffres: string) => browser.submit(`${PAGE}/code`, { chiffres }, PAGE);
    const { digits } = roomOf(site, scene.slots[0]);
    expect((await type('12')).text).toContain('Le code a six chiffres');
    const wrong = digits === '000000' ? '000001' : '000000';
    for (let index = 0; index < 4; index += 1) expect((await type(wrong)).status).toBe(422);
    const good = await type(`${digits.slice(0, 3)} ${digits.slice(3)}`);
    expect(good.status).toBe(303);
    expect((await sign(browser)).status).toBe(303);
    expect(await rows()).toMatchObject([{ method: 'digits' }]);

    const other = await site.signedIn(person(1).email);
    const typed = (chiffres: string) => other.submit(`${PAGE}/code`, { chiffres }, PAGE);
    for (let index = 0; index < 5; index += 1) expect((await typed(wrong)).status).toBe(422);
    const sixth = await typed(digits);
    expect(sixth.status).toBe(429);
    expect(sixth.headers['retry-after']).toBeDefined();
    expect(readable(sixth.text)).toContain('Trop de tentatives');
    // The code to scan still serves.
    expect((await other.get(roomOf(site, scene.slots[0]).path)).status).toBe(303);
    expect((await sign(other)).status).toBe(303);
  });

  test('the right digits of one room forgive no wrong ones of another that is open at once', async () => {
    const again = await createSigningScene(site, 0);
    await createEnrolment(db(), {
      sessionId: again.sessionId,
      userId: person().id,
      structureId: scene.structureId,
      state: 'enrolled',
    });
    const { halfDays } = await ownHalfDays(site.dependencies, person().id);
    const read = digitsReader(site.dependencies);
    const digitsOf = (slotId: number) => roomOf(site, slotId).digits;
    const both = [scene.slots[0], again.slots[0]];
    const wrong = ['000000', '000001', '000002'].find((one) => !both.map(digitsOf).includes(one)) as string;
    for (let index = 0; index < 4; index += 1) {
      expect(await read(person().id, halfDays, wrong)).toBe('wrong');
    }
    // Found in the one asked last, both were counted.
    const last = halfDays.filter(({ id }) => both.includes(id)).at(-1)?.id as number;
    expect(await read(person().id, halfDays, digitsOf(last))).toMatchObject({ id: last });
    const first = halfDays.filter(({ id }) => id !== last);
    expect(await read(person().id, first, wrong)).toBe('wrong');
    await expect(read(person().id, first, wrong)).rejects.toThrow(TooManyTries);
  });

  test('late: with a reason, until the end of the next day, then no more', async () => {
    at(3.9);
    let browser = await site.signedIn(person().email);
    const path = `${PAGE}/${scene.slots[0]}/retard`;
    const early = await browser.get(path);
    expect(early.text).toContain('La signature est ouverte dans la salle');
    at(4.1);
    const empty = await browser.submit(path, { motif: '', dessin: '' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Indiquez pourquoi vous signez en retard');
    const sent = await browser.submit(path, { motif: 'Téléphone déchargé', dessin: '' });
    expect(sent.status).toBe(303);
    expect(await rows()).toMatchObject([{ method: 'late', enrolment_id: person().enrolmentId }]);
    expect(await evidenceIn(db(), scene.sessionId)).toMatchObject([{ reason: 'Téléphone déchargé' }]);
    expect((await browser.get(PAGE)).text).toContain('doit encore confirmer');
    // 23:59 of the next day in Paris, and midnight.
    at(15 + 24 - 0.02);
    browser = await site.signedIn(person(1).email);
    expect((await browser.get(path)).text).toContain('Je signe en retard');
    at(15 + 24);
    const over = await browser.submit(path, { motif: 'Oubli', dessin: '' }, '/mon-compte');
    expect(over.status).toBe(409);
    expect(over.text).toContain('close');
    expect(await rows()).toHaveLength(1);
    // Whose half-day it is not, does not exist.
    const stranger = await createUser(db(), { affiliations: { [scene.structureId]: [] } });
    const other = await site.signedIn(stranger.email);
    expect((await other.get(path)).status).toBe(404);
  });

  test('the time is the server’s, whatever the browser says', async () => {
    const browser = await site.signedIn(person().email);
    await browser.get(roomOf(site, scene.slots[0]).path);
    const token = await browser.token(PAGE);
    const fields = { _csrf: token, dessin: '', signed_at: '2030-01-01T00:00:00Z', now: '1' };
    const sent = await browser.agent
      .post(PAGE)
      .set('Date', 'Sun, 29 Nov 2026 08:00:00 GMT')
      .set('Accept-Language', 'fr-NC')
      .type('form')
      .send(fields);
    expect(sent.status).toBe(303);
    const [row] = await rows();
    expect(row?.signed_at).toEqual(site.clock.now());
    expect((await browser.get(PAGE)).text).toMatch(/jeudi 26\snov\. 2026, 09:00/);
  });

  test('hours that change after signatures: the old ones stay, the new ones are signed anew', async () => {
    at(-0.2);
    await signInRoom(site, scene.slots[0], person().id);
    await setDates(db(), scene.sessionId, [
      { starts_at: new Date(MORNING.getTime() + HOUR), ends_at: new Date(MORNING.getTime() + 4 * HOUR) },
    ]);
    const [slot] = await db()('slots').where({ session_id: scene.sessionId });
    const browser = await site.signedIn(person().email);
    const page = await browser.get(PAGE);
    expect(page.text).toContain('pour un horaire qui a changé depuis');
    at(1);
    await signInRoom(site, slot.id, person().id);
    expect((await rows()).map(({ starts_at }) => starts_at.toISOString())).toEqual([
      '2026-11-26T08:00:00.000Z',
      '2026-11-26T09:00:00.000Z',
    ]);
  });

  test('nobody signs for a session that is cancelled, or without a confirmed place', async () => {
    await db()('enrolments')
      .where({ id: person(0).enrolmentId })
      .update({ state: 'withdrawn' });
    await expect(signInRoom(site, scene.slots[0], person(0).id)).rejects.toThrow('place confirmée');
    await site.owner('sessions').where({ id: scene.sessionId }).update({ cancelled_at: site.clock.now() });
    await expect(signInRoom(site, scene.slots[0], person(1).id)).rejects.toThrow('annulée');
  });

  test('signing takes few statements', async () => {
    await signInRoom(site, scene.slots[0], person(0).id);
    const statements = await recordStatements(() => signInRoom(site, scene.slots[0], person(1).id));
    expect(statements.length).toBeLessThanOrEqual(6);
  });

  test('a signature is never changed, and its evidence can only be deleted', async () => {
    await signInRoom(site, scene.slots[0], person().id);
    for (const table of ['attendance_signatures', 'signed_statements']) {
      await expect(db().raw(`update ${table} set sha256 = sha256`)).rejects.toThrow();
      await expect(db()(table).delete()).rejects.toThrow(/denied|never changed|refuse/i);
      await expect(site.owner(table).delete()).rejects.toThrow();
    }
    await expect(site.owner('attendance_signatures').update({ method: 'digits' })).rejects.toThrow();
    await expect(db()('attendance_signature_evidence').update({ reason: 'autre' })).rejects.toThrow();
    const evidence = db()('attendance_signature_evidence').where({ session_id: scene.sessionId });
    await expect(evidence.delete()).resolves.toBe(1);
  });
});
