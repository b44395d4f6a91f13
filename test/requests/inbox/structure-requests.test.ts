import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Forbidden } from '#platform/errors.ts';
import { decide } from '#requests/decide.ts';
import { structureRequest } from '#structures/structure-requests/request.ts';
import { askForStructure } from '../../structures/structure-requests/forms.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { createStructure, createUser, leaveAgency, nextSiret, setStructure } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createRequest, forgetRequests, requestOf, setRequest } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';
import { structuresIn } from '../../support/structures.ts';

const LIST = '/agence/structures';
const EMAIL = 'alix@structure.example';
let site: TestSite;
let agnes: Visitor;
let bruno: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  const managers = [
    await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true }),
    await createUser(db, { firstName: 'Bruno', lastName: 'Agence', isAgencyManager: true }),
  ] as const;
  [agnes, bruno] = [await site.signedIn(managers[0].email), await site.signedIn(managers[1].email)];
});
afterAll(() => site.close());
beforeEach(async () => {
  site.mailbox.clear();
  const { db } = site.dependencies;
  await forgetAttempts(db);
  await forgetRequests(db, 'structure_request');
});

const asked = (id: number) => requestOf(site.dependencies.db, 'structure_request', id);
const structureWith = async (siret: string) => (await structuresIn(site.dependencies.db, { siret }))[0];

describe('deciding', () => {
  test('accepted: the structure exists, and the e-mail leads to the account request with it chosen', async () => {
    const siret = nextSiret();
    const id = await askForStructure(site, siret, EMAIL);
    expect((await agnes.get('/agence')).text).toMatch(/<strong>1<\/strong> <a href="\/agence\/structures">/);
    const file = await agnes.get(`${LIST}/${id}`);
    expect(file.text).toContain('Atelier des Landes');
    expect(file.text).toContain('05\u00a058\u00a000\u00a000\u00a000');
    const fields = { kind: 'training_body', is_training_body: '1' };
    const { status, headers } = await agnes.submit(`${LIST}/${id}/accepter`, fields, `${LIST}/${id}`);
    expect([status, headers.location]).toEqual([303, `${LIST}#demande-${id}`]);
    expect(await structureWith(siret)).toMatchObject({
      name: 'Atelier des Landes',
      acronym: 'ADL',
      kind: 'training_body',
      is_training_body: true,
      may_preregister: false,
      postcode: '40000',
      department: '40',
    });
    await site.runJobs();
    const invited = await site.visitor().get(site.mailbox.latestLink(EMAIL));
    expect(invited.status).toBe(200);
    expect(invited.text).toContain('class="structure-chosen"');
    expect(invited.text).toContain('Atelier des Landes');
    const done = await agnes.get(`${LIST}/${id}`);
    expect(done.text).toContain('Référencement accepté');
    expect(done.text).toContain('par Agnès Agence');
    expect(done.text).not.toContain('Accepter et créer');
  });

  test('accepted: in the département of its town, where the postcode is of the next one', async () => {
    const siret = nextSiret();
    const id = await askForStructure(site, siret, EMAIL);
    const town = { postcode: '33220', city: 'Port-Sainte-Foy-et-Ponchapt' };
    await setRequest(site.dependencies.db, 'structure_request', id, town);
    await agnes.submit(`${LIST}/${id}/accepter`, { kind: 'company' }, `${LIST}/${id}`);
    expect(await structureWith(siret)).toMatchObject({ postcode: '33220', department: '24' });
  });

  test('linked: the e-mail leads to the account request with the other structure chosen', async () => {
    const id = await askForStructure(site, nextSiret(), EMAIL);
    const other = await createStructure(site.dependencies.db, { name: 'Atelier des Landes et du Sud' });
    const file = await agnes.get(`${LIST}/${id}`);
    expect(file.text).toContain('Atelier des Landes et du Sud');
    expect((await agnes.get(`${LIST}/${id}?q=zzzz`)).text).toContain('Aucune structure trouvée');
    const { status } = await agnes.submit(
      `${LIST}/${id}/rattacher`,
      { structure_id: other },
      `${LIST}/${id}`,
    );
    expect(status).toBe(303);
    expect(await asked(id)).toMatchObject({ state: 'linked', structure_id: other });
    await site.runJobs();
    expect(site.mailbox.latestLink(EMAIL)).toBe(`/account-requests/add?structure=${other}`);
  });

  test('refused with a reason, which is sent and kept', async () => {
    const id = await askForStructure(site, nextSiret(), EMAIL);
    const path = `${LIST}/${id}/refuser`;
    const empty = await agnes.submit(path, { reason: ' ' }, `${LIST}/${id}`);
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#reason"');
    expect((await agnes.submit(path, { reason: 'Hors région.' }, `${LIST}/${id}`)).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(EMAIL).at(-1)?.text).toContain('Hors région.');
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('Hors région.');
  });

  test('two managers at once: one decision, one e-mail, and the other is told by whom', async () => {
    for (let round = 0; round < 5; round += 1) {
      const siret = nextSiret();
      const id = await askForStructure(site, siret, `course${round}@structure.example`);
      const tokens = await Promise.all([agnes, bruno].map((one) => one.token(`${LIST}/${id}`)));
      const answers = await Promise.all([
        agnes.post(`${LIST}/${id}/accepter`, { _csrf: tokens[0] as string, kind: 'other' }),
        bruno.post(`${LIST}/${id}/refuser`, { _csrf: tokens[1] as string, reason: 'Doublon.' }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
      const late = answers.find(({ status }) => status === 409);
      expect(late?.text).toMatch(/est déjà (acceptée par Agnès|refusée par Bruno) Agence/);
      const { state } = await asked(id);
      expect((await structureWith(siret)) !== undefined).toBe(state === 'accepted');
      await site.runJobs();
      expect(site.mailbox.to(`course${round}@structure.example`)).toHaveLength(2);
    }
  });

  test('the SIRET entered the list meanwhile: the request can be linked, not accepted', async () => {
    const siret = nextSiret();
    const first = await askForStructure(site, siret, EMAIL);
    const second = await askForStructure(site, siret, 'beatrice@structure.example');
    await agnes.submit(`${LIST}/${first}/accepter`, { kind: 'other' }, `${LIST}/${first}`);
    const file = await agnes.get(`${LIST}/${second}`);
    expect(file.text).toContain('Ce SIRET est maintenant dans la liste');
    const late = await agnes.submit(`${LIST}/${second}/accepter`, { kind: 'other' }, `${LIST}/${second}`);
    expect(late.status).toBe(409);
    expect((await asked(second)).state).toBe('pending');
    const structure_id = (await structureWith(siret))?.id as number;
    await setStructure(site.dependencies.db, structure_id, { closed_on: '2026-11-13' });
    const link = await agnes.submit(`${LIST}/${second}/rattacher`, { structure_id }, `${LIST}/${second}`);
    expect(link.status).toBe(303);
  });

  test('a closed or unknown structure, a bad choice, somebody who left the agency', async () => {
    const { db } = site.dependencies;
    const id = await askForStructure(site, nextSiret(), EMAIL);
    const closed = await createStructure(db);
    await setStructure(db, closed, { closed_on: '2026-11-12' });
    const link = (structure_id: string | number) =>
      agnes.submit(`${LIST}/${id}/rattacher`, { structure_id }, `${LIST}/${id}`);
    expect((await link(closed)).status).toBe(409);
    expect((await link(2_000_000_000)).status).toBe(409);
    expect((await link('<script>')).status).toBe(422);
    expect((await agnes.submit(`${LIST}/${id}/accepter`, { kind: '\u0000' }, `${LIST}/${id}`)).status).toBe(
      422,
    );
    for (const bad of ['0', 'x', '2000000000', '%00'])
      expect((await agnes.get(`${LIST}/${bad}`)).status).toBe(404);
    const leaver = await createUser(db, { isAgencyManager: true });
    const browser = await site.signedIn(leaver.email);
    await leaveAgency(db, leaver.id);
    const refused = await browser.submit(`${LIST}/${id}/accepter`, { kind: 'other' }, '/mes-structures');
    expect(refused.status).toBe(403);
    // Past the gate already when they left: checked again under the lock.
    const decision = { requestId: id, userId: leaver.id, reason: 'Non.' };
    await expect(decide(site.dependencies, structureRequest, 'refuse', decision)).rejects.toBeInstanceOf(
      Forbidden,
    );
    expect((await asked(id)).state).toBe('pending');
  });
});

describe('the inbox', () => {
  test('filtered by state and searched; the oldest first, with its age', async () => {
    const siret = nextSiret();
    const threeDaysAgo = new Date(site.clock.now().getTime() - 3 * DAY);
    await createRequest(site.dependencies.db, 'structure_request', threeDaysAgo, {
      siret,
      name: 'Zoé & Fils',
      email: 'ancienne@structure.example',
    });
    await askForStructure(site, nextSiret(), 'recente@structure.example');
    const refused = await askForStructure(site, nextSiret(), 'refusee@structure.example');
    await agnes.submit(`${LIST}/${refused}/refuser`, { reason: 'Non.' }, `${LIST}/${refused}`);

    const waiting = readable((await agnes.get(LIST)).text);
    expect(waiting.indexOf('ancienne@')).toBeLessThan(waiting.indexOf('recente@'));
    expect(waiting).toContain('2\u00a0jours ouvrés');
    expect(waiting).toContain('aujourd’hui');
    expect(waiting).not.toContain('refusee@');
    expect(readable((await agnes.get(`${LIST}?etat=refusees`)).text)).toContain('refusee@');
    const all = readable((await agnes.get(`${LIST}?etat=toutes`)).text);
    expect(all.indexOf('ancienne@')).toBeLessThan(all.indexOf('refusee@'));
    for (const q of ['ZOE', siret, siret.replace(/(...)/g, '$1 '), 'ancienne@']) {
      const found = readable((await agnes.get(`${LIST}?q=${encodeURIComponent(q)}`)).text);
      expect(found, q).toContain('ancienne@');
      expect(found, q).not.toContain('recente@');
    }
    expect((await agnes.get(`${LIST}?q=%25`)).text).toContain('Aucune demande');
    expect((await agnes.get(`${LIST}?q=%FF%00&etat=x&page=-1`)).status).toBe(200);
  });

  test('at most four statements and 60 KB, with 1 request and with 120', async () => {
    const { db } = site.dependencies;
    const id = await askForStructure(site, nextSiret(), EMAIL);
    for (const count of [0, 120]) {
      for (let nr = 0; nr < count; nr += 1)
        await createRequest(db, 'structure_request', new Date(), { name: `Structure ${nr}` });
      for (const path of [
        LIST,
        `${LIST}?etat=toutes&q=structure&page=2`,
        `${LIST}/${id}`,
        '/referencement',
      ]) {
        const statements = await recordStatements(async () => {
          const { status, text } = await agnes.get(path);
          expect(status).toBe(200);
          expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
        });
        expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
        expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
      }
    }
  });
});
