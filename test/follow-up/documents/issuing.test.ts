import { createHash } from 'node:crypto';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeAttendance } from '#follow-up/attendance/service.ts';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { getProfile, saveProfile } from '#structures/training-body-profile/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import {
  bytesOf,
  close,
  createFollowed,
  eventsOf,
  type Followed,
  issuedIn,
  mark,
  refusalsIn,
  setProfile,
} from '../../support/issued.ts';
import { mailsIn } from '../../support/mails.ts';
import { createStructure, createUser, setPerson, type TestUser } from '../../support/people.ts';

let site: TestSite;
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T10:00:00Z' });
});
afterAll(() => site.close());

const textOf = async (documentId: number): Promise<string> => {
  const pdf = await getDocumentProxy(new Uint8Array((await bytesOf(db(), documentId)) as Buffer));
  return (await extractText(pdf, { mergePages: true })).text.replaceAll('\u00a0', ' ');
};
const kindsOf = async ({ sessionId }: Followed) =>
  (await issuedIn(db(), { session_id: sessionId })).map(({ kind, version }) => `${kind} ${version}`);
const later = (hours = 1) => site.clock.set(new Date(site.clock.now().getTime() + hours * HOUR));

test('a validated sheet gives each person their documents, with numbers, bytes, hashes and one e-mail', async () => {
  const followed = await createFollowed(site, { people: 2 });
  await close(site, followed);
  expect(await kindsOf(followed)).toEqual([
    'attestation 1',
    'attestation 1',
    'certificate 1',
    'certificate 1',
    'roster 1',
  ]);
  for (const row of await issuedIn(db(), { session_id: followed.sessionId })) {
    const bytes = (await bytesOf(db(), row.id)) as Buffer;
    expect(row.sha256.equals(createHash('sha256').update(bytes).digest())).toBe(true);
    expect(row.bytes).toBe(bytes.length);
    expect(row.pages).toBe(1);
    const text = await textOf(row.id);
    expect(text).toContain(row.number);
    expect(text.replaceAll(/\s/g, '')).toContain(`Code:${row.code.replace(/(.{4})(?=.)/g, '$1-')}`);
  }
  const mails = await mailsIn(db(), { kind: 'documents.person' });
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual(
    followed.people.map(({ email }) => email).sort(),
  );
});

test('done again, nothing changes', async () => {
  const followed = await createFollowed(site);
  await close(site, followed);
  const before = await issuedIn(db());
  const mails = (await mailsIn(db())).length;
  await followSession(site.dependencies, followed.sessionId);
  expect(await issuedIn(db())).toEqual(before);
  expect(await mailsIn(db())).toHaveLength(mails);
});

test('a correction replaces the documents of that person only, once the sheet is validated again', async () => {
  const followed = await createFollowed(site, { people: 2 });
  await close(site, followed);
  later();
  const [first, second] = followed.enrolments as [number, number];
  await mark(db(), followed.provider, first, followed.slots.slice(1), 'absent', site.clock.now());
  await followSession(site.dependencies, followed.sessionId);
  expect(await issuedIn(db(), { enrolment_id: first })).toHaveLength(2);
  later();
  await close(site, followed);
  const versions = async (enrolment_id: number) =>
    (await issuedIn(db(), { enrolment_id, kind: 'certificate' })).map(({ version }) => version);
  expect(await versions(first)).toEqual([1, 2]);
  expect(await versions(second)).toEqual([1]);
  const [old, corrected] = await issuedIn(db(), { enrolment_id: first, kind: 'certificate' });
  expect(corrected?.replaces_id).toBe(old?.id);
  expect(await textOf(old?.id as number)).toContain('7 h 00 (7,00 heures)');
  expect(await textOf(corrected?.id as number)).toContain('3 h 30 (3,50 heures)');
  expect(await textOf(corrected?.id as number)).toContain(`Il remplace le n° ${old?.number}`);
  const [mail] = (await mailsIn(db(), { recipient: followed.people[0]?.email })).slice(-1);
  expect(mail?.subject).toContain('Vos documents corrigés');
});

test('the employer hears once of what is replaced, and of what is withdrawn (A10)', async () => {
  const followed = await createFollowed(site, { people: 3 });
  const validator = await createUser(db(), { affiliations: { [followed.employerId]: ['hr_validator'] } });
  const elsewhere = await createUser(db(), {
    affiliations: { [await createStructure(db())]: ['hr_validator'] },
  });
  const told = async (recipient: string) =>
    (await mailsIn(db(), { recipient, kind: 'documents.employer' })).map(
      ({ subject }) => subject.split('\u00a0')[0],
    );
  await close(site, followed);
  // The first ones are in its files: nothing is told of them.
  expect(await told(validator.email)).toEqual([]);
  later();
  for (const enrolment of followed.enrolments.slice(0, 2))
    await mark(db(), followed.provider, enrolment, followed.slots.slice(1), 'absent', site.clock.now());
  later();
  await close(site, followed);
  expect(await told(validator.email)).toEqual(['Documents corrigés']);
  later();
  await mark(
    db(),
    followed.provider,
    followed.enrolments[2] as number,
    followed.slots,
    'absent',
    site.clock.now(),
  );
  later();
  await close(site, followed);
  expect(await told(validator.email)).toEqual(['Documents corrigés', 'Documents retirés']);
  expect(await told(elsewhere.email)).toEqual([]);
});

test('whoever was absent gets none, and loses theirs when the presence is corrected', async () => {
  const followed = await createFollowed(site, { people: 2 });
  const [present, absent] = followed.enrolments as [number, number];
  await mark(db(), followed.provider, absent, followed.slots, 'absent', site.clock.now());
  await close(site, followed);
  expect(await issuedIn(db(), { enrolment_id: absent })).toEqual([]);
  later();
  await mark(db(), followed.provider, present, followed.slots, 'absent', site.clock.now());
  later();
  await close(site, followed);
  for (const { id } of await issuedIn(db(), { enrolment_id: present })) {
    expect((await eventsOf(db(), id)).at(-1)).toMatchObject({ kind: 'withdrawn', by: null });
  }
});

test('another kind of action gives an attestation of participation', async () => {
  const followed = await createFollowed(site, { kind: 'reunion' });
  await close(site, followed);
  expect(await kindsOf(followed)).toEqual(['participation 1', 'roster 1']);
});

test('what cannot be written, or has no signatory, is said and not issued; the others are', async () => {
  const names = [{ lastName: '王' }, { lastName: 'Ольга' }];
  const followed = await createFollowed(site, { people: 2, names });
  await setProfile(db(), followed.providerId, { representative: null });
  await close(site, followed);
  expect(await kindsOf(followed)).toEqual([]);
  expect((await refusalsIn(db(), followed.sessionId)).map(({ reason }) => reason)).toContainEqual(
    'Le profil de l’organisme de formation est à compléter\u00a0: Représentant légal.',
  );
  await setProfile(db(), followed.providerId);
  await followSession(site.dependencies, followed.sessionId);
  expect(await kindsOf(followed)).toEqual(['attestation 1', 'certificate 1']);
  const refusals = await refusalsIn(db(), followed.sessionId);
  expect(refusals.map(({ kind }) => kind)).toEqual(['attestation', 'certificate', 'roster']);
  expect(refusals[0]?.reason).toContain('王');
  await setPerson(db(), followed.people[0]?.id as number, { last_name: 'Wang' });
  await followSession(site.dependencies, followed.sessionId);
  expect(await refusalsIn(db(), followed.sessionId)).toEqual([]);
});

test('validating the sheet asks for the documents, once for the session; a completed profile asks again', async () => {
  const followed = await createFollowed(site, { people: 2 });
  await setProfile(db(), followed.providerId, { representative: null });
  const by = { role: 'provider', userId: followed.provider.id, way: 'page' } as const;
  await closeAttendance(site.dependencies, followed.sessionId, by);
  expect(await kindsOf(followed)).toEqual([]);
  await site.runJobs();
  expect(await kindsOf(followed)).toEqual(['roster 1']);
  const { version, ...profile } = await getProfile(site.dependencies, followed.providerId);
  const change = { structureId: followed.providerId, version, by: followed.provider.id };
  await saveProfile(site.dependencies, change, { ...profile, representative: 'Claude Exemple' });
  await site.runJobs();
  expect(await kindsOf(followed)).toHaveLength(5);
  expect(await refusalsIn(db(), followed.sessionId)).toEqual([]);
});

test('somebody who has been forgotten keeps what was issued, and no e-mail goes to them (A15)', async () => {
  const followed = await createFollowed(site, { people: 2 });
  await close(site, followed);
  const [gone] = followed.people as [TestUser];
  const [enrolment_id] = followed.enrolments as [number];
  const before = await issuedIn(db(), { enrolment_id });
  const at = site.clock.now();
  await setPerson(db(), gone.id, {
    first_name: 'Compte',
    last_name: 'supprimé',
    closed_at: at,
    anonymised_at: at,
  });
  later();
  await mark(db(), followed.provider, enrolment_id, followed.slots.slice(1), 'absent', site.clock.now());
  later();
  await close(site, followed);
  expect(await issuedIn(db(), { enrolment_id })).toEqual(before);
  for (const { id } of before) {
    expect((await eventsOf(db(), id)).map(({ kind }) => kind)).toEqual(['sent']);
    expect(await textOf(id)).not.toContain('Compte supprimé');
  }
});
