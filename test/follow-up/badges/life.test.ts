import { gunzipSync } from 'node:zlib';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badgeRequest } from '#follow-up/badges/asking/request.ts';
import { badgesOnDeletion, chooseOnDeletion } from '#follow-up/badges/asking/service.ts';
import { rotateKey, tendBadgeKey } from '#follow-up/badges/issuing/keys.ts';
import { nextPlace } from '#follow-up/badges/issuing/repository.ts';
import { getBadge, issueBadge, reissueBadge, revokeBadge } from '#follow-up/badges/issuing/service.ts';
import { getVersion } from '#follow-up/badges/models/service.ts';
import { deletionRequest } from '#identity/account/deletion/request.ts';
import { exportPerson } from '#platform/personal-data.ts';
import { decide } from '#requests/decide.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { ask, award, badgesOf, createHolder, lastBadge } from '../../support/badges.ts';
import { DAY } from '../../support/database.ts';
import { entriesDuring } from '../../support/journal.ts';
import { setPerson } from '../../support/people.ts';
import { createRequest } from '../../support/requests.ts';

const BROWSER = 'text/html,*/*;q=0.8';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-29T10:00:00Z' });
});
afterAll(() => site.close());

const get = (path: string, accept = '*/*') => site.visitor().get(path).set('Accept', accept);
const read = async (path: string) => (await get(path)).body;
const page = async (code: string) => (await get(`/badges/${code}`, BROWSER)).text;

/** What the signed list says of a badge: its bit, the highest of a byte first. */
async function bitOf({
  status_list,
  status_index,
}: {
  status_list: number;
  status_index: number;
}): Promise<number> {
  const jws = (await get(`/badges/statuts/${status_list}`)).text;
  const { payload } = await verified(jws);
  const { encodedList } = payload.credentialSubject as { encodedList: string };
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
  return ((bits[status_index >> 3] ?? 0) >> (7 - (status_index & 7))) & 1;
}

async function verified(jws: string) {
  const { kid = '' } = decodeProtectedHeader(jws);
  const jwk = await read(kid.replace('http://localhost:3000', ''));
  return jwtVerify(jws, await importJWK(jwk, 'RS256'), { currentDate: site.clock.now() });
}
const verifiedBadge = async (code: string) => verified((await get(`/badges/${code}.jws`)).text);

describe('revocation (A26)', () => {
  test('is said by the list, by the assertion, by the page and by an e-mail; the number is never used again', async () => {
    const holder = await createHolder(site);
    const code = await award(site, holder);
    const badge = await lastBadge(site.dependencies.db, holder.userId);
    expect(await bitOf(badge)).toBe(0);
    expect((await get(`/badges/${code}/v2`)).status).toBe(200);
    expect(await page(code)).toContain('Valide');

    const manager = {
      userId: holder.managerId,
      cause: 'mistake',
      words: 'Une autre personne était visée.',
    } as const;
    const entries = await entriesDuring(site.dependencies.db, () =>
      revokeBadge(site.dependencies, code, manager),
    );
    expect(entries.map(({ action, details }) => [action, details])).toEqual([
      ['badge.revoked', { cause: 'mistake' }],
    ]);
    expect(await bitOf(badge)).toBe(1);
    const gone = await get(`/badges/${code}/v2`);
    expect(gone.status).toBe(410);
    expect(gone.body).toMatchObject({
      id: `http://localhost:3000/badges/${code}/v2`,
      revoked: true,
      revocationReason: 'Délivré par erreur',
    });
    expect((await get(`/badges/${code}/v2.png`)).status).toBe(410);
    const shown = await page(code);
    expect(shown).toContain('Ce badge n’est plus valide');
    expect(shown).toContain('Délivré par erreur');
    // What the person alone is told is on no public page.
    expect(shown).not.toContain('Une autre personne');
    await site.runJobs();
    expect(site.mailbox.to(holder.email).at(-1)?.text).toContain('Une autre personne était visée.');
    // Signed, it is what it was: the list says what it is worth.
    await verifiedBadge(code);
    await expect(revokeBadge(site.dependencies, code, manager)).rejects.toThrow('déjà révoqué');

    const again = await createHolder(site);
    await award(site, again);
    const places = [badge, await lastBadge(site.dependencies.db, again.userId)];
    expect(
      new Set(places.map(({ status_list, status_index }) => `${status_list}/${status_index}`)).size,
    ).toBe(2);
  });

  test('others of the list keep their bit; a full list is followed by another', async () => {
    const [one, other] = [await createHolder(site), await createHolder(site)];
    await award(site, one);
    await revokeBadge(site.dependencies, await award(site, other), {
      userId: other.managerId,
      cause: 'asked',
      words: 'À votre demande.',
    });
    const { db } = site.dependencies;
    expect(await bitOf(await lastBadge(db, one.userId))).toBe(0);
    expect(await bitOf(await lastBadge(db, other.userId))).toBe(1);
    expect((await get('/badges/statuts/2')).status).toBe(404);
    const full = await createHolder(site);
    await award(site, full);
    await site.owner.transaction(async (trx) => {
      await trx.raw('alter table badges disable trigger badges_frozen');
      await trx('badges')
        .where({ code: (await lastBadge(db, full.userId)).code })
        .update({ status_index: 131_071 });
      await trx.raw('alter table badges enable trigger badges_frozen');
    });
    expect(await db.transaction(nextPlace)).toEqual({ statusList: 2, statusIndex: 0 });
    await award(site, await createHolder(site));
    expect((await get('/badges/statuts/2')).status).toBe(200);
  });

  test('as many issued at once have as many places', async () => {
    const holders = [];
    for (let count = 0; count < 6; count += 1) holders.push(await createHolder(site));
    const codes = await Promise.all(holders.map((holder) => award(site, holder)));
    const places = await Promise.all(holders.map(({ userId }) => lastBadge(site.dependencies.db, userId)));
    expect(new Set(codes).size).toBe(6);
    expect(
      new Set(places.map(({ status_list, status_index }) => `${status_list}/${status_index}`)).size,
    ).toBe(6);
  });
});

describe('the key (A27)', () => {
  const keys = () => site.dependencies.db('badge_keys').orderBy('used_from');

  test('renewed, it signs what comes; what was signed verifies with the former one, whose private part is gone', async () => {
    const before = await award(site, await createHolder(site));
    const entries = await entriesDuring(site.dependencies.db, () => rotateKey(site.dependencies));
    expect(entries.map(({ action }) => action)).toEqual(['badge.key_rotated']);
    site.clock.advance(DAY);
    const after = await award(site, await createHolder(site));
    const [old, present] = (await keys()).slice(-2);
    expect(old).toMatchObject({ sealed_private_jwk: null });
    expect(old.retired_at).not.toBeNull();
    expect(present.sealed_private_jwk).not.toBeNull();
    const kidOf = async (code: string) => decodeProtectedHeader((await get(`/badges/${code}.jws`)).text).kid;
    expect(await kidOf(before)).toMatch(old.kid);
    expect(await kidOf(after)).toMatch(present.kid);
    await verifiedBadge(before);
    await verifiedBadge(after);
    // The list is signed by the key of today.
    expect(decodeProtectedHeader((await get('/badges/statuts/1')).text).kid).toMatch(present.kid);
  });

  test('is never given away, in the database nor at its address', async () => {
    const [present] = await keys().whereNull('retired_at');
    expect(JSON.stringify(present.public_jwk)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    expect(present.sealed_private_jwk).not.toContain('"d"');
    expect(Object.keys(await read(`/badges/cles/${present.kid}`))).not.toContain('d');
    expect((await get('/badges/cles/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect((await get('/badges/cles/x')).status).toBe(404);
  });

  test('is sealed anew with the present secret, and replaced where its secret is gone', async () => {
    const { dependencies } = site;
    const withSecrets = (...secrets: [string, ...string[]]) => ({
      ...dependencies,
      config: { ...dependencies.config, secrets },
    });
    const [present] = await keys().whereNull('retired_at');
    const next = 'un-autre-secret-de-l-application-de-ce-test';
    await tendBadgeKey(withSecrets(next, ...dependencies.config.secrets));
    const [resealed] = await keys().whereNull('retired_at');
    expect(resealed.kid).toBe(present.kid);
    expect(resealed.sealed_private_jwk).not.toBe(present.sealed_private_jwk);
    // The former secret opens it no more.
    await tendBadgeKey(dependencies);
    const [replaced] = await keys().whereNull('retired_at');
    expect(replaced.kid).not.toBe(present.kid);
    await tendBadgeKey(dependencies);
    expect((await keys().whereNull('retired_at')).map(({ kid }) => kid)).toEqual([replaced.kid]);
    await verifiedBadge(await award(site, await createHolder(site)));
  });
});

describe('another e-mail address (A28)', () => {
  test('a badge bears the former one until it is issued again: same achievement, same day, the first revoked', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const code = await award(site, holder);
    const hashOf = async (of: string) =>
      (await read(`/badges/${of}`)).credentialSubject.identifier[0].identityHash;
    const hash = await hashOf(code);
    await expect(reissueBadge(site.dependencies, code, holder.userId)).rejects.toThrow('rien n’a changé');
    await setPerson(db, holder.userId, { email: 'nouvelle-adresse@structure.example' });
    expect(await hashOf(code)).toBe(hash);
    const awarded = (await read(`/badges/${code}`)).awardedDate;
    site.clock.advance(40 * DAY);
    await expect(reissueBadge(site.dependencies, code, holder.managerId)).rejects.toMatchObject({
      status: 404,
    });
    const entries = await entriesDuring(db, () => reissueBadge(site.dependencies, code, holder.userId));
    expect(entries.map(({ action }) => action)).toEqual(['badge.reissued']);
    const [first, second] = await badgesOf(db, holder.userId);
    expect(second?.replaces_code).toBe(first?.code);
    expect(await hashOf(second?.code ?? '')).not.toBe(hash);
    expect(await read(`/badges/${second?.code}`)).toMatchObject({ awardedDate: awarded });
    expect((await read(`/badges/${second?.code}`)).validFrom).not.toBe(awarded);
    expect((await get(`/badges/${code}/v2`)).body.revocationReason).toMatch(/autre adresse e-mail/);
    expect(await bitOf(first as NonNullable<typeof first>)).toBe(1);
    expect(await bitOf(second as NonNullable<typeof second>)).toBe(0);
    await verifiedBadge(second?.code ?? '');
    await expect(reissueBadge(site.dependencies, code, holder.userId)).rejects.toThrow('révoqué');
    await site.runJobs();
    expect(site.mailbox.to('nouvelle-adresse@structure.example').at(-1)?.subject).toContain(
      'Open badge mis à jour',
    );
  });

  test('asked for twice at once, it is issued again once', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const code = await award(site, holder);
    await setPerson(db, holder.userId, { email: 'deux-fois@structure.example' });
    const tries = await Promise.allSettled(
      [1, 2].map(() => reissueBadge(site.dependencies, code, holder.userId)),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await badgesOf(db, holder.userId)).toHaveLength(2);
  });
});

describe('an account that goes', () => {
  async function erase(holder: { userId: number; managerId: number }) {
    const requestId = await createRequest(site.dependencies.db, 'deletion_request', site.clock.now(), {
      user_id: holder.userId,
    });
    await decide(site.dependencies, deletionRequest, 'accept', { requestId, userId: holder.managerId });
  }

  test.each(['keep', undefined] as const)(
    'leaves its badges verifiable, without its words (choice: %s)',
    async (choice) => {
      const { db } = site.dependencies;
      const holder = await createHolder(site);
      const code = await award(site, holder);
      if (choice) await chooseOnDeletion(site.dependencies, holder.userId, choice);
      await erase(holder);
      await verifiedBadge(code);
      expect(await bitOf(await lastBadge(db, holder.userId))).toBe(0);
      expect(await page(code)).toContain('Valide');
    },
  );

  test('has them revoked where the person chose so: nothing of theirs is left', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const code = await award(site, holder);
    const { salt } = (await read(`/badges/${code}`)).credentialSubject.identifier[0];
    await chooseOnDeletion(site.dependencies, holder.userId, 'revoke');
    const entries = await entriesDuring(db, () => erase(holder));
    expect(entries.filter(({ action }) => action === 'badge.revoked')).toMatchObject([
      { details: { cause: 'account_deleted' }, way: 'system' },
    ]);
    expect(await bitOf(await lastBadge(db, holder.userId))).toBe(1);
    for (const end of ['', '.json', '.jws', '.png', '/v2', '/v2.png']) {
      const answer = await get(`/badges/${code}${end}`);
      expect(answer.status).toBe(410);
      expect(answer.body).toMatchObject({ revoked: true });
      expect(JSON.stringify(answer.body)).not.toContain(salt);
    }
    expect(await page(code)).toContain('Compte supprimé, à la demande de la personne');
  });

  test('tells before that a badge which shows the certificate shows the name', async () => {
    const { db } = site.dependencies;
    const [plain, shown] = [await createHolder(site), await createHolder(site)];
    await award(site, plain);
    const { requestId } = await getBadge(db, await award(site, shown));
    await db.transaction(async (trx) =>
      issueBadge({ ...site.dependencies, db: trx }, trx, {
        requestId,
        model: await getVersion(trx, shown.modelId),
        email: shown.email,
        certificate: 'http://localhost:3000/verifier/7H2K9QXM4TBN',
        awardedAt: site.clock.now(),
        by: null,
      }),
    );
    expect((await badgesOnDeletion(db, plain.userId))?.text).toContain('sans votre nom');
    const text = (await badgesOnDeletion(db, shown.userId))?.text;
    expect(text).not.toContain('sans votre nom');
    expect(text).toContain('Votre nom reste lisible');
  });

  test('leaves nothing of a badge that the agency revokes afterwards', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const [code, kept] = [await award(site, holder), await award(site, await createHolder(site))];
    await erase(holder);
    const { requestId } = await getBadge(db, code);
    const words = 'À la demande d’Alex.';
    const revocation = { userId: holder.managerId, cause: 'asked', words } as const;
    expect(await revokeBadge(site.dependencies, code, revocation)).toBe(false);
    expect(await db('badge_contents').where({ code })).toEqual([]);
    expect(await db('badge_contents').where({ code: kept })).toHaveLength(1);
    expect(await db('badge_requests').where({ id: requestId }).first()).toMatchObject({
      revocation_words: null,
    });
  });

  test('takes back what waits, and empties what was said', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const id = await ask(site, holder, { evidence: 'J’ai accompagné Alex.' });
    await erase(holder);
    expect(await db('badge_requests').where({ id }).first()).toMatchObject({
      state: 'withdrawn',
      evidence: '',
    });
    await expect(
      decide(site.dependencies, badgeRequest, 'accept', { requestId: id, userId: holder.managerId }),
    ).rejects.toThrow('retirée');
  });

  test('« mes données » has requests, badges with what was signed, and the choice', async () => {
    const holder = await createHolder(site);
    const code = await award(site, holder);
    await chooseOnDeletion(site.dependencies, holder.userId, 'revoke');
    const data = await exportPerson(site.dependencies, holder.userId);
    expect(data).toMatchObject({
      badgeRequests: [{ badge: 'Accompagner une VAE', state: 'accepted' }],
      badges: [{ code, signed: (await get(`/badges/${code}.jws`)).text }],
      badgesOnDeletion: 'revoke',
    });
  });
});
