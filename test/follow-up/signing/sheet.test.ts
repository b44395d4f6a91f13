import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeAttendance, recordAttendance } from '#follow-up/attendance/service.ts';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { explain, findDiscrepancies } from '#follow-up/signing/discrepancies/service.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { confirmLate, countersign } from '#follow-up/signing/trainers/service.ts';
import { findSigningSlot, type SigningSlot } from '#follow-up/signing/windows/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { bytesOf, issuedIn } from '../../support/issued.ts';
import { createUser } from '../../support/people.ts';
import { createSigningScene, MORNING, type SigningScene, signInRoom } from '../../support/signing.ts';

let site: TestSite;
const db = () => site.dependencies.db;
const at = (hours: number) => site.clock.set(new Date(MORNING.getTime() + hours * HOUR));
const from = { ip: '192.0.2.33', userAgent: 'Un navigateur' };

beforeAll(async () => {
  site = await createTestSite({ now: MORNING });
});
afterAll(() => site.close());

const sheetsOf = ({ sessionId }: SigningScene) =>
  issuedIn(db(), { session_id: sessionId, kind: 'attendance_sheet' });
async function textOf(documentId: number): Promise<string> {
  const pdf = await getDocumentProxy(new Uint8Array((await bytesOf(db(), documentId)) as Buffer));
  return (await extractText(pdf, { mergePages: true })).text.replaceAll(/\s+/g, ' ');
}
const byOf = ({ provider }: SigningScene) =>
  ({ role: 'provider', userId: provider.id, way: 'page' }) as const;

async function markAll(scene: SigningScene, version: number, absent: readonly number[] = []): Promise<void> {
  for (const slotId of scene.slots) {
    await recordAttendance(site.dependencies, scene.sessionId, byOf(scene), {
      slotId,
      version,
      marks: scene.people.map(({ enrolmentId }) => ({
        enrolmentId,
        slotId,
        presence: absent.includes(enrolmentId) ? 'absent' : 'present',
        minutes: null,
      })),
    });
  }
}
const close = async (scene: SigningScene) => {
  await closeAttendance(site.dependencies, scene.sessionId, byOf(scene));
  await followSession(site.dependencies, scene.sessionId);
};

test('a validated sheet says who signed what and when, and bears the end of the chain, which is mailed', async () => {
  at(0.1);
  const scene = await createSigningScene(site);
  const [first, second, third] = scene.people as [
    SigningScene['people'][0],
    SigningScene['people'][0],
    SigningScene['people'][0],
  ];
  const validator = await createUser(db(), { affiliations: { [scene.structureId]: ['hr_validator'] } });
  await signInRoom(site, scene.slots[0], first.id);
  const slot = (await findSigningSlot(db(), scene.slots[0])) as SigningSlot;
  at(4.4);
  const reason = 'Téléphone déchargé';
  await signPresence(site.dependencies, {
    userId: second.id,
    slotId: scene.slots[0],
    shown: { reason },
    strokes: '',
    from,
  });
  await confirmLate(site.dependencies, {
    slot,
    enrolmentId: second.enrolmentId,
    by: { userId: scene.provider.id, link: null },
    from,
  });
  at(8.5);
  await markAll(scene, 0);
  await countersign(site.dependencies, slot, { userId: scene.provider.id, link: null }, from);
  await expect(close(scene)).rejects.toThrow('donnez-en le motif');
  const [gap] = await findDiscrepancies(db(), scene.sessionId);
  const reasons = new Map([[`${gap?.enrolmentId}-${gap?.slotId}`, 'Sans téléphone, vue par l’intervenante']]);
  expect(gap?.enrolmentId).toBe(third.enrolmentId);
  await explain(site.dependencies, scene.sessionId, byOf(scene), reasons);
  await close(scene);

  const [sheet, ...more] = await sheetsOf(scene);
  expect(more).toEqual([]);
  expect(sheet?.number).toMatch(/^2026-EMAR-0000\d\d$/);
  const text = await textOf(sheet?.id as number);
  const { head, length } = await db()('signature_chains').where({ session_id: scene.sessionId }).first();
  expect(length).toBe(4);
  for (const printed of [
    'Signé à 09:06',
    'Signé en retard le 26 nov. 2026 à 13:24, confirmé par l’intervenant ou l’organisme',
    'Motif du retard : Téléphone déchargé',
    'Motif de l’écart : Sans téléphone, vue par l’intervenante',
    'Sans signature électronique',
    'jeudi 26 nov. 2026, 09:00',
    'Accompagner une VAE',
    'Empreinte de la suite des 4 signatures (SHA-256)',
  ])
    expect(text).toContain(printed);
  expect(text.replaceAll(' ', '')).toContain(head.toString('hex'));
  expect(text).not.toContain('192.0.2.33');

  const agency = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
  const checked = (await agency.get(`/agence/sessions/${scene.sessionId}/signatures`)).text;
  expect(checked).toContain(sheet?.number);
  expect(checked).toContain('Dans la chaîne');

  site.mailbox.clear();
  await site.runJobs();
  for (const { email } of [scene.provider, validator]) {
    const mails = site.mailbox.to(email).filter(({ subject }) => subject.startsWith('Feuille d’émargement'));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text.replaceAll(/\s/g, '')).toContain(head.toString('hex'));
  }
  await followSession(site.dependencies, scene.sessionId);
  expect(await sheetsOf(scene)).toHaveLength(1);

  // Corrected and validated again, it is replaced; while it is being corrected, it stands.
  at(9);
  await markAll(scene, 1, [third.enrolmentId]);
  await followSession(site.dependencies, scene.sessionId);
  expect(await sheetsOf(scene)).toHaveLength(1);
  await close(scene);
  const [, again] = await sheetsOf(scene);
  expect(again).toMatchObject({ version: 2, replaces_id: sheet?.id });
  // What is absent and did not sign differs no more.
  expect(await textOf(again?.id as number)).not.toContain('Motif de l’écart');
});

test('a session that nobody signed here was signed on paper: no sheet is issued', async () => {
  at(0.1);
  const scene = await createSigningScene(site);
  at(8.5);
  await markAll(scene, 0);
  await close(scene);
  expect(await sheetsOf(scene)).toEqual([]);
});
