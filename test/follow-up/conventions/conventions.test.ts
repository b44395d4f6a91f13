import { createHash } from 'node:crypto';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { setDates, setSession } from '../../support/catalogue.ts';
import {
  createExpected,
  type Expected,
  follow,
  issueConventions,
  setLegal,
  signaturesIn,
} from '../../support/conventions.ts';
import { HOUR } from '../../support/database.ts';
import { createEnrolment, setEnrolment } from '../../support/enrolments.ts';
import { bytesOf, eventsOf, issuedIn, setProfile } from '../../support/issued.ts';
import { mailsIn } from '../../support/mails.ts';
import { createUser } from '../../support/people.ts';

let site: TestSite;
const db = () => site.dependencies.db;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T10:00:00Z' });
});
afterAll(() => site.close());

const textOf = async (documentId: number): Promise<string> => {
  const pdf = await getDocumentProxy(new Uint8Array((await bytesOf(db(), documentId)) as Buffer));
  return (await extractText(pdf, { mergePages: true })).text.replaceAll(/\s+/g, ' ');
};
const conventionsOf = async ({ sessionId }: Expected, employer = 0, expected?: Expected) =>
  issuedIn(db(), {
    session_id: sessionId,
    kind: 'convention',
    structure_id: expected?.employers[employer]?.id as number,
  });
const last = async (expected: Expected, employer = 0) => {
  const rows = await conventionsOf(expected, employer, expected);
  return rows.at(-1) as (typeof rows)[0];
};

const acting = async (email: string, profil: string) => {
  const visitor = await site.signedIn(email);
  await visitor.submit('/parcourspro/profil', { profil }, '/mes-structures');
  return visitor;
};
const body = ({ provider, providerId }: Expected) => acting(provider.email, `provider:${providerId}`);
const employer = ({ employers }: Expected, nth = 0) => {
  const { validator, id } = employers[nth] as Expected['employers'][0];
  return acting(validator.email, `hr_validator:${id}`);
};
/** Puts another template of conventions into use: that of today, and a line. */
async function publishTemplate(words: string): Promise<void> {
  const [today] = await db()('document_templates')
    .where({ kind: 'convention' })
    .orderBy('version', 'desc')
    .limit(1);
  await db()('document_templates').insert({
    kind: 'convention',
    version: today.version + 1,
    body: `${today.body}\n\n${words}\n`,
    published_at: site.clock.now(),
  });
}
const sign = (visitor: Visitor, base: 'prestataire' | 'valideur', id: number, fields = {}) =>
  visitor.submit(`/parcourspro/${base}/conventions/${id}`, {
    qualite: 'Directrice',
    engagement: '1',
    ...fields,
  });

test('a convention for each structure says who, what, when, and is signed by the body, then by the structure', async () => {
  const expected = await createExpected(site, { employers: 2, people: 2 });
  await issueConventions(site, expected.sessionId);
  const first = await last(expected);
  const text = await textOf(first.id);
  for (const part of [
    'Convention de formation',
    'L. 6353-1',
    'Dominique Exemple',
    'ne vaut pas agrément',
    'à venir',
  ])
    expect(text).toContain(part);
  const { people } = expected.employers[0] as Expected['employers'][0];
  for (const { lastName } of people) expect(text).toContain(lastName);
  for (const { lastName } of expected.employers[1]?.people ?? []) expect(text).not.toContain(lastName);

  const provider = await body(expected);
  const validator = await employer(expected);
  // Nobody signs before the body.
  expect((await sign(validator, 'valideur', first.id)).status).toBe(409);
  const documents = `/parcourspro/prestataire/seances/${expected.sessionId}/documents-administratifs`;
  const toSign = async () => (await provider.get(documents)).text.match(/Lire et signer/g)?.length ?? 0;
  expect(await toSign()).toBe(2);
  expect((await sign(provider, 'prestataire', first.id)).status).toBe(303);
  expect(await toSign()).toBe(1);
  const [asked] = await mailsIn(db(), { kind: 'conventions.to-sign' });
  expect(asked?.recipient).toBe(expected.employers[0]?.validator.email);
  // Nor twice.
  expect((await sign(provider, 'prestataire', first.id)).status).toBe(409);
  expect((await sign(validator, 'valideur', first.id)).status).toBe(303);

  const copy = await last(expected);
  expect(copy.replaces_id).toBe(first.id);
  const signed = await textOf(copy.id);
  expect(signed).toContain('Directrice');
  expect(signed).toContain(
    createHash('sha256')
      .update((await bytesOf(db(), first.id)) as Buffer)
      .digest('hex'),
  );
  expect(signed).not.toContain('à venir');
  const sent = await mailsIn(db(), { kind: 'conventions.signed.employer' });
  expect(sent).toHaveLength(1);
  const page = await validator.get(`/parcourspro/valideur/conventions/${copy.id}`);
  expect(page.text).toContain('Signée des deux parties');
  expect(page.text).not.toContain('Signer la convention');
  const checked = (await site.visitor().get(`/verifier/${copy.code}`)).text;
  const labels = [...checked.matchAll(/<dt>([^<]+)<\/dt>/g)].map(([, label]) => label);
  expect(labels.slice(0, 4)).toEqual(['Numéro', 'Émis le', 'Version', 'Action']);
  expect(new Set(labels).size).toBe(labels.length);
  // It follows nothing any more that says the same.
  await follow(site, expected.sessionId);
  expect((await last(expected)).id).toBe(copy.id);
});

test('the signed copy says who signed; another person joins, and an amendment waits for both', async () => {
  const expected = await createExpected(site);
  await issueConventions(site, expected.sessionId);
  const first = await last(expected);
  await sign(await body(expected), 'prestataire', first.id);
  await sign(await employer(expected), 'valideur', first.id);
  const copy = await last(expected);
  const structureId = expected.employers[0]?.id as number;
  const colleague = await createUser(db(), {
    lastName: 'Arrivée',
    affiliations: { [structureId]: ['beneficiary'] },
  });
  await createEnrolment(db(), {
    sessionId: expected.sessionId,
    userId: colleague.id,
    structureId,
    state: 'enrolled',
  });
  await follow(site, expected.sessionId);
  const amendment = await last(expected);
  expect(amendment.version).toBe(3);
  const text = await textOf(amendment.id);
  expect(text).toContain(`Avenant : cette convention remplace la convention n° ${copy.number}`);
  expect(text).toContain('Arrivée');
  expect(text).toContain('à venir');
  const [mail] = await mailsIn(db(), { kind: 'conventions.amended', recipient: expected.provider.email });
  expect(mail?.subject).toContain('Convention à signer de nouveau');
  // What it replaces is signed no more.
  const late = await sign(await body(expected), 'prestataire', copy.id);
  expect(late.status).toBe(409);
  expect(late.text).toContain('Une autre version remplace cette convention');
  // Done again, nothing changes.
  await follow(site, expected.sessionId);
  expect((await last(expected)).id).toBe(amendment.id);
});

test('moved before anybody signed, it is another version and no amendment; cancelled, it is withdrawn', async () => {
  const expected = await createExpected(site);
  await issueConventions(site, expected.sessionId);
  const at = new Date(site.clock.now().getTime() + 9 * 24 * HOUR);
  await setDates(db(), expected.sessionId, [{ starts_at: at, ends_at: new Date(at.getTime() + 3 * HOUR) }]);
  await follow(site, expected.sessionId);
  const moved = await last(expected);
  expect(moved.version).toBe(2);
  expect(await textOf(moved.id)).not.toContain('Avenant');
  await sign(await body(expected), 'prestataire', moved.id);
  for (const id of expected.employers[0]?.enrolments ?? [])
    await setEnrolment(db(), id, { state: 'withdrawn' });
  await follow(site, expected.sessionId);
  expect((await eventsOf(db(), moved.id)).at(-1)).toMatchObject({ kind: 'withdrawn', by: null });
  expect(await mailsIn(db(), { kind: 'conventions.withdrawn.employer' })).toHaveLength(1);
  expect((await sign(await employer(expected), 'valideur', moved.id)).status).toBe(409);
});

test('signed by the body alone, another version is no amendment, and the body hears of it', async () => {
  const expected = await createExpected(site);
  await issueConventions(site, expected.sessionId);
  await sign(await body(expected), 'prestataire', (await last(expected)).id);
  const at = new Date(site.clock.now().getTime() + 9 * 24 * HOUR);
  await setDates(db(), expected.sessionId, [{ starts_at: at, ends_at: new Date(at.getTime() + 3 * HOUR) }]);
  await follow(site, expected.sessionId);
  const second = await last(expected);
  expect(second.version).toBe(2);
  expect(await textOf(second.id)).not.toContain('Avenant');
  expect(
    await mailsIn(db(), { kind: 'conventions.amended', recipient: expected.provider.email }),
  ).toHaveLength(1);
});

test('what both have signed stays as it was signed, whatever the body or the agency says since', async () => {
  const expected = await createExpected(site);
  await issueConventions(site, expected.sessionId);
  await sign(await body(expected), 'prestataire', (await last(expected)).id);
  // Another template comes into use between the two signatures: the copy has the articles that were signed.
  await publishTemplate('UN AUTRE ARTICLE');
  await setProfile(db(), expected.providerId, { phone: '+33556000099' });
  await sign(await employer(expected), 'valideur', (await last(expected)).id);
  const copy = await last(expected);
  expect(await textOf(copy.id)).not.toContain('UN AUTRE ARTICLE');
  await issueConventions(site, expected.sessionId);
  expect((await last(expected)).id).toBe(copy.id);
  // Cancelled then restored: nobody has signed what is issued then.
  await setSession(db(), expected.sessionId, { cancelled_at: site.clock.now() });
  await follow(site, expected.sessionId);
  await setSession(db(), expected.sessionId, { cancelled_at: null });
  await follow(site, expected.sessionId);
  const again = await last(expected);
  expect(again.version).toBe(3);
  expect(await textOf(again.id)).toContain('à venir');
});

test('an action that does not say how it is followed gets no convention', async () => {
  const expected = await createExpected(site);
  await setLegal(db(), expected.actionId, { follow_up: '' });
  await issueConventions(site, expected.sessionId);
  expect(await issuedIn(db(), { session_id: expected.sessionId, kind: 'convention' })).toEqual([]);
});

test('no convention is made for what is no action de formation', async () => {
  const expected = await createExpected(site, { kind: 'reunion' });
  await issueConventions(site, expected.sessionId);
  expect(await issuedIn(db(), { session_id: expected.sessionId, kind: 'convention' })).toEqual([]);
});

describe('what a structure cannot see or do', () => {
  let expected: Expected;
  let first: Awaited<ReturnType<typeof last>>;
  beforeAll(async () => {
    expected = await createExpected(site, { employers: 2 });
    await issueConventions(site, expected.sessionId);
    first = await last(expected);
    await sign(await body(expected), 'prestataire', first.id);
  });

  test('another structure’s convention does not exist, nor its file, nor its signature', async () => {
    const other = await employer(expected, 1);
    expect((await other.get(`/parcourspro/valideur/conventions/${first.id}`)).status).toBe(404);
    expect((await other.get(`/parcourspro/valideur/conventions/${first.id}/convention.pdf`)).status).toBe(
      404,
    );
    expect((await sign(other, 'valideur', first.id)).status).toBe(404);
    expect((await other.get('/parcourspro/valideur/conventions')).text).not.toContain(first.number);
  });

  test('a signature without a quality or without the commitment is none', async () => {
    const validator = await employer(expected);
    const refused = await sign(validator, 'valideur', first.id, { qualite: '', engagement: '' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Indiquez en quelle qualité vous signez');
    expect((await signaturesIn(db())).filter(({ document_id }) => document_id === first.id)).toHaveLength(1);
  });

  test('a quality that documents cannot print is refused before anything is signed', async () => {
    const validator = await employer(expected);
    const refused = await sign(validator, 'valideur', first.id, { qualite: '王' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('王');
    expect((await signaturesIn(db())).filter(({ document_id }) => document_id === first.id)).toHaveLength(1);
  });

  test('two people who sign at the same moment sign once', async () => {
    const validator = await employer(expected);
    const answers = await Promise.all([
      sign(validator, 'valideur', first.id),
      sign(await employer(expected), 'valideur', first.id),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });
});
