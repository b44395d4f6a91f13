import { afterAll, beforeAll, expect, test } from 'vitest';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { confirmLate, countersign } from '#follow-up/signing/trainers/service.ts';
import { findSigningSlot, type SigningSlot } from '#follow-up/signing/windows/service.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { entriesDuring } from '../../support/journal.ts';
import { createUser } from '../../support/people.ts';
import {
  createSigningScene,
  MORNING,
  noteMarks,
  type SigningScene,
  signaturesOf,
  signInRoom,
} from '../../support/signing.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let scene: SigningScene;
let agency: Visitor;
const db = () => site.dependencies.db;
const at = (hours: number) => site.clock.set(new Date(MORNING.getTime() + hours * HOUR));
const from = { ip: '192.0.2.7', userAgent: 'Essai' };
const page = () => `/agence/sessions/${scene.sessionId}/signatures`;
const plain = (html: string) => readable(html).replaceAll('&nbsp;', ' ').replaceAll('\u00a0', ' ');
const read = async (address: string) => plain((await agency.get(address)).text);
/** Changes what nothing of the application may change, as whoever has the whole database could. */
async function tamper(table: string, change: (owner: TestSite['owner']) => PromiseLike<unknown>) {
  await site.owner.raw(`alter table ${table} disable trigger all`);
  await change(site.owner);
  await site.owner.raw(`alter table ${table} enable trigger all`);
}

beforeAll(async () => {
  site = await createTestSite({ now: MORNING });
  agency = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
  scene = await createSigningScene(site);
  const slot = (await findSigningSlot(db(), scene.slots[0])) as SigningSlot;
  at(0.1);
  for (const { id } of scene.people.slice(0, 2)) await signInRoom(site, slot.id, id);
  await noteMarks(site, scene, slot.id);
  await countersign(site.dependencies, slot, { userId: scene.provider.id, link: null }, from);
  at(4.1);
  const [, , late] = scene.people as [unknown, unknown, SigningScene['people'][0]];
  await signPresence(site.dependencies, {
    userId: late.id,
    slotId: slot.id,
    shown: { reason: 'Réseau en panne' },
    strokes: '',
    from,
  });
});
afterAll(() => site.close());

test('the agency finds the sessions that were signed, their lateness, and whether their chains are whole', async () => {
  const other = await createSigningScene(site, 1);
  at(0.1);
  await signInRoom(site, other.slots[0], other.people[0]?.id as number);
  at(4.1);
  const everything = await read('/agence/signatures');
  expect(everything).toContain('2 sessions signées');
  expect(everything.match(/Vérifiée/g)).toHaveLength(2);
  expect(everything).toContain('1 retard à confirmer');
  const late = (await agency.get('/agence/signatures?etat=retards')).text;
  expect(late).toContain(page());
  expect(late).not.toContain(`/agence/sessions/${other.sessionId}/signatures`);
  const { name } = await db()('structures').where({ id: other.providerId }).first('name');
  const found = (await agency.get(`/agence/signatures?q=${encodeURIComponent(name)}`)).text;
  expect(found).toContain(`/agence/sessions/${other.sessionId}/signatures`);
  expect(found).not.toContain(page());
  expect(await read('/agence/signatures?q=Aucune+de+ce+nom')).toContain('ne correspond à ces filtres');
  expect((await agency.get('/agence')).text).toContain('href="/agence/signatures"');
  for (const address of ['/agence/signatures', page()]) {
    const statements = await recordStatements(() => agency.get(address));
    // Two of them say who asks.
    expect(statements.length, address).toBeLessThanOrEqual(6);
  }
});

test('reads who signed what and how, and takes the proof with the addresses, which the journal notes', async () => {
  const text = await read(page());
  expect(text).toContain('Les 4 signatures sont vérifiées');
  for (const part of [
    'code scanné dans la salle',
    'contresigne, depuis son compte',
    'Réseau en panne',
    'À confirmer',
  ])
    expect(text).toContain(part);
  expect(text).toContain('Je certifie être présent ou présente');
  expect(text).not.toContain('192.0.2.7');
  const [slot] = [(await findSigningSlot(db(), scene.slots[0])) as SigningSlot];
  const enrolmentId = scene.people[2]?.enrolmentId as number;
  const by = { userId: scene.provider.id, link: null };
  await confirmLate(site.dependencies, { slot, enrolmentId, by, from });
  expect(await read(page())).toContain('confirme le retard de');

  const proof = `/agence/sessions/${scene.sessionId}/preuve.json`;
  const noted = await entriesDuring(db(), async () => {
    const answer = await agency.submit(proof, {}, page());
    expect(answer.body.entries[0].evidence.ip).toBe('192.0.2.1');
  });
  expect(noted.map(({ action }) => action)).toEqual(['attendance.proof_downloaded']);
  expect((await agency.get('/agence/sessions/999999/signatures')).status).toBe(404);
});

test('a fingerprint of a sheet is found again, and a wrong one is told', async () => {
  const [, second] = await signaturesOf(db(), scene.sessionId);
  const hex = (second as { hash: Buffer }).hash.toString('hex');
  const compare = (empreinte: string) => read(`${page()}?empreinte=${encodeURIComponent(empreinte)}`);
  expect(await compare(` ${hex.toUpperCase().slice(0, 32)} ${hex.slice(32)}`)).toContain('signature n° 2');
  expect(await compare('ab'.repeat(32))).toContain('Aucune signature de cette session n’a cette empreinte');
  expect(await compare('12 34')).toContain('Une empreinte a 64 caractères');
});

test('what somebody changed past the application is told by its place, on the page and on the list', async () => {
  const evidence = { session_id: scene.sessionId, seq: 2 };
  const { ip } = await db()('attendance_signature_evidence').where(evidence).first('ip');
  const setIp = (value: string) =>
    tamper('attendance_signature_evidence', (owner) =>
      owner('attendance_signature_evidence').where(evidence).update({ ip: value }),
    );
  await setIp('192.0.2.99');
  expect(await read(page())).toContain('Ce qui accompagne la signature n° 2 a changé');
  await setIp(ip);
  expect(await read(page())).toContain('signatures sont vérifiées');

  const row = { session_id: scene.sessionId, seq: 3 };
  await tamper('attendance_signatures', (owner) =>
    owner('attendance_signatures')
      .where(row)
      .update({ signed_at: new Date(MORNING.getTime() + HOUR) }),
  );
  expect(await read(page())).toContain('La chaîne est rompue à la signature n° 3');
  expect(await read('/agence/signatures')).toContain('Rompue au n° 3');
});
