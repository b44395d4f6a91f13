import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { createSessionDocument } from '../../support/documents.ts';
import { bytesOf, close, createFollowed, type Followed, issuedIn, mark } from '../../support/issued.ts';
import { entriesDuring } from '../../support/journal.ts';
import { createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';
import { unzipped } from '../../support/zip.ts';

const START = '2026-11-20T10:00:00Z';
let site: TestSite;
let followed: Followed;
let other: Followed;
let asProvider: Visitor;
let asValidator: Visitor;
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createTestSite({ now: START });
  followed = await createFollowed(site, {
    people: 2,
    names: [
      { firstName: 'Zoé', lastName: 'Même/Nom' },
      { firstName: 'Zoé', lastName: 'Même/Nom' },
    ],
  });
  await close(site, followed);
  other = await createFollowed(site);
  await close(site, other);
  asProvider = await site.signedIn(followed.provider.email);
  await asProvider.submit(
    '/parcourspro/profil',
    { profil: `provider:${followed.providerId}` },
    '/mes-structures',
  );
  const validator = await createUser(db(), { affiliations: { [followed.employerId]: ['hr_validator'] } });
  asValidator = await site.signedIn(validator.email);
  await asValidator.submit(
    '/parcourspro/profil',
    { profil: `hr_validator:${followed.employerId}` },
    '/mes-structures',
  );
});
afterAll(() => site.close());

const taken = async (visitor: Visitor, path: string, from: string, fields: Record<string, string> = {}) => {
  const { body } = await visitor
    .post(path, { _csrf: await visitor.token(from), ...fields })
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
  return unzipped(body as Buffer);
};
const dossier = (space: string) => `${space}/${followed.sessionId}/dossier.zip`;
const page = (space: string) => `${space}/${followed.sessionId}/documents-administratifs`;
const PROVIDER = '/parcourspro/prestataire/seances';
const EMPLOYER = '/parcourspro/valideur/documents';

test('the training body takes all that stands of a session, and what it gave to its people', async () => {
  await createSessionDocument(db(), followed.sessionId, followed.provider.id);
  // One is replaced, by what is said after a correction.
  await mark(db(), followed.provider, followed.enrolments[0] as number, followed.slots, 30, site.clock.now());
  await close(site, followed);
  const [entry, files] = await withEntry(() => taken(asProvider, dossier(PROVIDER), page(PROVIDER)));
  const issued = await issuedIn(db(), { session_id: followed.sessionId });
  const replaced = new Set(issued.map(({ replaces_id }) => replaces_id));
  const standing = issued.filter(({ id }) => !replaced.has(id));
  expect(replaced.size).toBeGreaterThan(1);
  expect(Object.keys(files)).toHaveLength(standing.length + 1);
  for (const { id, number } of standing) {
    const [name = ''] = Object.keys(files).filter((one) => one.includes(number));
    expect(
      createHash('sha256')
        .update(files[name] as Buffer)
        .digest(),
    ).toEqual(
      createHash('sha256')
        .update((await bytesOf(db(), id)) as Buffer)
        .digest(),
    );
  }
  expect(Object.keys(files)).toContain(
    `Certificat de réalisation, Zoé Même-Nom, ${standing.find(({ kind }) => kind === 'certificate')?.number}.pdf`,
  );
  expect(Object.keys(files)).toContain('Document 0.pdf');
  expect(entry).toMatchObject({
    action: 'document.dossier_taken',
    details: { documents: standing.length + 1 },
  });
});

test('the agency takes the same', async () => {
  const asAgency = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
  const space = '/agence/sessions';
  const files = await taken(asAgency, dossier(space), page(space));
  expect(Object.keys(files)).toEqual(Object.keys(await taken(asProvider, dossier(PROVIDER), page(PROVIDER))));
});

test('an employer finds the documents of its own people, and takes a session or a year', async () => {
  const statements = await recordStatements(() => asValidator.get(EMPLOYER));
  expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
  const text = readable((await asValidator.get(EMPLOYER)).text);
  const own = (await issuedIn(db(), { session_id: followed.sessionId })).filter(
    ({ enrolment_id }) => enrolment_id,
  );
  const replaced = new Set(own.map(({ replaces_id }) => replaces_id));
  const standing = own.filter(({ id }) => !replaced.has(id)).map(({ number }) => number);
  const [foreign] = await issuedIn(db(), { session_id: other.sessionId, kind: 'certificate' });
  for (const number of standing) expect(text).toContain(number);
  expect(text).not.toContain(foreign?.number);

  const [entry, year] = await withEntry(() =>
    taken(asValidator, `${EMPLOYER}.zip`, EMPLOYER, { annee: '2026' }),
  );
  expect(Object.keys(year)).toHaveLength(standing.length);
  for (const number of standing) expect(Object.keys(year).join()).toContain(number);
  expect(entry).toMatchObject({ action: 'hr_documents.taken', details: { documents: standing.length } });
  const fields = { annee: '2026', seance: String(followed.sessionId) };
  expect(Object.keys(await taken(asValidator, `${EMPLOYER}.zip`, EMPLOYER, fields))).toEqual(
    Object.keys(year),
  );

  // Another's session, and another year, hold nothing of theirs.
  const nothings: Record<string, string>[] = [
    { annee: '2026', seance: String(other.sessionId) },
    { annee: '2025' },
  ];
  for (const nothing of nothings)
    expect((await asValidator.submit(`${EMPLOYER}.zip`, nothing, EMPLOYER)).status).toBe(409);
  expect((await asValidator.get(`${EMPLOYER}/${foreign?.number}`)).status).toBe(404);
  expect((await asValidator.get(`${EMPLOYER}/${standing[0]}`)).headers['content-type']).toBe(
    'application/pdf',
  );
  expect((await asValidator.get(`${EMPLOYER}?annee=2025`)).text).toContain('Aucun document');
});

test('what is withdrawn is in no archive, and is not given to an employer any more', async () => {
  const [document] = await issuedIn(db(), {
    enrolment_id: followed.enrolments[1] as number,
    kind: 'certificate',
  });
  await mark(
    db(),
    followed.provider,
    followed.enrolments[1] as number,
    followed.slots,
    'absent',
    site.clock.now(),
  );
  await close(site, followed);
  const names = Object.keys(await taken(asProvider, dossier(PROVIDER), page(PROVIDER))).join();
  expect(names).not.toContain(document?.number);
  expect((await asValidator.get(`${EMPLOYER}/${document?.number}`)).status).toBe(404);
  expect((await asValidator.get(EMPLOYER)).text).not.toContain(document?.number);
});

async function withEntry<T>(work: () => Promise<T>): Promise<[entry: unknown, outcome: T]> {
  let outcome: T | undefined;
  const entries = await entriesDuring(db(), async () => {
    outcome = await work();
  });
  return [entries.at(-1), outcome as T];
}
