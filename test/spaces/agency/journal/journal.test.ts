import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymise } from '#identity/account/deletion/anonymise.ts';
import { entriesQuery, type JournalFilter } from '#spaces/agency/journal/repository.ts';
import { exportJournal, readJournal } from '#spaces/agency/journal/service.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../../support/app.ts';
import { journalOf, writeJournal } from '../../../support/journal.ts';
import { createStructure, createUser, type TestUser } from '../../../support/people.ts';
import { until } from '../../../support/process.ts';
import { recordStatements } from '../../../support/statements.ts';

const PAGE = '/agence/journal';
let site: TestSite;
let browser: Visitor;
let manager: TestUser;
let actor: TestUser;
let concerned: TestUser;
let gone: TestUser;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-21T12:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut des Dunes', siret: '99007919600012' });
  manager = await createUser(db, { isAgencyManager: true, lastName: 'Gestion' });
  actor = await createUser(db, {
    firstName: 'Zélie',
    lastName: 'Orveau',
    email: 'zelie@structure.example',
    affiliations: { [structureId]: ['referent'] },
  });
  concerned = await createUser(db, {
    firstName: '=1+1',
    lastName: '<b>Quentin</b>',
    affiliations: { [structureId]: [] },
  });
  gone = await createUser(db, { lastName: 'Partie' });
  browser = await site.signedIn(manager.email);
  await write([
    { at: '2026-10-31T22:59:59Z', action: 'session.opened', actor_id: actor.id, person_id: actor.id },
    { at: '2026-10-31T23:00:00Z', action: 'session.closed', actor_id: actor.id, person_id: actor.id },
    {
      at: '2026-11-02T09:00:00Z',
      action: 'right.granted',
      actor_id: actor.id,
      person_id: concerned.id,
      structure_id: structureId,
      details: { right: 'hr_validator' },
      ip: '203.0.113.9',
    },
    {
      at: '2026-11-03T09:00:00Z',
      action: 'enrolment.changed',
      person_id: concerned.id,
      structure_id: structureId,
      subject_kind: 'enrolment',
      subject_id: 12,
      details: { from: 'waitlisted', to: 'preregistered' },
      way: 'system',
      ip: null,
    },
    {
      at: '2026-11-04T22:59:59Z',
      action: 'session.refused',
      person_id: gone.id,
      details: { because: 'password' },
      ip: '2001:db8::7',
    },
    {
      at: '2026-11-04T23:00:00Z',
      action: 'membership_request.created',
      actor_id: gone.id,
      details: { year: 2027, autre: 'x' },
    },
  ]);
  await db.transaction((trx) => anonymise(site.dependencies.features, trx, gone, site.clock.now()));
});
afterAll(() => site.close());

const write = (entries: Parameters<typeof writeJournal>[1]) =>
  writeJournal(
    site.dependencies.db,
    entries.map((entry) => ({ ip: '192.0.2.1', ...entry })),
  );
const rowsOf = (text: string) =>
  [...text.matchAll(/<tr[^>]*>\s*<th[^>]*scope="row">[\s\S]*?<\/tr>/g)].map(([row]) =>
    readable(row)
      .replace(/<[^>]+>/g, ' ')
      .replace(/&nbsp;|\s+/g, ' ')
      .trim(),
  );
const rows = async (query: Record<string, string> = {}) => {
  const response = await browser.get(`${PAGE}?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return rowsOf(response.text);
};
/** The lines of the six entries above that a filter leaves, by a word of each. */
const marks = [
  'Connexion la',
  'Déconnexion',
  'Droit donné',
  'Inscription',
  'Connexion refusée',
  'Adhésion demandée',
];
const left = async (query: Record<string, string>) => {
  const shown = await rows({ du: '2026-10-01', au: '2026-11-10', ...query });
  return marks.flatMap((mark, index) => (shown.some((row) => row.includes(mark)) ? [index] : []));
};

test('each line says when, who, what, to whom, where and from which address, newest first', async () => {
  const shown = await rows({ au: '2026-11-10' });
  expect(shown).toEqual([
    '5 nov. 2026 à 00:00 Compte supprimé Adhésion demandée année 2027, autre : x – – 192.0.2.1',
    '4 nov. 2026 à 23:59 Personne non connectée Connexion refusée identifiant ou mot de passe incorrect Compte supprimé – 2001:db8::7',
    `3 nov. 2026 à 10:00 L’application Inscription Liste d’attente → Préinscrit Inscription n° 12 =1+1 &lt;b&gt;Quentin&lt;/b&gt; ${concerned.email} Institut des Dunes –`,
    `2 nov. 2026 à 10:00 Zélie Orveau zelie@structure.example Droit donné Employeur (ValideurRH) =1+1 &lt;b&gt;Quentin&lt;/b&gt; ${concerned.email} Institut des Dunes 203.0.113.9`,
    '1 nov. 2026 à 00:00 Zélie Orveau zelie@structure.example Déconnexion la même personne – 192.0.2.1',
    '31 oct. 2026 à 23:59 Zélie Orveau zelie@structure.example Connexion la même personne – 192.0.2.1',
  ]);
  const { text } = await browser.get(`${PAGE}?quoi=right.granted`);
  for (const href of [
    `/mes-structures/${structureId}`,
    `/mes-structures/${structureId}/personnes/${concerned.id}`,
    `/mes-structures/${structureId}/personnes/${actor.id}`,
  ]) {
    expect(text).toContain(`href="${href}"`);
    expect((await browser.get(href)).status).toBe(200);
  }
  expect((await browser.get(`${PAGE}?quoi=enrolment.changed`)).text).toContain(
    'href="/agence/inscriptions/12"',
  );
});

describe('the filter', () => {
  test.each([
    ['from a day of Paris', { du: '2026-11-01' }, [1, 2, 3, 4, 5]],
    ['to a day of Paris, included', { au: '2026-11-04' }, [0, 1, 2, 3, 4]],
    ['days as people write them', { du: '01/11/2026', au: '4/11/2026' }, [1, 2, 3, 4]],
    ['one action', { quoi: 'session.closed' }, [1]],
    ['a group', { quoi: 'Connexion' }, [0, 1, 4]],
    ['a name, of who acted', { personne: 'orveau' }, [0, 1, 2]],
    ['a name without its accents', { personne: 'ZELIE' }, [0, 1, 2]],
    ['an e-mail', { personne: 'zelie@structure' }, [0, 1, 2]],
    ['a name, of whom it concerns', { personne: 'quentin' }, [2, 3]],
    ['nobody', { personne: '%' }, []],
    ['somebody deleted', { personne: 'compte supprimé' }, [4, 5]],
    ['a name gone with its account', { personne: 'Partie' }, []],
    ['a structure', { structure: 'dunes' }, [2, 3]],
    ['a SIRET with spaces', { structure: '990 079 196 00012' }, [2, 3]],
    ['no structure', { structure: 'Introuvable' }, []],
    ['an address', { ip: '203.0.113.9' }, [2]],
    ['an IPv6 address', { ip: '2001:DB8:0::7' }, [4]],
    ['a network', { ip: '192.0.2.0/24' }, [0, 1, 5]],
    ['all together', { personne: 'zélie', quoi: 'Connexion', du: '2026-11-01', ip: '192.0.2.1' }, [1]],
  ])('%s', async (_name, query, expected) => {
    expect(await left(query as Record<string, string>)).toEqual(expected);
  });

  test.each([
    ['du', 'hier', 'Début'],
    ['au', '2026-02-31', 'Fin'],
    ['du', '0001-01-01', 'Début'],
    ['quoi', 'rien.de.tel', 'Choisissez dans la liste'],
    ['quoi', 'constructor', 'Choisissez dans la liste'],
    ['quoi', '__proto__', 'Choisissez dans la liste'],
    ['ip', '300.1.1.1', 'adresse IP'],
    ['ip', '10.0.0.0/33', 'adresse IP'],
    ['ip', 'fe80::1%eth0', 'adresse IP'],
    ['ip', "1'; drop table users", 'adresse IP'],
  ])('« %s=%s » is explained, the rest kept', async (name, value, message) => {
    const query = { personne: 'Orveau', [name]: value };
    const response = await browser.get(`${PAGE}?${new URLSearchParams(query)}`);
    expect(response.status).toBe(422);
    expect(response.text).toContain(message);
    expect(response.text).toContain('value="Orveau"');
    const exported = await browser.submit(`${PAGE}/export.csv`, query, PAGE);
    expect(exported.status).toBe(422);
  });

  test('an end before its start', async () => {
    const response = await browser.get(`${PAGE}?du=2026-11-02&au=2026-11-01`);
    expect(response.status).toBe(422);
    expect(response.text).toContain('La fin est avant le début');
  });

  test.each(['personne', 'structure', 'avant'])('%s: whatever is typed, a page', async (name) => {
    for (const value of [
      "'",
      '\0',
      '\\',
      '%_',
      '🙂',
      'x'.repeat(5000),
      '-1',
      '99999999999999999999',
      '1e3',
    ]) {
      expect((await browser.get(`${PAGE}?${name}=${encodeURIComponent(value)}`)).status, value).toBe(200);
    }
    expect((await browser.get(`${PAGE}?${name}=1&${name}=2&${name}[a]=3`)).status).toBe(200);
  });
});

test('nothing found says so, and leads back', async () => {
  const { text } = await browser.get(`${PAGE}?personne=introuvable`);
  expect(text).toContain('Aucune entrée');
  expect(text).toContain(`href="${PAGE}"`);
});

test('« Export CSV » holds what the filter shows, harmless to spreadsheets, and is itself in the journal', async () => {
  const response = await browser.submit(`${PAGE}/export.csv`, { du: '2026-10-01', au: '2026-11-03' }, PAGE);
  expect(response.headers['content-type']).toContain('text/csv');
  expect(response.headers['content-disposition']).toContain('journal-2026-11-21.csv');
  const lines = response.text.split('\r\n');
  expect(lines[0]).toContain('Date;Heure;Auteur;');
  expect(lines).toHaveLength(6);
  expect(lines[1]).toContain("L’application;;Inscription;Liste d’attente → Préinscrit;'=1+1 <b>Quentin</b>;");
  expect(lines[1]).toContain(';Institut des Dunes;"\t99007919600012";Inscription n°\u00a012;');
  expect((await rows())[0]).toMatch(/Gestion .* Journal exporté 4 entrées/);
});

test('looking at the journal leaves nothing in it', async () => {
  const count = async () => (await journalOf(site.dependencies.db)).length;
  const before = await count();
  const statements = await recordStatements(() => browser.get(PAGE));
  expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
  expect(await count()).toBe(before);
});

test('« Agence » leads to the journal', async () => {
  expect((await browser.get('/agence')).text).toContain(`href="${PAGE}"`);
});

describe('with 60 000 entries', () => {
  beforeAll(async () => {
    await site.owner.raw(
      `insert into users (email, password_hash, civility, last_name, first_name, created_at)
       select 'foule' || i || '@people.example', 'x', 'Mme', 'Foule ' || i, 'Anne', now() from generate_series(1, 2000) i`,
    );
    await site.owner.raw(
      `insert into audit_entries (at, action, actor_id, person_id, structure_id, way, ip)
       select timestamptz '2026-09-01' - i * interval '1 minute',
              case when i % 500 = 0 then 'affiliation.detached' else 'session.opened' end,
              u.id, u.id, case when i % 900 = 0 then ? :: int end, 'page',
              cast('10.0.' || i % 250 || '.' || i % 240 as inet)
         from generate_series(1, 60000) i
         join (select id, row_number() over (order by id) as n from users where email like 'foule%') u on u.n = 1 + i % 2000`,
      [structureId],
    );
    await site.owner.raw('analyze');
  });

  test('pages follow one another without a gap or a repeat, also among equal times', async () => {
    const { dependencies } = site;
    const moment = '2026-09-10T08:00:00.123Z';
    await write(Array.from({ length: 7 }, () => ({ at: moment, action: 'people.exported' })));
    const search = { person: '', structure: '', ip: '', actions: ['people.exported' as const] };
    const found: number[] = [];
    let before: number | undefined;
    for (let page = 0; page < 4; page += 1) {
      const { lines, last } = await readJournal(dependencies, search, { limit: 2, before });
      found.push(...lines.map(({ id }) => id));
      before = last ?? undefined;
    }
    expect(before).toBeUndefined();
    expect(found).toHaveLength(7);
    expect(found).toEqual([...new Set(found)].sort((a, b) => b - a));
  });

  test('« Plus anciennes » keeps the filter, « Les plus récentes » comes back', async () => {
    const first = await browser.get(`${PAGE}?quoi=session.opened&personne=foule`);
    expect(first.text).not.toContain('Les plus récentes');
    expect(first.text).toContain('Beaucoup de personnes correspondent');
    const next = /href="([^"]*avant=[^"]*)" rel="next"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toContain('quoi=session.opened&personne=foule');
    const second = await browser.get(next);
    expect(rowsOf(second.text)).toHaveLength(50);
    expect(rowsOf(second.text)).not.toContain(rowsOf(first.text).at(-1));
    expect(second.text).toContain(`href="${PAGE}?quoi=session.opened&amp;personne=foule"`);
  });

  test('an export is cut at 20 000 lines, and says so', async () => {
    const { text } = await browser.submit(`${PAGE}/export.csv`, { quoi: 'session.opened' }, PAGE);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(20_002);
    expect(lines.at(-1)).toContain('Export limité aux 20000 entrées les plus récentes');
  });

  test('an export in several parts has every entry once, newest first, also among equal times', async () => {
    await site.owner.raw(
      `insert into audit_entries (at, action, way, ip)
       select timestamptz '2026-09-05 08:00Z', 'people.exported', 'page', cast('10.9.0.0' as inet) + i
         from generate_series(1, 1201) i`,
    );
    const filter = { quoi: 'people.exported', du: '2026-09-05', au: '2026-09-05' };
    const { text } = await browser.submit(`${PAGE}/export.csv`, filter, PAGE);
    const addresses = text.trimEnd().split('\r\n').slice(1);
    expect(addresses.map((line) => line.split(';').at(-1))).toEqual(
      Array.from({ length: 1201 }, (_, index) => `10.9.${(1201 - index) >> 8}.${(1201 - index) & 255}`),
    );
  });

  /** Connections of the application that are at something, or that wait in a transaction. */
  const inUse = async () =>
    (
      await site.owner.raw(
        `select application_name, state, query from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
      )
    ).rows;

  test('an export holds no connection between two parts, nor for a reader who stays away', async () => {
    const search = { person: '', structure: '', ip: '', actions: ['session.opened' as const] };
    const { parts } = exportJournal(site.dependencies, search);
    for (let part = 0; part < 3; part += 1) {
      expect((await parts.next()).value).toHaveLength(500);
      expect(await inUse()).toEqual([]);
    }
    const statements = await recordStatements(() => parts.return());
    expect(statements).toEqual([]);
    expect(await inUse()).toEqual([]);
  });

  test('an export whose reader leaves in the middle leaves no connection behind', async () => {
    const token = await browser.token(PAGE);
    let read = '';
    await browser.agent
      .post(`${PAGE}/export.csv`)
      .type('form')
      .send({ _csrf: token, quoi: 'session.opened' })
      .buffer(true)
      .parse((response, done) => {
        response.on('error', () => {});
        response.once('data', (piece: Buffer) => {
          read = piece.toString();
          (response as unknown as Readable).destroy();
          done(null, '');
        });
      })
      .catch(() => {});
    expect(read).toContain('Date;Heure;Auteur');
    await until(async () => (await inUse()).length === 0);
    expect((await browser.get(PAGE)).status).toBe(200);
  });

  test('a page costs at most four statements and weighs less than 60 KB', async () => {
    for (const query of ['', '?personne=foule&structure=dunes&quoi=Connexion&du=2026-01-01&ip=10.0.0.0/8']) {
      const statements = await recordStatements(async () => {
        const { text } = await browser.get(PAGE + query);
        expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
      });
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    }
  });

  const filters: Record<string, JournalFilter> = {
    none: {},
    dates: { from: new Date('2026-08-01'), until: new Date('2026-08-02') },
    'a usual action': { actions: ['session.opened'] },
    'a rare action': { actions: ['affiliation.detached'] },
    'an action that never was': { actions: ['account.deleted'] },
    'a person': { person: 'foule77@people.example' },
    'a structure': { structureIds: [1] },
    'an address': { ip: '10.0.7.7' },
    'a network': { ip: '10.0.7.0/24' },
  };
  test.each(Object.entries(filters))(
    'filtered by %s, the journal is not read through',
    async (_name, filter) => {
      for (const before of [undefined, 30_000]) {
        const { sql, bindings } = entriesQuery(filter, { limit: 51, before });
        const { rows: plan } = await site.dependencies.db.raw(`explain ${sql}`, bindings as never);
        const text = plan.map((line: Record<string, string>) => line['QUERY PLAN']).join('\n');
        expect(text).not.toMatch(/Seq Scan on audit_entries/);
      }
    },
  );
});
