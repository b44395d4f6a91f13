import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordAttendance } from '#follow-up/attendance/service.ts';
import { forgetOldEvidence, proofOf } from '#follow-up/signing/proof/service.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { confirmLate, countersign } from '#follow-up/signing/trainers/service.ts';
import { changeWindow, findSigningSlot } from '#follow-up/signing/windows/service.ts';
import { NotFound } from '#platform/errors.ts';
import { deleteSession } from '#training/sessions/repository.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { setDates, slotsOf } from '../../support/catalogue.ts';
import { HOUR } from '../../support/database.ts';
import { entriesDuring } from '../../support/journal.ts';
import { createUser } from '../../support/people.ts';
import { projectPath } from '../../support/process.ts';
import {
  asProvider,
  createSigningScene,
  createTrainerLink,
  evidenceIn,
  MORNING,
  noteMarks,
  roomOf,
  type SigningScene,
  signaturesOf,
  signInRoom,
  ticketFor,
} from '../../support/signing.ts';
import { recordStatements } from '../../support/statements.ts';

describe('running a session that is signed', () => {
  let site: TestSite;
  let scene: SigningScene;
  let provider: Visitor;
  const db = () => site.dependencies.db;
  const at = (hours: number) => site.clock.set(new Date(MORNING.getTime() + hours * HOUR));
  const person = (index = 0) => scene.people[index] as SigningScene['people'][0];
  const base = () => `/parcourspro/prestataire/seances/${scene.sessionId}`;
  const half = (index: 0 | 1 = 0) => `${base()}/creneaux/${scene.slots[index]}`;
  const rows = () => signaturesOf(db(), scene.sessionId);
  const late = (index: number, reason = 'Réseau en panne') =>
    signPresence(site.dependencies, {
      userId: person(index).id,
      slotId: scene.slots[0],
      shown: { reason },
      strokes: '',
      from: { ip: '192.0.2.7', userAgent: 'Essai' },
    });
  const actionsDuring = async (work: () => Promise<unknown>) =>
    (await entriesDuring(db(), work)).map(({ action }) => action);

  beforeAll(async () => {
    site = await createTestSite({ now: MORNING });
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    at(0.1);
    scene = await createSigningScene(site);
    provider = await asProvider(site, scene);
  });

  test('the room shows a code that changes, its digits and who signed, and nothing is kept of it', async () => {
    await signInRoom(site, scene.slots[0], person().id);
    const page = await provider.get(`${half()}/salle`);
    expect(page.text).toContain('1 sur 3 ont signé');
    const { digits } = roomOf(site, scene.slots[0]);
    expect(page.text).toContain(`${digits.slice(0, 3)}\u00a0${digits.slice(3)}`);
    expect(page.headers['cache-control']).toBe('no-store');
    const code = await provider.get(`${half()}/salle/code.svg`);
    expect(code.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(code.headers['cache-control']).toBe('no-store');
    const state = await provider.get(`${half()}/salle/etat.json`);
    expect(state.body).toMatchObject({ state: 'open', count: '1 sur 3 ont signé', isSigned: true });
    site.clock.advance(20_000);
    const next = await provider.get(`${half()}/salle/code.svg`);
    expect(String(next.body)).not.toBe(String(code.body));
    expect((await provider.get(`${half()}/salle/etat.json`)).body.digits).not.toBe(state.body.digits);
    for (const address of [half(), `${half()}/salle`, `${base()}/signatures`]) {
      const statements = await recordStatements(() => provider.get(address));
      // Two of them say who asks.
      expect(statements.length, address).toBeLessThanOrEqual(6);
    }
  });

  test('closed and opened by hand', async () => {
    expect(await actionsDuring(() => provider.submit(`${half()}/fermer`, {}, half()))).toEqual([
      'attendance.signing_closed',
    ]);
    await expect(signInRoom(site, scene.slots[0], person().id)).rejects.toThrow('fermée');
    expect((await provider.submit(`${half()}/fermer`, {}, half())).status).toBe(409);
    expect(await actionsDuring(() => provider.submit(`${half()}/ouvrir`, {}, half()))).toEqual([
      'attendance.signing_opened',
    ]);
    expect(await signInRoom(site, scene.slots[0], person().id)).toBe(true);
  });

  test('late ones are confirmed, by somebody else, once', async () => {
    at(4.1);
    await late(0);
    provider = await asProvider(site, scene);
    const page = await provider.get(half());
    expect(page.text).toContain('Réseau en panne');
    expect(page.text).toContain('À confirmer');
    const confirm = () =>
      provider.submit(`${half()}/confirmer`, { personne: String(person().enrolmentId) }, half());
    expect(await actionsDuring(confirm)).toEqual(['attendance.late_signature_confirmed']);
    expect(await actionsDuring(confirm)).toEqual([]);
    expect((await rows()).map(({ kind }) => kind)).toEqual(['participant', 'confirmation']);
    const slot = await findSigningSlot(db(), scene.slots[0]);
    if (!slot) throw new Error('no slot');
    await late(1);
    const own = { userId: person(1).id, link: null };
    const from = { ip: '192.0.2.1', userAgent: 'Essai' };
    await expect(
      confirmLate(site.dependencies, { slot, enrolmentId: person(1).enrolmentId, by: own, from }),
    ).rejects.toThrow('votre propre signature');
    // The body signs as nobody's participant: it has no place in the session.
    await expect(signInRoom(site, scene.slots[0], scene.provider.id)).rejects.toThrow('place confirmée');
  });

  test('a trainer without account: own half-days only, marks, counter-signs, until the link is revoked', async () => {
    const given = await provider.submit(`${base()}/signatures`, {
      nom: 'Une formatrice',
      demi_journees: String(scene.slots[0]),
    });
    const token = /\/parcourspro\/intervenant\/([\w-]{43})/.exec(given.text)?.[1] ?? '';
    expect(token).not.toBe('');
    expect(JSON.stringify(await db()('trainer_links'))).not.toContain(token);
    const home = `/parcourspro/intervenant/${token}`;
    const mine = `${home}/creneaux/${scene.slots[0]}`;
    const trainer = site.visitor();
    const page = await trainer.get(home);
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
    expect(page.text).toContain('09:00');
    expect(page.text).not.toContain('13:30');
    expect((await trainer.get(`${home}/creneaux/${scene.slots[1]}`)).status).toBe(404);
    expect((await trainer.get(`${home}/creneaux/${scene.slots[1]}/salle/code.svg`)).status).toBe(404);
    expect((await trainer.get(`${mine}/salle`)).text).toContain('0 sur 3 ont signé');

    await signInRoom(site, scene.slots[0], person(0).id);
    expect((await trainer.get(mine)).text).toContain(
      `name="present-${person(0).enrolmentId}" value="1" checked`,
    );
    const ids = scene.people.map(({ enrolmentId }) => String(enrolmentId));
    const marks = { personne: ids, version: '0', [`present-${ids[0]}`]: '1', [`heures-${ids[1]}`]: '9 h' };
    const wrong = await trainer.submit(`${mine}/presences`, marks, mine);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="9 h"');
    const right = await trainer.submit(`${mine}/presences`, { ...marks, [`heures-${ids[1]}`]: '1 h' }, mine);
    expect(right.status).toBe(303);
    expect((await provider.get(`${base()}/presence`)).text).toContain('par Une formatrice');
    const stale = await trainer.submit(`${mine}/presences`, { ...marks, [`heures-${ids[1]}`]: '2 h' }, mine);
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('value="2 h"');

    expect(await actionsDuring(() => trainer.submit(`${mine}/contresigner`, {}, mine))).toEqual([
      'attendance.countersigned',
    ]);
    expect(await rows()).toMatchObject([
      { kind: 'participant' },
      { kind: 'trainer', method: 'link', user_id: null, enrolment_id: null },
    ]);
    expect((await provider.get(half())).text).toContain('Contresignée');
    expect(await actionsDuring(() => trainer.submit(`${mine}/contresigner`, {}, mine))).toEqual([]);

    const { id: linkId } = await db()('trainer_links').where({ session_id: scene.sessionId }).first('id');
    const revoked = () =>
      provider.submit(`${base()}/intervenants/${linkId}/retirer`, {}, `${base()}/signatures`);
    expect(await actionsDuring(revoked)).toEqual(['attendance.trainer_link_revoked']);
    expect((await trainer.get(home)).status).toBe(404);
    expect((await trainer.get(mine)).status).toBe(404);
    expect((await revoked()).status).toBe(404);
  });

  test('a link records nothing of a validated sheet, nor once it is revoked meanwhile', async () => {
    const token = 'un-lien-de-feuille';
    const linkId = await createTrainerLink(db(), {
      sessionId: scene.sessionId,
      slotId: scene.slots[0],
      by: scene.provider.id,
      token,
      at: MORNING,
    });
    const mine = `/parcourspro/intervenant/${token}/creneaux/${scene.slots[0]}`;
    const trainer = site.visitor();
    const personne = scene.people.map(({ enrolmentId }) => String(enrolmentId));
    const save = () => trainer.submit(`${mine}/presences`, { personne, version: '0' }, '/connexion');
    await db()('attendance_sheets').insert({
      session_id: scene.sessionId,
      closed_at: site.clock.now(),
      closed_by: scene.provider.id,
    });
    expect((await trainer.get(mine)).text).not.toContain('name="present-');
    const refused = await save();
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('seul l’organisme de formation la corrige');
    await site.owner('attendance_sheets').where({ session_id: scene.sessionId }).delete();
    expect((await trainer.get(mine)).text).toContain('name="present-');

    const slot = await findSigningSlot(db(), scene.slots[0]);
    if (!slot) throw new Error('no slot');
    await signInRoom(site, slot.id, person().id);
    await db()('trainer_links').where({ id: linkId }).update({ revoked_at: site.clock.now() });
    const by = { userId: scene.provider.id, link: { id: linkId, trainerName: 'Un intervenant' } };
    const doer = { role: 'provider', userId: scene.provider.id, way: 'email_link' } as const;
    const late = [
      countersign(site.dependencies, slot, by, { ip: '', userAgent: '' }),
      changeWindow(site.dependencies, slot, 'close', by),
      recordAttendance(site.dependencies, scene.sessionId, doer, {
        slotId: slot.id,
        version: 0,
        marks: [],
        byLink: linkId,
      }),
    ];
    for (const one of await Promise.allSettled(late)) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(NotFound) });
    }
  });

  test('a session that nobody asked for is deleted with its links; one that somebody signed is not', async () => {
    const empty = await createSigningScene(site, 0);
    const body = await asProvider(site, empty);
    const page = `/parcourspro/prestataire/seances/${empty.sessionId}/signatures`;
    const demi_journees = String(empty.slots[0]);
    expect((await body.submit(page, { nom: 'Une formatrice', demi_journees })).status).toBe(200);
    await deleteSession(db() as Knex.Transaction, empty.sessionId);
    expect(await db()('trainer_links').where({ session_id: empty.sessionId })).toEqual([]);

    await signInRoom(site, scene.slots[0], person().id);
    const signed = site.owner('signature_chains').where({ session_id: scene.sessionId }).delete();
    await expect(signed).rejects.toThrow('attendance_signatures');
  });

  test('what was opened or closed by hand stays so for hours that stay when a session is written anew', async () => {
    await provider.submit(`${half()}/fermer`, {}, half());
    const hours = (from: number, to: number) => ({
      starts_at: new Date(MORNING.getTime() + from * HOUR),
      ends_at: new Date(MORNING.getTime() + to * HOUR),
    });
    const morningAfter = async (dates: ReturnType<typeof hours>[]) => {
      await setDates(db(), scene.sessionId, dates);
      const [morning] = await slotsOf(db(), scene.sessionId);
      expect(morning?.id).not.toBe(scene.slots[0]);
      return morning?.id as number;
    };
    const same = await morningAfter([hours(0, 3.5), hours(4.5, 8)]);
    await expect(signInRoom(site, same, person().id)).rejects.toThrow('fermée');
    const longer = await morningAfter([hours(0, 4), hours(4.5, 8)]);
    expect(await signInRoom(site, longer, person().id)).toBe(true);
  });

  test('a link keeps the half-days whose hours stay when a session is written anew, and tells of the others', async () => {
    const given = await provider.submit(`${base()}/signatures`, {
      nom: 'Une formatrice',
      demi_journees: scene.slots.map(String),
    });
    const home = /\/parcourspro\/intervenant\/[\w-]{43}/.exec(given.text)?.[0] ?? '';
    const hours = (from: number, to: number) => ({
      starts_at: new Date(MORNING.getTime() + from * HOUR),
      ends_at: new Date(MORNING.getTime() + to * HOUR),
    });
    await setDates(db(), scene.sessionId, [hours(0, 3.5), hours(4.5, 8)]);
    const [morning] = await slotsOf(db(), scene.sessionId);
    expect(morning?.id).not.toBe(scene.slots[0]);
    const trainer = site.visitor();
    const same = await trainer.get(home);
    expect(same.text).toContain(`${home}/creneaux/${morning?.id}`);
    expect(same.text).toContain('13:30');
    expect(same.text).not.toContain('ont changé d’horaire');

    await setDates(db(), scene.sessionId, [hours(0, 3.5), hours(5, 8)]);
    const other = await trainer.get(home);
    expect(other.text).toContain('09:00');
    expect(other.text).not.toContain('14:00');
    expect(other.text).toContain('ont changé d’horaire');
    expect((await provider.get(`${base()}/signatures`)).text).toContain('Horaires changés');
  });

  test('a link ends with the right of whoever gave it, and a week after the session', async () => {
    const token = 'un-lien-de-ce-test';
    await createTrainerLink(db(), {
      sessionId: scene.sessionId,
      slotId: scene.slots[0],
      by: scene.provider.id,
      token,
      at: MORNING,
    });
    const status = async () => (await site.visitor().get(`/parcourspro/intervenant/${token}`)).status;
    expect(await status()).toBe(200);
    at(8 + 7 * 24 + 0.1);
    expect(await status()).toBe(404);
    at(1);
    expect(await status()).toBe(200);
    await site.owner('affiliation_rights').where({ right: 'provider' }).delete();
    expect(await status()).toBe(404);
  });

  test('nothing to counter-sign where nobody signed, without marks, by a participant, or before it begins', async () => {
    const slot = await findSigningSlot(db(), scene.slots[0]);
    if (!slot) throw new Error('no slot');
    const sign = () =>
      countersign(
        site.dependencies,
        slot,
        { userId: scene.provider.id, link: null },
        { ip: '', userAgent: '' },
      );
    await expect(sign()).rejects.toThrow('Personne n’a signé');
    await signInRoom(site, scene.slots[0], person(1).id);
    await expect(sign()).rejects.toThrow('ne sont pas enregistrées');
    await noteMarks(site, scene, scene.slots[0]);
    const own = { userId: person().id, link: null };
    await expect(countersign(site.dependencies, slot, own, { ip: '', userAgent: '' })).rejects.toThrow(
      'inscrit à cette session',
    );
    at(-0.1);
    await signInRoom(site, scene.slots[0], person().id);
    await expect(sign()).rejects.toThrow('n’a pas commencé');
  });

  test('three signatures from one device in two minutes, and two late ones in one, are shown', async () => {
    for (const index of [0, 1]) {
      await signPresence(site.dependencies, {
        userId: person(index).id,
        slotId: scene.slots[0],
        shown: { ticket: ticketFor(site, scene.slots[0]) },
        strokes: '',
        from: { ip: '192.0.2.9', userAgent: 'Un téléphone' },
      });
    }
    expect((await provider.get(half())).text).not.toContain('À vérifier');
    await signPresence(site.dependencies, {
      userId: person(2).id,
      slotId: scene.slots[0],
      shown: { ticket: ticketFor(site, scene.slots[0]) },
      strokes: '',
      from: { ip: '192.0.2.9', userAgent: 'Un téléphone' },
    });
    const page = (await provider.get(half())).text;
    expect(page.match(/À vérifier/g)).toHaveLength(3);
    expect(page).not.toContain('192.0.2.9');
  });

  test('marks and signatures that differ keep the sheet from being validated until each has its reason', async () => {
    await signInRoom(site, scene.slots[0], person(0).id);
    await signInRoom(site, scene.slots[0], person(1).id);
    // Signed and absent; signed and present; present without; and of the afternoon, that nobody signed, nothing.
    const [first, second, third] = scene.people.map(({ enrolmentId }) => String(enrolmentId));
    const personne = [first, second, third] as string[];
    const presence = (index: 0 | 1) => `${base()}/presence?demi-journee=${scene.slots[index]}`;
    const save = (index: 0 | 1, version: number, present: (string | undefined)[]) =>
      provider.submit(presence(index), {
        personne,
        version: String(version),
        ...Object.fromEntries(present.map((id) => [`present-${id}`, '1'])),
      });
    expect((await save(0, 0, [second, third])).status).toBe(303);
    at(8.2);
    provider = await asProvider(site, scene);
    expect((await save(1, 0, [first, second, third])).status).toBe(303);
    const sheet = await provider.get(presence(0));
    expect(sheet.text).toMatch(/2\sprésences diffèrent de ce qui a été signé/);
    const validate = () => provider.submit(`${base()}/presence/valider`, {}, presence(0));
    expect((await validate()).status).toBe(409);
    const gaps = `${base()}/presence/ecarts`;
    const page = await provider.get(gaps);
    expect(page.text).toContain('Absence notée, avec une signature');
    expect(page.text).toContain('Présence notée, sans signature');
    const reason = `motif-${first}-${scene.slots[0]}`;
    expect(
      await actionsDuring(() =>
        provider.submit(gaps, { [reason]: 'Parti aussitôt après', motif_commun: '' }),
      ),
    ).toEqual(['attendance.discrepancies_explained']);
    expect((await validate()).status).toBe(409);
    await provider.submit(gaps, { motif_commun: 'Sans téléphone' });
    expect(await db()('signature_discrepancies').pluck('reason')).toEqual([
      'Parti aussitôt après',
      'Sans téléphone',
    ]);
    expect((await validate()).status).toBe(303);
    // Validated, it is signed no more.
    await expect(late(2)).rejects.toThrow('validée');
    // Corrected the other way, the reason of before explains nothing.
    site.clock.advance(60_000);
    expect((await save(0, 1, [first])).status).toBe(303);
    expect((await provider.get(presence(0))).text).toMatch(/1\sprésence diffère/);
  });

  test('the proof is checked by a script of twenty lines, and a changed row is told by its place', async () => {
    for (const index of [0, 1, 2]) await signInRoom(site, scene.slots[0], person(index).id);
    const slot = await findSigningSlot(db(), scene.slots[0]);
    if (!slot) throw new Error('no slot');
    const from = { ip: '192.0.2.1', userAgent: 'Essai' };
    await noteMarks(site, scene, scene.slots[0]);
    await countersign(site.dependencies, slot, { userId: scene.provider.id, link: null }, from);
    const answer = await provider.get(`${base()}/preuve.json`);
    expect(answer.headers['content-disposition']).toContain(`preuve-session-${scene.sessionId}.json`);
    expect(answer.text).not.toMatch(/192\.0\.2\.1|userAgent|"nonce"/);
    const { head } = await db()('signature_chains').where({ session_id: scene.sessionId }).first('head');
    expect(answer.body).toMatchObject({ length: 4, head: head.toString('hex'), brokenAt: null });

    const docs = readFileSync(projectPath('docs/signatures.md'), 'utf8');
    const script = /```js\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
    expect(
      script.split('\n').filter((line) => line && !/^(import|\/\/)/.test(line)).length,
    ).toBeLessThanOrEqual(20);
    const directory = mkdtempSync(path.join(tmpdir(), 'preuve-'));
    writeFileSync(path.join(directory, 'verifier.mjs'), script);
    const run = (proof: object, printed = '') => {
      writeFileSync(path.join(directory, 'preuve.json'), JSON.stringify(proof));
      try {
        return execFileSync(process.execPath, ['verifier.mjs', 'preuve.json', printed], {
          cwd: directory,
          encoding: 'utf8',
        });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(run(answer.body, head.toString('hex'))).toBe(`4 signatures, head ${head.toString('hex')}\n`);
    expect(run(answer.body, 'ab'.repeat(32))).toContain('the sheet bears another head');
    const forged = structuredClone(answer.body);
    forged.entries[2].row.enrolment = person(0).enrolmentId;
    expect(run(forged)).toContain('signature 3 does not follow');
    const shorter = structuredClone(answer.body);
    shorter.entries.pop();
    expect(run(shorter, head.toString('hex'))).toContain('another head');
    const withEvidence = await proofOf(site.dependencies, scene.sessionId, { withEvidence: true });
    const elsewhere = structuredClone(withEvidence) as { entries: { evidence: { ip: string } }[] };
    expect(run(elsewhere)).toContain('4 signatures');
    (elsewhere.entries[1] as (typeof elsewhere.entries)[0]).evidence.ip = '198.51.100.1';
    expect(run(elsewhere)).toContain('the evidence of 2 was changed');
  });

  test('a chain whose head is another than its last signature is broken after it', async () => {
    await signInRoom(site, scene.slots[0], person().id);
    await db()('signature_chains')
      .where({ session_id: scene.sessionId })
      .update({ head: Buffer.alloc(32, 1) });
    const proof = await proofOf(site.dependencies, scene.sessionId, { withEvidence: false });
    expect(proof).toMatchObject({ length: 1, brokenAt: 2 });
  });

  test('with the addresses, for the agency alone, and noted', async () => {
    await signInRoom(site, scene.slots[0], person().id);
    const manager = await createUser(db(), { isAgencyManager: true });
    const browser = await site.signedIn(manager.email);
    const page = `/agence/sessions/${scene.sessionId}`;
    let text = '';
    expect(
      await actionsDuring(async () => {
        text = (await browser.submit(`${page}/preuve.json`, {}, page)).text;
      }),
    ).toEqual(['attendance.proof_downloaded']);
    expect(text).toContain('192.0.2.1');
    const other = await createSigningScene(site);
    const stranger = await asProvider(site, other);
    expect((await stranger.get(`${base()}/preuve.json`)).status).toBe(404);
  });

  test('at its term the evidence goes, ten years later where European funds pay, and the chain still holds', async () => {
    await signInRoom(site, scene.slots[0], person().id);
    const other = await createSigningScene(site);
    await signInRoom(site, other.slots[0], (other.people[0] as SigningScene['people'][0]).id);
    await db()('action_legal').insert({
      action_id: other.actionId,
      is_cofinanced: true,
    });
    await createTrainerLink(db(), {
      sessionId: scene.sessionId,
      slotId: scene.slots[0],
      by: scene.provider.id,
      token: 'un-lien-a-son-terme',
      at: MORNING,
    });
    await db()('signature_discrepancies').insert({
      enrolment_id: person().enrolmentId,
      starts_at: MORNING,
      ends_at: new Date(MORNING.getTime() + 3.5 * HOUR),
      kind: 'signed_absent',
      reason: 'Partie malade',
      explained_at: site.clock.now(),
      explained_by: scene.provider.id,
    });
    expect(await evidenceIn(db(), scene.sessionId)).toMatchObject([{ trainer: 'Une formatrice' }]);
    const { statements } = (await proofOf(site.dependencies, scene.sessionId, {
      withEvidence: false,
    })) as { statements: object[] };
    expect(JSON.stringify(statements)).toContain('Accompagner une VAE');
    expect(JSON.stringify(statements)).not.toContain('Une formatrice');
    const told = async () => [
      ...(await db()('trainer_links').where({ session_id: scene.sessionId }).pluck('trainer_name')),
      ...(await db()('signature_discrepancies')
        .where({ enrolment_id: person().enrolmentId })
        .pluck('reason')),
    ];
    const left = async () => [
      (await evidenceIn(db(), scene.sessionId)).length,
      (await evidenceIn(db(), other.sessionId)).length,
    ];
    const newYear = async (year: number) => {
      site.clock.set(`${year}-01-01T00:30:00+01:00`);
      await forgetOldEvidence(site.dependencies);
      return left();
    };
    site.clock.set('2032-12-31T23:30:00+01:00');
    await forgetOldEvidence(site.dependencies);
    expect(await left()).toEqual([1, 1]);
    expect(await told()).toEqual(['Un intervenant', 'Partie malade']);
    expect(await newYear(2033)).toEqual([0, 1]);
    expect(await told()).toEqual(['effacé']);
    expect(await newYear(2037)).toEqual([0, 0]);
    const proof = await proofOf(site.dependencies, scene.sessionId, { withEvidence: true });
    expect(proof).toMatchObject({ length: 1, brokenAt: null, entries: [{ evidence: null }] });
  });
});
