import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertSavedSearches } from '#catalogue/saved-searches/alerts.ts';
import { endAlertsLink } from '#catalogue/saved-searches/stop.ts';
import { tellOfOpenings } from '#catalogue/seat-watches/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession, setAction, setSession } from '../support/catalogue.ts';
import { DAY, HOUR } from '../support/database.ts';
import { createEnrolment, enrolmentsOf, withdrawRequests } from '../support/enrolments.ts';
import {
  addFavourite,
  alertAgain,
  forgetSearches,
  savedSearches,
  saveSearch,
  watchersOf,
  watchSeats,
} from '../support/finding.ts';
import { mailsIn } from '../support/mails.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  reopenAccount,
  type TestUser,
} from '../support/people.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

let site: TestSite;
let providerId: number;
let memberId: number;
let person: TestUser;
let other: TestUser;
let mine: Visitor;
let theirs: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  const { db } = site.dependencies;
  providerId = await createStructure(db, { isTrainingBody: true });
  memberId = await createStructure(db, { memberIn: [2026] });
  person = await createUser(db, { affiliations: { [memberId]: [] } });
  other = await createUser(db);
  mine = await site.signedIn(person.email);
  theirs = await site.signedIn(other.email);
});
afterAll(() => site.close());

/** An action published at the present moment, with a session. */
async function publish(title: string, options: { capacity?: number; theme?: string } = {}) {
  const { db } = site.dependencies;
  const now = site.clock.now();
  const action = await createAction(db, {
    providerId,
    title,
    theme: options.theme,
    fields: { published_at: now },
  });
  const sessionId = await createSession(db, { actionId: action.id, now, waitingCapacity: 0, ...options });
  return { ...action, sessionId };
}

/** The e-mails of a kind that have arrived, oldest first. */
async function sent(kind: string) {
  await site.runJobs();
  const rows = await mailsIn(site.dependencies.db, { kind, status: 'sent' });
  for (const { recipient, subject } of rows) {
    expect(site.mailbox.to(recipient).map((mail) => mail.subject)).toContain(subject);
  }
  return rows.map(({ recipient, subject }) => ({ recipient, subject }));
}

describe('favourites', () => {
  test('are added and taken out from the page of the action, twice as well as once', async () => {
    const { slug } = await publish('Le cœur à l’ouvrage');
    const path = `/parcourspro/actions/${slug}`;
    expect((await site.visitor().get(path)).text).toContain('Me connecter pour garder cette action');
    expect((await mine.get(path)).text).toContain('Ajouter à mes favoris');
    for (let time = 0; time < 2; time += 1) {
      const added = await mine.submit(`${path}/favori`, {}, path);
      expect(added.headers.location).toBe(path);
    }
    expect((await mine.get(path)).text).toContain('Retirer de mes favoris');
    expect((await mine.get('/parcourspro/favoris')).text).toContain('Le cœur à l’ouvrage');
    expect((await theirs.get('/parcourspro/favoris')).text).toContain('Aucun favori');
    await theirs.submit(`${path}/favori/retirer`, {}, path);
    expect((await mine.get('/parcourspro/favoris')).text).toContain('Le cœur à l’ouvrage');
    for (let time = 0; time < 2; time += 1) {
      const gone = await mine.submit(`${path}/favori/retirer`, { retour: '//evil.example' }, path);
      expect(gone.headers.location).toBe('/parcourspro/favoris');
    }
    expect((await mine.get('/parcourspro/favoris')).text).toContain('Aucun favori');
  });

  test('hold only what the public may see', async () => {
    const { id, slug } = await publish('Bientôt archivée');
    await mine.submit(`/parcourspro/actions/${slug}/favori`, {}, `/parcourspro/actions/${slug}`);
    await setAction(site.dependencies.db, id, { archived_at: site.clock.now() });
    // The page that says that it was added, then the list alone.
    await mine.get('/parcourspro/recherches');
    expect((await mine.get('/parcourspro/favoris')).text).not.toContain('Bientôt archivée');
    for (const unknown of [slug, 'inconnue', '%00', "'; drop table favourites"]) {
      const address = `/parcourspro/actions/${encodeURIComponent(unknown)}/favori`;
      expect((await mine.submit(address, {}, '/parcourspro/recherches')).status).toBe(404);
    }
  });

  test('cost four statements whatever their number, and come in pages', async () => {
    const { db } = site.dependencies;
    for (let nth = 0; nth < 15; nth += 1) {
      const { id } = await publish(`Favori ${nth}`);
      await addFavourite(db, person.id, id, site.clock.now());
    }
    let page = '';
    const statements = await recordStatements(async () => {
      page = (await mine.get('/parcourspro/favoris')).text;
    });
    expect(statements.length).toBeLessThanOrEqual(4);
    expect(page.match(/class="favourite"/g)).toHaveLength(12);
    expect((await mine.get('/parcourspro/favoris?page=2')).text.match(/class="favourite"/g)).toHaveLength(3);
  });
});

describe('saved searches', () => {
  const save = (visitor: Visitor, fields: Record<string, string>) =>
    visitor.submit('/parcourspro/recherches', fields, '/parcourspro/actions?q=vae');

  test('are offered after a search, kept under a name, and opened again', async () => {
    expect((await site.visitor().get('/parcourspro/actions?q=vae')).text).toContain(
      '/connexion?suite=%2Fparcourspro%2Factions%3Fq%3Dvae',
    );
    const page = (await mine.get('/parcourspro/actions?q=vae&lieu=33&page=3&bidon=1')).text;
    expect(page).toContain('name="recherche" value="q=vae&amp;lieu=33"');
    const answer = await save(mine, {
      nom: 'Ma VAE',
      recherche: 'q=vae&lieu=33&page=3&bidon=1',
      alerte: '1',
    });
    expect(answer.headers.location).toBe('/parcourspro/recherches');
    // Saved again, the same search takes the new name.
    await save(mine, { nom: 'VAE en Gironde', recherche: 'lieu=33&q=vae', alerte: '1' });
    const list = (await mine.get('/parcourspro/recherches')).text;
    expect(list).toContain('href="/parcourspro/actions?q=vae&amp;lieu=33">VAE en Gironde</a>');
    expect(list).toContain('« vae », Gironde');
    expect(list).not.toContain('Ma VAE');
    expect((await theirs.get('/parcourspro/recherches')).text).toContain('Aucune recherche enregistrée');
  });

  test.each([
    ['no name', { nom: ' ', recherche: 'q=vae' }, 'Donnez un nom'],
    ['a name too long', { nom: 'x'.repeat(81), recherche: 'q=vae' }, '80 caractères au plus'],
    ['bytes', { nom: 'a\u0000b', recherche: 'q=\u0000' }, 'illisibles'],
  ])('%s: refused, what was typed kept', async (_what, fields, words) => {
    const answer = await save(mine, fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain('name="recherche"');
  });

  test('whatever is sent as a search answers, and opens', async () => {
    for (const recherche of ['%', '"-(', 'a'.repeat(10_000), 'page=99&tri=x', '<script>']) {
      expect((await save(theirs, { nom: 'n', recherche })).status).toBe(303);
    }
    expect((await theirs.get('/parcourspro/recherches')).status).toBe(200);
    await forgetSearches(site.dependencies.db, { user_id: other.id });
  });

  test('thirty at most, and somebody else’s do not exist', async () => {
    const { db } = site.dependencies;
    for (let nth = 0; nth < 30; nth += 1) {
      await saveSearch(db, other.id, site.clock.now(), { query: `q=${nth}`, has_alert: false });
    }
    expect((await save(theirs, { nom: 'n', recherche: 'q=de+trop' })).status).toBe(409);
    expect((await save(theirs, { nom: 'n', recherche: 'q=7' })).status).toBe(303);
    const { id } = first(await savedSearches(db, { user_id: person.id }));
    for (const what of ['alerte', 'supprimer']) {
      const answer = await theirs.submit(
        `/parcourspro/recherches/${id}/${what}`,
        {},
        '/parcourspro/recherches',
      );
      expect(answer.status).toBe(404);
    }
    expect(await savedSearches(db, { id, has_alert: true })).toHaveLength(1);
    await forgetSearches(db, { user_id: other.id });
  });
});

describe('alerts', () => {
  test('tell once, in one e-mail, of what was published since; never of what was there', async () => {
    const { db } = site.dependencies;
    await forgetSearches(db);
    await publish('Le compostage, déjà là');
    site.clock.advance(HOUR);
    const form = '/parcourspro/actions?q=compostage';
    await mine.submit(
      '/parcourspro/recherches',
      { nom: 'Compost', recherche: 'q=compostage', alerte: '1' },
      form,
    );
    await mine.submit(
      '/parcourspro/recherches',
      { nom: 'Handicap', recherche: 'theme=handicap', alerte: '1' },
      form,
    );
    await theirs.submit('/parcourspro/recherches', { nom: 'Sans alerte', recherche: 'q=compostage' }, form);
    expect(await alertSavedSearches(site.dependencies)).toBe(0);
    site.clock.advance(DAY);
    await publish('Le compostage avancé');
    await publish('Tout autre chose');
    const draft = await publish('Le compostage en brouillon');
    await setAction(db, draft.id, { published_at: new Date(+site.clock.now() + DAY) });
    site.clock.advance(HOUR);
    expect(await alertSavedSearches(site.dependencies)).toBe(1);
    expect(await alertSavedSearches(site.dependencies)).toBe(0);
    const [only, ...more] = await sent('saved-search.news');
    expect(only).toEqual({ recipient: person.email, subject: expect.stringContaining('pour « Compost »') });
    expect(more).toEqual([]);
    const [mail] = site.mailbox.to(person.email).slice(-1);
    const text = mail?.text ?? '';
    const headers = mail?.headers ?? {};
    expect(headers['list-unsubscribe']).toMatch(
      /^<http:\/\/localhost:3000\/parcourspro\/alertes\/arreter\/\d+\.[\w-]+>$/,
    );
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(text).toContain('Le compostage avancé');
    expect(text).not.toMatch(/déjà là|brouillon|autre chose/);
    expect(text).toContain('/parcourspro/alertes/arreter/');
    // The draft is news on the day of its publication; two searches with news make one e-mail.
    site.clock.advance(DAY);
    await publish('Compostage et handicap', { theme: 'handicap' });
    expect(await alertSavedSearches(site.dependencies)).toBe(1);
    const all = await sent('saved-search.news');
    expect(all.at(-1)?.subject).toContain('2\u00a0recherches enregistrées');
  });

  test('two jobs at once tell once', async () => {
    site.clock.advance(HOUR);
    await publish('Le compostage à deux');
    site.clock.advance(HOUR);
    const told = await Promise.all([1, 2].map(() => alertSavedSearches(site.dependencies)));
    expect(told.reduce((sum, one) => sum + one, 0)).toBe(1);
  });

  test('stop from the list, and from the e-mail without signing in; opening the link changes nothing', async () => {
    const { db, config } = site.dependencies;
    // Days have gone by: the sessions are over.
    mine = await site.signedIn(person.email);
    const { id } = first(await savedSearches(db, { user_id: person.id, name: 'Compost' }));
    await mine.submit(`/parcourspro/recherches/${id}/alerte`, { alerte: '0' }, '/parcourspro/recherches');
    expect(await savedSearches(db, { id, has_alert: false })).toHaveLength(1);
    await publish('Le compostage pendant la pause');
    site.clock.advance(HOUR);
    await mine.submit(`/parcourspro/recherches/${id}/alerte`, { alerte: '1' }, '/parcourspro/recherches');
    expect(await alertSavedSearches(site.dependencies)).toBe(0);

    const path = endAlertsLink.path(config.secrets, person.id);
    const visitor = site.visitor();
    const page = await visitor.get(path);
    expect(page.text).toContain('Arrêter toutes mes alertes');
    const live = () => savedSearches(db, { user_id: person.id, has_alert: true });
    expect(await live()).toHaveLength(2);
    expect((await visitor.submit(path)).text).toContain('Vous ne recevrez plus');
    expect(await live()).toHaveLength(0);
    expect((await visitor.submit(path)).status).toBe(200);
    for (const forged of [path.replace(/\d+/, String(other.id)), `${path}x`, path.replace(/\.[^.]*$/, '')]) {
      expect((await visitor.get(forged)).status).toBe(404);
    }
  });

  test('an account that is closed is told nothing', async () => {
    const { db } = site.dependencies;
    await alertAgain(db, person.id);
    await closeAccount(db, person.id, site.clock.now());
    site.clock.advance(HOUR);
    await publish('Le compostage sans lecteur');
    expect(await alertSavedSearches(site.dependencies)).toBe(0);
    await reopenAccount(db, person.id);
    mine = await site.signedIn(person.email);
    theirs = await site.signedIn(other.email);
  });
});

describe('a place that gets free', () => {
  async function full(title: string) {
    const { db } = site.dependencies;
    const action = await publish(title, { capacity: 1 });
    await createEnrolment(db, { sessionId: action.sessionId, state: 'enrolled', at: site.clock.now() });
    return { ...action, path: `/parcourspro/actions/${action.slug}` };
  }
  const watch = (visitor: Visitor, { path, sessionId }: { path: string; sessionId: number }, no = '') =>
    visitor.submit(`${path}/seances/${sessionId}/${no}prevenir`, {}, path);

  test('is told of once to those who asked, and reserves nothing', async () => {
    const { db } = site.dependencies;
    const action = await full('Complète');
    expect((await site.visitor().get(action.path)).text).toContain(
      'Me connecter pour être prévenu d’une place',
    );
    expect((await mine.get(action.path)).text).toContain('Me prévenir quand une place se libère');
    await watch(mine, action);
    await watch(mine, action);
    await watch(theirs, action);
    expect((await mine.get(action.path)).text).toContain('Ne plus me prévenir');
    await watch(theirs, action, 'ne-plus-');
    expect(await tellOfOpenings(site.dependencies)).toBe(0);
    await withdrawRequests(db, { action_id: action.id });
    const told = await Promise.all([1, 2].map(() => tellOfOpenings(site.dependencies)));
    expect(told.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await sent('seat-watch.opening')).toEqual([
      { recipient: person.email, subject: 'Une place s’est libérée : Complète' },
    ]);
    expect(await watchersOf(db, action.sessionId)).toEqual([]);
    expect(await enrolmentsOf(db, { action_id: action.id, user_id: person.id })).toEqual([]);
  });

  test('is not told of to an account that is closed', async () => {
    const { db } = site.dependencies;
    const action = await full('Complète elle aussi');
    const gone = await createUser(db);
    for (const { id } of [gone, other]) await watchSeats(db, action.sessionId, id, site.clock.now());
    await closeAccount(db, gone.id, site.clock.now());
    await withdrawRequests(db, { action_id: action.id });
    expect(await tellOfOpenings(site.dependencies)).toBe(1);
    const told = (await sent('seat-watch.opening')).filter(({ subject }) => subject.endsWith(' elle aussi'));
    expect(told.map(({ recipient }) => recipient)).toEqual([other.email]);
  });

  test('is not asked for where there is one, nor where nobody can ask any more', async () => {
    const free = await publish('Libre');
    const path = `/parcourspro/actions/${free.slug}`;
    expect((await watch(mine, { path, sessionId: free.sessionId })).status).toBe(409);
    const gone = await full('Passée');
    await watch(mine, gone);
    const later = new Date(site.clock.now().getTime() - 1000);
    await setSession(site.dependencies.db, gone.sessionId, { registration_closes_at: later, capacity: 5 });
    expect(await tellOfOpenings(site.dependencies)).toBe(0);
    expect(await watchersOf(site.dependencies.db, gone.sessionId)).toEqual([]);
    expect((await watch(mine, gone)).status).toBe(409);
    // A session of another action, one that is none, and no number at all.
    for (const sessionId of [gone.sessionId, 2_147_483_647, 'x']) {
      const answer = await mine.submit(`${path}/seances/${sessionId}/prevenir`, {}, path);
      expect(answer.status).toBe(404);
    }
  });
});
