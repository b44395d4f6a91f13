import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '#enrolment/states.ts';
import { parisMoment } from '#platform/french/time.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, setAction, setDates, setSlots } from '../../support/catalogue.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { setSettings, settingsOf } from '../../support/settings.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let now: Date;
let providerId: number;
let memberId: number;
let member: Visitor;
let memberUserId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  now = site.clock.now();
  const { db } = site.dependencies;
  providerId = await createStructure(db, { isTrainingBody: true, name: 'Coopérative des savoirs' });
  memberId = await createStructure(db, { memberIn: [2026] });
  const user = await createUser(db, { affiliations: { [memberId]: [] } });
  memberUserId = user.id;
  member = await site.signedIn(user.email);
});
afterAll(() => site.close());

/** The text that a person reads: no tags, entities undone, spaces made one. */
function read(html: string): string {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? html;
  return main
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&nbsp;/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&')
    .replaceAll('\u2060', '')
    .replaceAll(/[\s\u00a0]+/g, ' ');
}

async function textOf(path: string, visitor = site.visitor()): Promise<string> {
  const response = await visitor.get(path);
  expect(response.status).toBe(200);
  return read(response.text);
}

/** An action of one session on 20 and 21 November 2026, with morning and afternoon. */
async function createDetailedAction(title = 'Accompagner le financement') {
  const { db } = site.dependencies;
  const action = await createAction(db, {
    providerId,
    title,
    fields: {
      duration_days: 2,
      objectives: 'Maîtriser les dispositifs\nPositionner son rôle',
      audience: 'Professionnels de l’insertion.',
      prerequisites: 'Une expérience du conseil.',
      programme: 'Premier jour :\n- le cadre\n- les acteurs',
      trainer: 'Zoé Kowalczyk',
    },
  });
  const room = {
    place: 'Salle Bel-Air',
    address: '88 rue de Bel-Air',
    postcode: '17000',
    city: 'La Rochelle',
  };
  const nowhere = { modality: 'remote', place: '', address: '', postcode: '', city: '' } as const;
  const sessionId = await createSession(db, {
    actionId: action.id,
    now,
    fields: {
      registration_closes_at: parisMoment('2026-11-15', '18:00'),
      city: 'La Rochelle',
      department: '17',
    },
    slot: { ...room, link: 'https://visio.example/secret' },
  });
  const half = (day: string, from: string, until: string) => ({
    starts_at: parisMoment(day, from),
    ends_at: parisMoment(day, until),
  });
  await setDates(db, sessionId, [
    half('2026-11-20', '09:00', '12:30'),
    half('2026-11-20', '14:00', '17:00'),
    { ...half('2026-11-21', '09:00', '17:00'), ...nowhere },
  ]);
  return { ...action, sessionId };
}

async function enrol(
  action: { id: number; sessionId: number },
  state: State,
  userId?: number,
): Promise<void> {
  const { sessionId } = action;
  await createEnrolment(site.dependencies.db, { sessionId, userId, structureId: memberId, state, at: now });
}

describe('the public pages', () => {
  test.each([
    ['/parcourspro', 'Prochainement'],
    ['/parcourspro/actions', 'Rechercher une action'],
    ['/parcourspro/condition', 'Conditions d’accès'],
    ['/condition', 'Conditions d’accès'],
    ['/parcourspro/a-propos', 'À propos de ParcoursPro'],
    ['/parcourspro/contact', 'parcourspro@cap-metiers.pro'],
  ])('%s', async (path, words) => {
    expect(await textOf(path)).toContain(words);
    expect(await textOf(path, member)).toContain(words);
  });

  test('the home leads people to the space of their profile, and others to sign in', async () => {
    expect((await member.get('/parcourspro')).text).toContain(
      'href="/parcourspro/mon-espace">espace personnel',
    );
    const visitor = (await site.visitor().get('/parcourspro')).text;
    expect(visitor).toContain('href="/account-requests/add"');
    expect(visitor).not.toContain('espace personnel</a>');
  });

  test('the conditions follow the settings of the agency', async () => {
    const { db } = site.dependencies;
    const before = await settingsOf(db);
    await setSettings(db, {
      yearly_actions: 8,
      yearly_formations: 4,
      structure_seats_per_formation: 1,
      late_withdrawal_days: 12,
      staggered_until: '2026-11-30',
      staggered_live_requests: 2,
    });
    const text = await textOf('/condition');
    expect(text).toContain('8 actions réservées au plus');
    expect(text).toContain('4 formations au plus');
    expect(text).toContain('1 personne d’une même structure');
    expect(text).toContain('À moins de 12 jours du début');
    expect(text).toContain('jusqu’au 30 nov. 2026, chacun peut avoir 2 demandes en cours au plus');
    expect(text).toContain('Webinaire');
    site.clock.set('2026-12-01T10:00:00Z');
    expect(await textOf('/condition')).not.toContain('Ouverture progressive');
    site.clock.set(now);
    await setSettings(db, before);
  });
});

describe('the page of an action', () => {
  test('tells everything about it, and nothing that is for participants only', async () => {
    const action = await createDetailedAction();
    for (const state of ['enrolled', 'attended', 'preregistered', 'waitlisted', 'withdrawn'] as const)
      await enrol(action, state);
    const response = await site.visitor().get(`/parcourspro/actions/${action.slug}`);
    const text = read(response.text);
    for (const words of [
      '2 jours (présentiel) · Formation · Faciliter les parcours / VAE',
      '7 places restantes sur 10',
      '1 personne (5 places en tout)',
      'vendredi 20 nov. 2026, 09:00 – 12:30',
      'vendredi 20 nov. 2026, 14:00 – 17:00',
      'samedi 21 nov. 2026, 09:00 – 17:00',
      'Présentiel, Salle Bel-Air, 88 rue de Bel-Air, 17000 La Rochelle',
      'au 15 nov. 2026 à 18:00',
      'La Rochelle (17)',
      'Organisme Coopérative des savoirs',
      'Intervenant Zoé Kowalczyk',
      'Prérequis Une expérience du conseil.',
      'Réservé aux adhérents',
    ]) {
      expect(text).toContain(words);
    }
    expect(response.text).toContain('<li>Maîtriser les dispositifs</li>');
    expect(response.text).toContain(
      'href="https://www.openstreetmap.org/search?query=88%20rue%20de%20Bel-Air%2017000%20La%20Rochelle" rel="noopener',
    );
    expect(response.text).toContain(`/parcourspro/actions/${action.slug}/seances/${action.sessionId}.ics`);
    expect(response.text).not.toContain('visio.example');
  });

  test('« S’inscrire » is active, or says why not and what to do', async () => {
    const action = await createDetailedAction();
    const path = `/parcourspro/actions/${action.slug}`;
    const link = `href="${path}/inscription?session=${action.sessionId}"`;
    const visitor = (await site.visitor().get(path)).text;
    expect(visitor).not.toContain(link);
    const describedBy = /<button[^>]*aria-disabled="true" aria-describedby="([^"]+)">S’inscrire/.exec(
      visitor,
    )?.[1];
    expect(visitor).toContain(`id="${describedBy}"`);
    expect(visitor).toContain(`<a href="/connexion?suite=${encodeURIComponent(path)}">Me connecter</a>`);

    expect((await member.get(path)).text).toContain(link);
    // At the top and beside the date, alike: active for whoever may, and why not for the others.
    expect((await member.get(path)).text.split(link)).toHaveLength(3);
    expect(visitor.match(/aria-disabled="true"/g)).toHaveLength(2);

    const elsewhere = await createStructure(site.dependencies.db);
    const { email } = await createUser(site.dependencies.db, { affiliations: { [elsewhere]: [] } });
    const outsider = (await (await site.signedIn(email)).get(path)).text;
    expect(outsider).not.toContain(link);
    expect(read(outsider)).toContain('réservée aux adhérents');

    for (let seat = 0; seat < 10; seat += 1) await enrol(action, 'enrolled');
    const waiting = await textOf(path, member);
    expect(waiting).toContain('Complet, liste d’attente ouverte');
    expect(waiting).toContain('votre demande rejoindra la liste d’attente');

    await enrol(action, 'requested', memberUserId);
    const own = await member.get(path);
    expect(own.text).not.toContain(link);
    expect(read(own.text)).toMatch(/Session du 20 nov\. - 21 nov\. Demande d’inscription Suivre ma demande/);
  });

  test('sessions over or cancelled are told of apart, without a way in', async () => {
    const { db } = site.dependencies;
    const action = await createAction(db, { providerId, title: 'Hier et demain' });
    await createSession(db, { actionId: action.id, now, startsInDays: -100, opensInDays: -200 });
    await createSession(db, { actionId: action.id, now, startsInDays: 30, cancelled: true });
    const response = await member.get(`/parcourspro/actions/${action.slug}`);
    const text = read(response.text);
    expect(text).toContain('Pas de session à venir');
    expect(text).toMatch(/Sessions passées ou annulées .*\(Session annulée\).*\(Session terminée\)/);
    expect(response.text).not.toContain('S’inscrire');
  });

  test('an unknown, unpublished or archived action does not exist', async () => {
    const { db } = site.dependencies;
    const draft = await createAction(db, { providerId, published: false });
    const archived = await createAction(db, { providerId, fields: { archived_at: now } });
    const sessions = await Promise.all(
      [draft, archived].map(({ id }) => createSession(db, { actionId: id, now })),
    );
    const slugs = [
      'inconnue',
      draft.slug,
      archived.slug,
      '%00',
      'a'.repeat(5000),
      '-',
      "a'b",
      'é',
      '..%2f',
      'A',
    ];
    for (const slug of slugs) {
      expect([slug, (await member.get(`/parcourspro/actions/${slug}`)).status]).toEqual([slug, 404]);
      const calendar = `/parcourspro/actions/${slug}/seances/${slug === draft.slug ? sessions[0] : sessions[1]}.ics`;
      expect([slug, (await member.get(calendar)).status]).toEqual([slug, 404]);
    }
    expect((await member.get('/parcourspro/actions/%FF')).status).toBe(400);
  });

  test('what was typed is shown as text', async () => {
    const nasty = '<script>alert(1)</script>"><img src=x onerror=alert(1)> & « L’été »';
    const action = await createDetailedAction(nasty);
    const { db } = site.dependencies;
    const audience = `- ${nasty}\n- ${nasty}`;
    await setAction(db, action.id, { objectives: nasty, audience, programme: nasty, trainer: nasty });
    await setSlots(db, action.sessionId, { place: nasty, address: nasty });
    for (const path of [
      '/parcourspro',
      `/parcourspro/actions/${action.slug}`,
      `/parcourspro/actions?q=${encodeURIComponent(nasty)}&lieu=${encodeURIComponent(nasty)}`,
    ]) {
      const { text } = await site.visitor().get(path);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toMatch(/<script>|<img/);
    }
  });
});

describe('the calendar file', () => {
  test('has one event a day, and no connection link', async () => {
    const action = await createDetailedAction();
    const response = await site
      .visitor()
      .get(`/parcourspro/actions/${action.slug}/seances/${action.sessionId}.ics`);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toContain('text/calendar; charset=utf-8');
    expect(response.headers['content-disposition']).toBe(`attachment; filename=${action.slug}.ics`);
    expect(response.text.match(/^UID:.*(?=\r$)/gm)).toEqual([
      `UID:session-${action.sessionId}-jour-1@localhost`,
      `UID:session-${action.sessionId}-jour-2@localhost`,
    ]);
    expect(response.text).toMatch(/DTSTART:20261120T080000Z\r\nDTEND:20261120T160000Z/);
    expect(response.text).not.toContain('visio.example');
  });

  test('exists only for a session that takes place, under its own action', async () => {
    const { db } = site.dependencies;
    const [one, other] = [await createDetailedAction(), await createDetailedAction()];
    const cancelled = await createSession(db, { actionId: one.id, now, cancelled: true });
    for (const id of [other.sessionId, cancelled, 0, 999999, '1e3', '99999999999', '%00', '-1']) {
      expect([
        id,
        (await site.visitor().get(`/parcourspro/actions/${one.slug}/seances/${id}.ics`)).status,
      ]).toEqual([id, 404]);
    }
  });
});

describe('any search', () => {
  const names = [
    'q',
    'lieu',
    'theme',
    'type',
    'modalite',
    'acces',
    'places',
    'passees',
    'tri',
    'page',
  ] as const;
  const percent = (bytes: Uint8Array) =>
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const operators = fc.stringMatching(/^[a-zé '"’()&|!:*<>-]{0,40}$/).map(encodeURIComponent);
  const anything = fc.oneof(
    operators,
    fc.uint8Array({ maxLength: 60 }).map(percent),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => percent(Buffer.from(text))),
    fc.constantFrom(
      'or',
      'OR OR',
      '-',
      '"',
      '--',
      '%22%22',
      '<->',
      '$1',
      '?',
      ':now',
      '\\',
      '%',
      "'; drop table actions",
    ),
  );

  test('answers with a page, whatever is typed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), anything), { maxLength: 5 }),
        async (fields) => {
          const query = fields.map(([name, value]) => `${name}=${value}`).join('&');
          const response = await site.visitor().get(`/parcourspro/actions?${query}`);
          expect(response.status).toBe(200);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);

  test.each([
    ['10,000 letters', `q=${'a'.repeat(10_000)}&lieu=${'b'.repeat(3000)}`],
    ['10,000 operators', `q=${'%22-('.repeat(2000)}`],
    ['bytes that are not text', 'q=%00%FF%FE&lieu=%C3&theme=%00&type=%00&page=%00'],
    ['repeated fields', 'q=a&q=b&theme=vae&theme=x&page=1&page=2&places=1&places=1'],
    ['a page far away', 'page=99999999999999999999'],
  ])('%s', async (_name, query) => {
    const response = await site.visitor().get(`/parcourspro/actions?${query}`);
    expect(response.status).toBe(200);
    expect(response.text.length).toBeLessThan(60_000);
  });
});

describe('the cost of a page', () => {
  async function costOf(visitor: Visitor, path: string): Promise<{ statements: number; size: number }> {
    await visitor.get(path);
    let size = 0;
    const statements = await recordStatements(async () => {
      const response = await visitor.get(path);
      expect(response.status).toBe(200);
      size = Buffer.byteLength(response.text);
    });
    return { statements: statements.length, size };
  }

  test('is four statements and 60 KB at most, with 60 actions and a session of 40 enrolments', async () => {
    const { db } = site.dependencies;
    const action = await createDetailedAction('Coûter peu');
    const paths = [
      '/parcourspro',
      '/parcourspro/actions',
      '/parcourspro/actions?q=couter+peu&lieu=33&theme=vae&type=formation&places=1&passees=1',
      `/parcourspro/actions/${action.slug}`,
      `/parcourspro/actions/${action.slug}/seances/${action.sessionId}.ics`,
      '/condition',
      '/parcourspro/a-propos',
      '/parcourspro/contact',
    ];
    const before = [];
    for (const path of paths) before.push((await costOf(member, path)).statements);
    for (let index = 0; index < 60; index += 1) {
      const { id } = await createAction(db, {
        providerId,
        title: `Une action au titre assez long, numéro ${index}`,
      });
      await createSession(db, { actionId: id, now, startsInDays: 5 + index });
    }
    for (let index = 0; index < 8; index += 1)
      await createSession(db, { actionId: action.id, now, startsInDays: 40 });
    for (let index = 0; index < 40; index += 1) await enrol(action, 'enrolled');
    for (const [index, path] of paths.entries()) {
      const signedIn = await costOf(member, path);
      expect([path, signedIn.statements]).toEqual([path, before[index]]);
      expect([path, signedIn.statements <= 4]).toEqual([path, true]);
      expect([path, signedIn.size < 60_000]).toEqual([path, true]);
      expect([path, (await costOf(site.visitor(), path)).statements <= 2]).toEqual([path, true]);
    }
  });
});
