import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { Validator } from 'jsonschema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuableAt } from '#follow-up/badges/issuing/addresses.ts';
import type { Credential } from '#follow-up/badges/issuing/credential.ts';
import { textIn } from '#platform/files/png-text.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { award, createHolder, type Holder, lastBadge } from '../../support/badges.ts';
import { projectPath } from '../../support/process.ts';

const BASE = 'http://localhost:3000';
const SCHEMA = projectPath('../shared/data/ob-3.0-achievementcredential.schema.json');
/** What a verifier of badges accepts: anything. */
const ANYTHING = '*/*';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let site: TestSite;
let holder: Holder;
let code: string;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-29T10:00:00.437Z' });
  holder = await createHolder(site, { email: 'Camille.Majuscule@structure.example' });
  code = await award(site, holder);
});
afterAll(() => site.close());

const pathOf = (address: string) => {
  expect(address.startsWith(`${BASE}/`)).toBe(true);
  return address.slice(BASE.length).replace(/#.*/, '');
};
const get = (address: string, accept = ANYTHING) => site.visitor().get(pathOf(address)).set('Accept', accept);
const signed = async (address = `${BASE}/badges/${code}.jws`) => (await get(address)).text;
const claims = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
const credential = async () => (await get(`${BASE}/badges/${code}`)).body;

/** Verifies as a reader does: the key is what its address answers. */
async function verify(jws: string) {
  const { kid = '', alg, typ } = decodeProtectedHeader(jws);
  expect({ alg, typ }).toEqual({ alg: 'RS256', typ: 'JWT' });
  const { body: jwk } = await get(kid);
  return jwtVerify(jws, await importJWK(jwk, 'RS256'), { currentDate: site.clock.now() });
}

describe('Open Badges 3.0 (DOCUMENTS §3.1)', () => {
  test('what is signed verifies with the key at the address that it names', async () => {
    const { payload } = await verify(await signed());
    const { credentialSubject, issuer, id, validFrom } = payload as unknown as Credential;
    expect(payload).toMatchObject({
      iss: `${BASE}/badges/emetteur`,
      jti: `${BASE}/badges/${code}`,
      nbf: Date.parse('2026-11-29T10:00:00Z') / 1000,
      sub: credentialSubject.id,
    });
    expect(issuer.id).toBe(payload.iss);
    expect(id).toBe(payload.jti);
    expect(Date.parse(validFrom) / 1000).toBe(payload.nbf);
    expect(credentialSubject.id).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(payload).not.toHaveProperty('exp');
  });

  test('nobody else’s signature passes, nor a changed word', async () => {
    const [head, body, signature] = (await signed()).split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims(await signed()), name: 'Autre' })).toString(
      'base64url',
    );
    await expect(verify(`${head}.${forged}.${signature}`)).rejects.toThrow();
    await expect(
      verify(`${head}.${body}.${signature?.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`),
    ).rejects.toThrow();
  });

  test.runIf(existsSync(SCHEMA))('validates against the schema of 1EdTech', async () => {
    const answer = await credential();
    const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
    // This copy is of the days of Verifiable Credentials 1.1: « validFrom » was « issuanceDate », and the status of
    // version 2 (Bitstring Status List) has members that it did not know of.
    const { validFrom, credentialStatus, ...same } = answer;
    const { id, type } = credentialStatus;
    const asOfThen = { ...same, issuanceDate: validFrom, credentialStatus: { id, type } };
    const faults = (one: object) => new Validator().validate(one, schema).errors.map(String);
    expect(faults(asOfThen)).toEqual([]);
    // And the validator sees what is wrong.
    expect(faults({ ...asOfThen, name: undefined })).not.toEqual([]);
    expect(
      faults({ ...asOfThen, credentialSubject: { ...same.credentialSubject, name: 'Camille' } }),
    ).not.toEqual([]);
  });
  test.skipIf(existsSync(SCHEMA))(`${SCHEMA} is absent: the schema is not asked`, () => {});

  test('is of version 2 of Verifiable Credentials, with the context of Open Badges 3.0.3', async () => {
    expect(await credential()).toMatchObject({
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
      ],
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      validFrom: '2026-11-29T10:00:00Z',
      awardedDate: '2026-11-29T10:00:00Z',
      credentialStatus: {
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '0',
      },
    });
  });

  test('says nobody’s name, nor an address', async () => {
    const all = JSON.stringify(claims(await signed())).toLowerCase();
    expect(all).not.toContain('majuscule');
    expect(all).not.toContain('prénom');
  });
});

describe('what went wrong elsewhere (DOCUMENTS §3.3)', () => {
  test('validator #60: a key is a bare JSON Web Key at an address of its own', async () => {
    const { kid = '' } = decodeProtectedHeader(await signed());
    expect(kid).toMatch(/^http:\/\/localhost:3000\/badges\/cles\/[0-9a-f-]{36}$/);
    const answer = await get(kid);
    expect(Object.keys(answer.body).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(answer.body).toMatchObject({ kty: 'RSA', alg: 'RS256', kid });
  });

  test('validator #42: what is signed is plain text', async () => {
    const answer = await get(`${BASE}/badges/${code}.jws`);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test('validator #52: the list of revocations is signed the same way, and says what it is', async () => {
    const { credentialStatus } = await credential();
    const list = await signed(credentialStatus.statusListCredential);
    const { payload } = await verify(list);
    expect(payload).toMatchObject({
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      id: credentialStatus.statusListCredential,
      jti: credentialStatus.statusListCredential,
      credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation' },
    });
    expect(Number.isInteger(payload.nbf)).toBe(true);
    const { encodedList } = payload.credentialSubject as { encodedList: string };
    expect(encodedList[0]).toBe('u');
    expect(gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))).toHaveLength(131_072 / 8);
  });

  test('validator-core #262: the hash is of the owner’s address in lower case, and of no other', async () => {
    const { credentialSubject } = await credential();
    const [{ salt, identityHash, hashed, identityType }] = credentialSubject.identifier;
    const hash = (email: string) =>
      `sha256$${createHash('sha256')
        .update(email + salt)
        .digest('hex')}`;
    expect({ hashed, identityType }).toEqual({ hashed: true, identityType: 'emailAddress' });
    expect(identityHash).toBe(hash('camille.majuscule@structure.example'));
    for (const other of ['Camille.Majuscule@structure.example', 'camille@structure.example', '']) {
      expect(identityHash).not.toBe(hash(other));
    }
  });

  test('specification #610: the salt holds 128 bits or more, another one for each badge', async () => {
    const other = await award(site, await createHolder(site));
    const salts = [];
    for (const one of [code, other]) {
      const { body } = await get(`${BASE}/badges/${one}`);
      salts.push(body.credentialSubject.identifier[0].salt);
    }
    expect(salts[0].length).toBeGreaterThanOrEqual(22);
    expect(salts[0]).not.toBe(salts[1]);
  });

  test('validator-core #249: what stands at each address names itself by it, byte for byte', async () => {
    const { body: assertion } = await get(`${BASE}/badges/${code}/v2`);
    const { body: badgeClass } = await get(assertion.badge);
    const one = await credential();
    const { achievement } = one.credentialSubject;
    const named = [
      one.id,
      one.issuer.id,
      achievement.id,
      achievement.criteria.id,
      assertion.id,
      assertion.badge,
      badgeClass.issuer,
      badgeClass.criteria.id,
    ];
    for (const id of named) expect({ id: (await get(id)).body.id }).toEqual({ id });
    for (const image of [achievement.image.id, badgeClass.image, assertion.image])
      expect((await get(image)).headers['content-type']).toBe('image/png');
  });

  test('validator-core #248, #250, #254, #255, backpack #158: programs get data, browsers a page', async () => {
    const { body } = await get(`${BASE}/badges/${code}/v2`);
    for (const address of [
      `${BASE}/badges/${code}`,
      `${BASE}/badges/emetteur`,
      body.badge.replace(/\/v2$/, ''),
    ]) {
      for (const accept of [ANYTHING, 'application/json', 'application/ld+json, application/json;q=0.9']) {
        expect((await get(address, accept)).headers['content-type']).toMatch(/^application\/json/);
      }
      const page = await get(address, BROWSER);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect(page.headers.vary).toMatch(/Accept(,|$)/);
    }
  });

  test('openbadger #238: a minute later it is the same, byte for byte', async () => {
    const read = async () => {
      const texts = [];
      for (const end of ['', '.json', '.jws', '/v2'])
        texts.push((await get(`${BASE}/badges/${code}${end}`)).text);
      texts.push((await get(`${BASE}/badges/statuts/1`)).text);
      return texts;
    };
    const before = await read();
    site.clock.advance(60_000);
    expect(await read()).toEqual(before);
  });

  test('backpack #110: the address is compared whatever its letters', async () => {
    const page = `/badges/${code}`;
    const answer = async (email: string) => {
      const browser = site.visitor();
      await browser.agent.get('/connexion');
      return (await browser.submit(page, { email }, '/connexion')).text;
    };
    expect(await answer('CAMILLE.majuscule@structure.example')).toContain('Oui : ce badge a été délivré');
    expect(await answer('camille@structure.example')).toContain('Non : ce badge');
    expect(await answer('')).toContain('Saisissez une adresse e-mail');
  });

  test('badgr-server #133: nothing is issued at an address that others cannot read', () => {
    const at = (publicUrl: string, environment: 'production' | 'development' = 'production') =>
      issuableAt({ publicUrl, environment }).kind;
    expect(at('https://portail.cap-metiers.pro')).toBe('public');
    expect(at('https://portail.cap-metiers.pro:8443')).toBe('public');
    for (const refused of [
      'http://portail.cap-metiers.pro',
      'https://192.168.1.4',
      'https://8.8.8.8',
      'https://[2001:db8::1]',
      'https://[::1]',
      'https://localhost',
      'http://localhost:3000',
      'https://portail',
      'https://portail.local',
      'https://portail.internal',
      'https://0x7f.1',
    ])
      expect({ refused, kind: at(refused) }).toEqual({ refused, kind: 'refused' });
    expect(at('http://localhost:3000', 'development')).toBe('demonstration');
    expect(at('http://127.0.0.1:3000', 'development')).toBe('refused');
  });

  test('tsugi #90: the address of an assertion holds the assertion, and no picture', async () => {
    const answer = await get(`${BASE}/badges/${code}/v2`);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toMatchObject({
      '@context': 'https://w3id.org/openbadges/v2',
      type: 'Assertion',
      id: `${BASE}/badges/${code}/v2`,
      verification: { type: 'HostedBadge' },
      issuedOn: '2026-11-29T10:00:00Z',
    });
  });

  test('did-jwt-vc #37: moments are whole seconds', async () => {
    const { nbf } = claims(await signed());
    expect(Number.isInteger(nbf)).toBe(true);
    for (const moment of Object.values(await credential()).filter((one) => /^\d{4}-/.test(String(one))))
      expect(moment).toMatch(/:\d\dZ$/);
  });

  test('specification #586: what is baked into the picture comes out of it', async () => {
    const file = (end: string) =>
      get(`${BASE}/badges/${code}${end}`)
        .buffer()
        .parse((res, done) => {
          const parts: Buffer[] = [];
          res.on('data', (part) => parts.push(part));
          res.on('end', () => done(null, Buffer.concat(parts)));
        });
    const third = await file('.png');
    const second = await file('/v2.png');
    expect(textIn(third.body, 'openbadgecredential')).toBe(await signed());
    expect(textIn(third.body, 'openbadges')).toBeUndefined();
    expect(textIn(second.body, 'openbadges')).toBe(`${BASE}/badges/${code}/v2`);
    expect(textIn(second.body, 'openbadgecredential')).toBeUndefined();
  });
});

test('what is public is read by scripts of other sites; a page is nobody else’s', async () => {
  const data = await get(`${BASE}/badges/${code}`);
  expect(data.headers['access-control-allow-origin']).toBe('*');
  const page = await get(`${BASE}/badges/${code}`, BROWSER);
  expect(page.headers).not.toHaveProperty('access-control-allow-origin');
  expect(page.headers['x-robots-tag']).toBe('noindex');
});

test('a code that is nobody’s is answered as any other address', async () => {
  const answers = [];
  for (const guess of ['0123456789AB', code.toLowerCase(), `${code}0`, 'emetteurs', '../x']) {
    const { status, text } = await get(`${BASE}/badges/${guess}`, BROWSER);
    answers.push([
      status,
      text.replace(/<code>[^<]*|name="_csrf" value="[^"]*"|cle_envoi" value="[^"]*"/g, ''),
    ]);
  }
  expect(answers.map(([status]) => status)).toEqual([404, 404, 404, 404, 404]);
});

test('a badge never changes, nor does its number in the list; the application cannot make it', async () => {
  const { db } = site.dependencies;
  const { status_index } = await lastBadge(db, holder.userId);
  for (const work of [
    db('badges')
      .where({ code })
      .update({ status_index: status_index + 9 }),
    db('badges').where({ code }).delete(),
    db('badge_model_versions').update({ name: 'x' }),
    db('badge_revocations').delete(),
    db('badge_contents').where({ code }).update({ jws: 'x' }),
  ])
    await expect(work).rejects.toThrow();
});
