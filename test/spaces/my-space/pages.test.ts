import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '#enrolment/states.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, setAction } from '../../support/catalogue.ts';
import { createEnrolment, createPastSeats, writeHistory } from '../../support/enrolments.ts';
import { addFavourite } from '../../support/finding.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

const SPACE = '/parcourspro/mon-espace';
const TABS = [
  '/parcourspro/recherches',
  '/parcourspro/favoris',
  SPACE,
  `${SPACE}/passees`,
  `${SPACE}/informations`,
];

let site: TestSite;
let person: TestUser;
let mine: Visitor;
let structureId: number;
let providerId: number;
let validator: TestUser;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T09:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Mission <i>locale</i>', memberIn: [2026, 2028] });
  providerId = await createStructure(db, { name: 'Forge des métiers', isTrainingBody: true });
  person = await createUser(db, { affiliations: { [structureId]: [] } });
  validator = await createUser(db, {
    firstName: 'Zoé',
    lastName: 'Martin',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  mine = await site.signedIn(person.email);
});
afterAll(() => site.close());

interface Row {
  title: string;
  state: State;
  /** Days from now to the session. */
  inDays: number;
  kind?: string;
  link?: string;
  who?: number;
}

async function enrol({ title, state, inDays, kind, link, who = person.id }: Row) {
  const { db } = site.dependencies;
  const action = await createAction(db, { providerId, title, kind });
  const sessionId = await createSession(db, {
    actionId: action.id,
    now: site.clock.now(),
    startsInDays: inDays,
    opensInDays: Math.min(-30, inDays - 60),
    slot: link ? { modality: 'remote', link } : {},
  });
  const id = await createEnrolment(db, {
    sessionId,
    userId: who,
    structureId,
    state,
    at: site.clock.now(),
    fields: { motivation: 'Mieux <b>orienter</b>' },
  });
  return { slug: action.slug, actionId: action.id, sessionId, id };
}

const textOf = async (path: string, visitor = mine) => {
  const response = await visitor.get(path);
  expect(response.status, path).toBe(200);
  return response.text;
};
const positions = (text: string, ...titles: string[]) => titles.map((title) => text.indexOf(title));

describe('the tabs', () => {
  test('are five pages with the counts of what they hold, each with its own title, one current', async () => {
    const { db } = site.dependencies;
    const later = await enrol({ title: 'Après', state: 'requested', inDays: 40 });
    await enrol({ title: 'Avant', state: 'enrolled', inDays: 10 });
    await enrol({ title: 'Finie', state: 'attended', inDays: -20 });
    await enrol({ title: 'Refusée', state: 'refused_by_hr', inDays: 15 });
    await enrol({ title: 'Oubliée', state: 'enrolled', inDays: -30 });
    await addFavourite(db, person.id, later.actionId, site.clock.now());
    const titles = new Set<string>();
    for (const path of TABS) {
      const text = await textOf(path);
      titles.add(/<title>(.*?)<\/title>/.exec(text)?.[1] ?? '');
      expect(text.match(/class="nav-link[^>]*aria-current="page"/g), path).toHaveLength(1);
      expect(text).toMatch(new RegExp(`href="${path}" aria-current="page"`));
      const counts = [...text.matchAll(/space-tabs__count">.*?(\d+)</g)].map(([, count]) => count);
      // searches, favourites, to come, past
      expect(counts, path).toEqual(['0', '1', '2', '3']);
    }
    expect(titles.size).toBe(5);
  });

  test('what is to come: next sessions first; what is over, refused or not noted yet: latest first', async () => {
    const coming = await textOf(SPACE);
    const [before, after] = positions(coming, '>Avant<', '>Après<');
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before as number);
    expect(coming).not.toContain('>Finie<');
    const past = await textOf(`${SPACE}/passees`);
    const [refused, over, forgotten] = positions(past, '>Refusée<', '>Finie<', '>Oubliée<') as [
      number,
      number,
      number,
    ];
    expect(refused).toBeGreaterThan(0);
    expect(over).toBeGreaterThan(refused);
    expect(forgotten).toBeGreaterThan(over);
    expect(past).toContain('n’a pas encore noté les présences');
    expect(past).not.toContain('Annuler ma demande');
    expect(past).toContain('Structure concernée&nbsp;: Mission &lt;i&gt;locale&lt;/i&gt;');
  });

  test('somebody of no structure has searches and favourites only; a visitor is led to sign in', async () => {
    const alone = await createUser(site.dependencies.db);
    const visitor = await site.signedIn(alone.email);
    const text = await textOf('/parcourspro/favoris', visitor);
    expect(text.match(/space-tabs__count/g)).toHaveLength(2);
    expect(text).not.toContain('Mes actions passées');
    expect((await visitor.get(SPACE)).status).toBe(403);
    for (const path of TABS)
      expect((await site.visitor().get(path)).headers.location).toContain('/connexion');
  });

  test('« Mes informations »: who, which profiles, which membership; no word of anybody else', async () => {
    const text = await textOf(`${SPACE}/informations`);
    for (const words of [
      person.email.replace('@', '<wbr>@'),
      'Bénéficiaire',
      'Adhérente\u00a02026',
      'Adhérente&nbsp;2028',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('Zoé');
    const elsewhere = await createStructure(site.dependencies.db, { name: 'Sans adhésion' });
    const both = await createUser(site.dependencies.db, {
      affiliations: { [structureId]: ['hr_validator'], [elsewhere]: ['referent', 'provider'] },
    });
    const page = await textOf(`${SPACE}/informations`, await site.signedIn(both.email));
    expect(page).toContain('Bénéficiaire, Valideur RH');
    expect(page).toContain('Bénéficiaire, Prestataire');
    expect(page).toContain('Non adhérente');
    expect(page).toMatch(/href="\/adhesion">Demander l’adhésion/);
  });
});

test('rights: what is used, what a waiting request uses, what is left; next year where something falls', async () => {
  const { db } = site.dependencies;
  const other = await createUser(db, { affiliations: { [structureId]: [] } });
  const rows: Omit<Row, 'title'>[] = [
    { state: 'attended', inDays: -100 },
    { state: 'requested', inDays: 20 },
    { state: 'waitlisted', inDays: 25, kind: 'lab-innov' },
    { state: 'requested', inDays: 90 },
    // These use nothing.
    { state: 'withdrawn', inDays: 30 },
    { state: 'session_cancelled', inDays: 31 },
    { state: 'enrolled', inDays: 32, kind: 'webinaire' },
    { state: 'attended', inDays: -400 },
  ];
  for (const row of rows) await enrol({ title: 'Droit', who: other.id, ...row });
  const text = await textOf(SPACE, await site.signedIn(other.email));
  const words = text
    .replaceAll('\u00a0', ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  expect(words).toContain(
    'En 2026 3 sur 5 actions réservées, dont 2 demandes en attente 2 sur 3 formations, dont 1 demande en attente Il vous reste 2 actions réservées, dont 1 formation au plus.',
  );
  expect(words).toContain('En 2027 1 sur 5 actions réservées, dont 1 demande en attente 1 sur 3 formations');
  expect(words).not.toContain('En 2025');
  const picture = /<svg class="rights-picture".*?<\/svg>/s.exec(text)?.[0] ?? '';
  expect(picture).toContain('aria-hidden="true"');
  expect(picture.match(/<circle/g)).toHaveLength(5);
  expect(picture.match(/right--used/g)).toHaveLength(1);
  expect(picture.match(/<path/g)).toHaveLength(2);
  expect(text).not.toMatch(/ style="|<style/);
});

describe('one request', () => {
  test('tells who did what, from which state to which, by which way and why', async () => {
    const one = await enrol({ title: 'Historique', state: 'refused_by_provider', inDays: 12 });
    const provider = await createUser(site.dependencies.db, {
      lastName: 'Formateur-Secret',
      affiliations: { [providerId]: ['provider'] },
    });
    await writeHistory(site.dependencies.db, one.id, site.clock.now(), [
      { from_state: null, to_state: 'requested', by_role: 'beneficiary', by_user_id: person.id },
      {
        from_state: 'requested',
        to_state: 'preregistered',
        by_role: 'hr_validator',
        by_user_id: validator.id,
        way: 'email_link',
      },
      {
        from_state: 'preregistered',
        to_state: 'refused_by_provider',
        by_role: 'provider',
        by_user_id: provider.id,
        reason: 'Prérequis <script>alert(1)</script>',
      },
    ]);
    const text = await textOf(`${SPACE}/demandes/${one.id}`);
    const order = positions(
      text,
      'Demande envoyée</strong>',
      'Accord de l’employeur',
      'Refus du prestataire',
    );
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(order[0]).toBeGreaterThan(0);
    expect(text).toContain('par Zoé Martin, Valideur RH, depuis le lien reçu par e-mail');
    expect(text).toContain('Motif&nbsp;: Prérequis &lt;script&gt;');
    expect(text).toContain('Mieux &lt;b&gt;orienter');
    expect(text).not.toContain('<script>alert');
    // The staff of other bodies are not named.
    expect(text).not.toContain('Formateur-Secret');
    expect(text).not.toContain('seances.ics');
    expect(text).not.toContain(`${one.id}/annuler`);
  });

  test('never tells a reason that was written for others', async () => {
    const one = await enrol({ title: 'Note', state: 'absent', inDays: -12 });
    await writeHistory(site.dependencies.db, one.id, site.clock.now(), [
      { from_state: null, to_state: 'enrolled', by_role: 'beneficiary', by_user_id: person.id },
      {
        from_state: 'enrolled',
        to_state: 'absent',
        by_role: 'provider',
        by_user_id: validator.id,
        reason: 'Note entre nous',
      },
    ]);
    const text = await textOf(`${SPACE}/demandes/${one.id}`);
    expect(text).toContain('Absence notée');
    expect(text).not.toContain('Note entre nous');
  });

  test('the connection link is for those who are enrolled, here as in the file', async () => {
    const link = 'https://visio.example/salle-7';
    for (const [state, sees] of [
      ['requested', false],
      ['waitlisted', false],
      ['preregistered', false],
      ['enrolled', true],
    ] as const) {
      const one = await enrol({ title: `Lien ${state}`, state, inDays: 50, link });
      const path = `${SPACE}/demandes/${one.id}`;
      expect((await textOf(path)).includes(link), state).toBe(sees);
      expect((await mine.get(`${path}/seances.ics`)).status, state).toBe(sees ? 200 : 404);
    }
    const bad = await enrol({ title: 'Lien', state: 'enrolled', inDays: 51, link: 'javascript:alert(1)' });
    expect(await textOf(`${SPACE}/demandes/${bad.id}`)).not.toContain('javascript:');
  });

  test('of somebody else, or of nobody, does not exist', async () => {
    const other = await createUser(site.dependencies.db, { affiliations: { [structureId]: [] } });
    const one = await enrol({ title: 'À autrui', state: 'enrolled', inDays: 5, who: other.id });
    for (const id of [one.id, 0, -1, 2_147_483_647, 99_999_999_999, 'x', '1%27--', '%00', '1.5'])
      expect((await mine.get(`${SPACE}/demandes/${id}`)).status, String(id)).toBe(404);
  });

  test('of an action archived since keeps its page, without a way to the catalogue', async () => {
    const one = await enrol({ title: 'Archivée', state: 'attended', inDays: -50 });
    const path = `${SPACE}/demandes/${one.id}`;
    expect(await textOf(path)).toContain(`href="/parcourspro/actions/${one.slug}"`);
    await setAction(site.dependencies.db, one.actionId, { archived_at: site.clock.now() });
    expect(await textOf(path)).not.toContain(`href="/parcourspro/actions/${one.slug}"`);
  });
});

test('2,000 requests: pages of ten, four statements, under 60 KB; a page that is no more leads to the last', async () => {
  const { db } = site.dependencies;
  const many = await createUser(db, { affiliations: { [structureId]: [] } });
  const { id: actionId } = await createAction(db, { providerId, title: 'Souvent '.repeat(20) });
  const of = { userId: many.id, structureId, actionId };
  await createPastSeats(db, of, { now: site.clock.now(), count: 2000, everyHours: 24 });
  const visitor = await site.signedIn(many.email);
  // The first visit may note itself in the session's row; and a process reads the catalogue once.
  await textOf(SPACE, visitor);
  await textOf('/parcourspro/recherches', visitor);
  for (const path of [...TABS, `${SPACE}/passees?page=200`]) {
    let text = '';
    const statements = await recordStatements(async () => {
      text = await textOf(path, visitor);
    });
    expect(statements.length, `${path}\n${statements.join('\n')}`).toBeLessThanOrEqual(4);
    expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
    if (path.includes('passees')) {
      expect(text.match(/<article/g)).toHaveLength(10);
      expect(text).toContain('sur 200');
      // The latest session first, whichever was entered first.
      expect(text.includes('>1\u00a0nov.<')).toBe(!path.includes('page=200'));
    }
  }
  const beyond = await visitor.get(`${SPACE}/passees?page=999`);
  expect(beyond.headers.location).toBe(`${SPACE}/passees?page=200`);
  expect((await mine.get(`${SPACE}?page=abc`)).status).toBe(200);
});
