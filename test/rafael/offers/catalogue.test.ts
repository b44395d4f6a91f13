import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { lastEntry } from '../../support/journal.ts';
import { hasLheoSchema, schemaFaults } from '../../support/lheo.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

const CATALOGUE = '/rafaelpro/catalogue';
let site: TestSite;
let body: number;
let keeper: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(db(), { name: 'Institut <b>Essai</b>', isTrainingBody: true });
  keeper = await someone({ [body]: ['of_catalogue'] });
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
const someone = async (
  affiliations: Record<number, ('of_catalogue' | 'of_general' | 'of_preregistration')[]>,
) => site.signedIn((await createUser(db(), { affiliations })).email);

const offer = {
  intitule: 'Maçon <script>du</script> bâti « ancien »',
  formacodes: '22254, 22334',
  objectif: 'Bâtir.\nRestaurer.',
  resultats: 'Titre professionnel',
  contenu_formation: 'Pierre, chaux, bois.',
  parcours: '2',
  certifiante: '1',
  entree: '1',
  sortie: '13',
  certification_lignes: '1',
  certification_1_rncp: '35233',
  contact_lignes: '1',
  contact_1_nom: 'Accueil',
  contact_1_telephone: '05 56 00 00 00',
  declaration: '75330000033',
  organisme: 'Institut Essai',
  raison_sociale: 'Institut Essai',
};
const action = {
  publics: '80056',
  niveau_obligatoire: '0',
  conditions: 'Aucune',
  entrees: '0',
  rythme: '35 heures par semaine',
  modalite: '0',
  alternance: 'Deux semaines en entreprise',
  lieu_adresse: '1 rue X',
  lieu_code_postal: '33000',
  lieu_ville: 'Bordeaux',
  conventionnee: '1',
  prise_en_charge: '1',
};
const session = {
  debut: '04/01/2027',
  fin: '06/2027',
  etat: '1',
  inscription_adresse: '1 rue X',
  inscription_code_postal: '33000',
  inscription_ville: 'Bordeaux',
  places: '12',
};
const numberIn = (location: string | undefined) => Number(location?.split('/').at(-1));
const versionOn = async (browser: Visitor, path: string) =>
  /name="version" value="(\d+)"/.exec((await browser.get(path)).text)?.[1] ?? '';
const idsOf = async (table: string, offerId: number): Promise<number[]> =>
  db()(table).where({ offer_id: offerId }).orderBy('id').pluck('id');
/** Sends a form that was opened now. */
const send = async (path: string, fields: Record<string, string>, browser = keeper) =>
  browser.submit(path, { version: await versionOn(browser, path), ...fields }, path);

async function addOffer(fields: Partial<typeof offer> = {}): Promise<number> {
  const sent = await send(`${CATALOGUE}/formations/nouvelle`, { ...offer, ...fields });
  expect([sent.status, sent.headers.location]).toEqual([303, expect.stringMatching(/formations\/\d+$/)]);
  return numberIn(sent.headers.location);
}
async function addWhole(fields: Partial<typeof offer> = {}) {
  const id = await addOffer(fields);
  expect((await send(`${CATALOGUE}/formations/${id}/actions/nouvelle`, action)).status).toBe(303);
  const [actionId = 0] = await idsOf('offer_actions', id);
  expect((await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, session)).status).toBe(303);
  const [sessionId = 0] = await idsOf('offer_sessions', id);
  return { id, actionId, sessionId };
}
const step = (id: number, name: string, browser = keeper) =>
  browser.submit(`${CATALOGUE}/formations/${id}/${name}`, {}, `${CATALOGUE}/formations/${id}`);
const stateOf = async (id: number) => (await db()('offers').where({ id }).first())?.state;

describe('from an empty catalogue to a published formation', () => {
  test('the empty list says how to begin', async () => {
    const fresh = await someone({ [await createStructure(db(), { isTrainingBody: true })]: ['of_general'] });
    const { text } = await fresh.get(CATALOGUE);
    expect(text).toContain('Votre catalogue est vide');
    expect(text).toContain('href="/rafaelpro/catalogue/formations/nouvelle"');
  });

  test('a formation, an action, a session, published: what was typed is what LHÉO says', async () => {
    const id = await addOffer();
    const page = `${CATALOGUE}/formations/${id}`;
    expect((await keeper.get(page)).text).toContain(
      'Ajoutez une action\u00a0: un lieu, un public, un financement.',
    );
    await send(`${page}/actions/nouvelle`, { ...action, programme: '' });
    const [actionId = 0] = await idsOf('offer_actions', id);
    expect((await keeper.get(page)).text).toContain(
      'Action «\u00a0Bordeaux (33000)\u00a0»\u00a0: ajoutez une session.',
    );
    await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, {
      ...session,
      reunion_lignes: '2',
      reunion_1_sorte: '9',
      reunion_1_date: '2026-12-15',
      reunion_1_de: '14h15',
      reunion_1_a: '16h',
      reunion_1_places: '15',
      reunion_2_sorte: '8',
    });
    const { text } = await keeper.get(page);
    expect(text).toContain('4\u00a0janv. 2027 – juin 2027');
    expect(text).toContain('0 sur 12');
    expect(text).not.toContain('<script>du');
    expect(text).not.toContain('À compléter avant de publier');
    expect((await step(id, 'publier')).status).toBe(303);
    expect(await stateOf(id)).toBe('published');
    expect(await lastEntry(db())).toMatchObject({ action: 'offer.published', structure_id: body });
    expect(await db()('information_meetings').select('kind', 'places', 'starts_at')).toEqual([
      { kind: 'collective', places: 15, starts_at: new Date('2026-12-15T13:15:00Z') },
    ]);
    const exported = await keeper.submit(`${CATALOGUE}/export.xml`, {}, CATALOGUE);
    expect(exported.text).toContain(
      '<intitule-formation>Maçon &lt;script&gt;du&lt;/script&gt; bâti « ancien »',
    );
    expect(exported.text).toContain('<debut>20270104</debut><fin>20270600</fin>');
    if (hasLheoSchema) expect(await schemaFaults([exported.text])).toEqual([[]]);
  });

  test('nothing is published in part: what is missing is told, with the page where it is given', async () => {
    const id = await addOffer();
    expect((await step(id, 'publier')).status).toBe(303);
    expect(await stateOf(id)).toBe('draft');
    const { text } = await keeper.get(`${CATALOGUE}/formations/${id}`);
    expect(text).toContain('La formation n’est pas publiée : 1\u00a0point est à compléter.');
    expect(text).toContain(`href="/rafaelpro/catalogue/formations/${id}/actions/nouvelle"`);
  });
});

describe('a form', () => {
  test('says what is wrong at each field, and keeps what was typed', async () => {
    const { status, text } = await send(`${CATALOGUE}/formations/nouvelle`, {
      ...offer,
      intitule: '',
      objectif: ' - ',
      nsf: '230 abc',
      parcours: '9',
    });
    expect(status).toBe(422);
    const summary = /id="error-summary"[\s\S]*?<\/ul>/.exec(text)?.[0] ?? '';
    for (const [field, message] of [
      ['objectif', 'un tiret ne dit rien'],
      ['nsf', 'n’est pas un code\u00a0: écrivez par exemple 230.'],
      ['parcours', 'choisissez une valeur de la liste.'],
    ]) {
      expect(summary).toContain(`href="#${field}"`);
      expect(summary).toContain(message);
    }
    expect(text).toContain('Pierre, chaux, bois.');
    const untitled = await send(`${CATALOGUE}/formations/nouvelle`, { ...offer, intitule: '' });
    expect(untitled.status).toBe(422);
    expect(untitled.text).toContain('Donnez un intitulé à la formation.');
  });

  test('of a draft may be left incomplete, of what is published not', async () => {
    const bare = { ...offer, objectif: '', parcours: '', declaration: '' };
    const id = await addOffer(bare);
    const { text } = await keeper.get(`${CATALOGUE}/formations/${id}`);
    expect(text).toContain(`href="/rafaelpro/catalogue/formations/${id}/modifier#objectif"`);
    expect(text).toContain('Dites l’objectif de la formation.');
    const whole = await addWhole();
    await step(whole.id, 'publier');
    const path = `${CATALOGUE}/formations/${whole.id}/modifier`;
    const refused = await send(path, bare);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('id="objectif-error"');
    expect((await send(path, { ...offer, objectif: 'Autre' })).status).toBe(303);
    expect(await stateOf(whole.id)).toBe('published');
  });

  test.each([
    ['debut', '31/02/2027', 'saisissez un jour, 04/01/2027, ou un mois, 01/2027.'],
    ['fin', '03/01/2027', 'la période finit avant de commencer.'],
    ['inscription_au', '12', 'saisissez une date'],
    ['places', '-1', 'saisissez un nombre entier de 0 à 99'],
    ['etat', '7', 'choisissez une valeur de la liste.'],
  ])('of a session refuses %s = « %s »', async (field, value, message) => {
    const { actionId } = await addWhole();
    const { status, text } = await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, {
      ...session,
      [field]: value,
    });
    expect(status).toBe(422);
    expect(text).toContain(message);
  });

  test('begins with what is known: the body’s number and address, then the action’s', async () => {
    await db()('structures')
      .where({ id: body })
      .update({ address: '3 place du Marché', postcode: '33000', city: 'Bordeaux' });
    const { actionId, id } = await addWhole();
    expect((await keeper.get(`${CATALOGUE}/formations/${id}/actions/nouvelle`)).text).toContain(
      '3 place du Marché',
    );
    expect((await keeper.get(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`)).text).toContain(
      '1 rue X',
    );
  });

  test('has three blank meetings, and more when asked, whatever the others say', async () => {
    const { sessionId } = await addWhole();
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    expect((await keeper.get(path)).text).toContain('name="reunion_lignes" value="3"');
    const more = await send(path, {
      ...session,
      debut: 'bientôt',
      reunion_lignes: '3',
      reunion_2_ville: 'Pau',
      ajouter: 'reunion',
    });
    expect(more.status).toBe(200);
    expect(more.text).toContain('name="reunion_lignes" value="6"');
    expect(more.text).toContain('value="Pau"');
    expect(more.text).toContain('value="bientôt"');
    expect(more.text).not.toContain('error-summary');
  });

  test('takes the words of a code, where they are of one alone', async () => {
    await db()('formacodes').insert([
      { code: '22354', version: 'V14', label: 'Maçonnerie', domain: 'Bâtiment' },
      { code: '22375', version: 'V14', label: 'Maçonnerie de pierre', domain: 'Bâtiment' },
      { code: '80012', version: 'V14', label: 'Maçon en reconversion' },
    ]);
    const formacodesOf = async (typed: string) => {
      const sent = await send(`${CATALOGUE}/formations/nouvelle`, { ...offer, formacodes: typed });
      if (sent.status !== 303) return sent.text;
      return (
        await db()('offers')
          .where({ id: numberIn(sent.headers.location) })
          .first()
      ).formacodes;
    };
    expect(await formacodesOf('maconnerie, 22334')).toEqual(['22354', '22334']);
    expect(await formacodesOf('pierre')).toEqual(['22375']);
    expect(await formacodesOf('maçon')).toContain(
      'Gardez-en un\u00a0: 22354 (Maçonnerie), 22375 (Maçonnerie de pierre).',
    );
    expect(await formacodesOf('boulangerie')).toContain('Écrivez le code de cinq chiffres.');
  });

  test('takes no megabyte, and no field twice', async () => {
    const long = await send(`${CATALOGUE}/formations/nouvelle`, {
      ...offer,
      contenu_formation: 'a'.repeat(3001),
    });
    expect(long.status).toBe(422);
    expect(long.text).toContain('ce champ est trop long');
    const huge = await send(`${CATALOGUE}/formations/nouvelle`, {
      ...offer,
      contenu_formation: 'a'.repeat(1_000_000),
    });
    expect([413, 422]).toContain(huge.status);
  });

  test('saved by somebody else meanwhile: both texts, and nothing lost', async () => {
    const id = await addOffer();
    const path = `${CATALOGUE}/formations/${id}/modifier`;
    const version = await versionOn(keeper, path);
    await send(path, { ...offer, intitule: 'Titre de l’autre' });
    const { status, text } = await keeper.submit(path, { ...offer, version, intitule: 'Mon titre' }, path);
    expect(status).toBe(409);
    expect(text).toContain('value="Mon titre"');
    expect(text).toContain('Titre de l’autre');
    expect((await db()('offers').where({ id }).first()).title).toBe('Titre de l’autre');
  });

  test('sent twice at once is saved once: the other is told', async () => {
    const { id, sessionId } = await addWhole();
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    const version = await versionOn(keeper, path);
    const answers = await Promise.all(
      ['13', '14'].map((places) => keeper.submit(path, { ...session, places, version }, path)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect((await db()('offers').where({ id }).first()).version).toBe(Number(version) + 1);
  });

  test('opened and saved as it is changes nothing', async () => {
    const { id, sessionId } = await addWhole();
    const before = await db()('offers').where({ id }).first('fingerprint', 'version');
    await send(`${CATALOGUE}/sessions/${sessionId}`, session);
    expect(await db()('offers').where({ id }).first('fingerprint', 'version')).toEqual(before);
  });
});

describe('places', () => {
  test('are never fewer than are held', async () => {
    const { sessionId } = await addWhole();
    await db()('offer_sessions').where({ id: sessionId }).update({ seats_held: 6 });
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    const { status, text } = await send(path, { ...session, places: '5' });
    expect(status).toBe(422);
    expect(text).toContain('6\u00a0places sont prises\u00a0: il ne peut pas y en avoir moins.');
    expect((await send(path, { ...session, places: '6' })).status).toBe(303);
  });

  test('that somebody holds keep a session from being archived, not from being cancelled', async () => {
    const { id, sessionId } = await addWhole();
    await db()('offer_sessions').where({ id: sessionId }).update({ waiting: 1 });
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    expect((await keeper.submit(`${path}/archiver`, {}, path)).status).toBe(409);
    expect((await step(id, 'archiver')).status).toBe(409);
    expect((await keeper.submit(`${path}/annuler`, { motif: ' ' }, `${path}/annuler`)).status).toBe(422);
    expect(
      (await keeper.submit(`${path}/annuler`, { motif: 'Pas assez d’inscrits' }, `${path}/annuler`)).status,
    ).toBe(303);
    expect((await keeper.get(`${CATALOGUE}/formations/${id}`)).text).toContain('Annulée');
    expect((await keeper.submit(`${path}/annuler`, { motif: 'Encore' }, `${path}/annuler`)).status).toBe(409);
    const kept = () => db()('offer_sessions').where({ id: sessionId }).first();
    expect(await kept()).toMatchObject({ state: 'cancelled', recruiting: 2 });
    expect((await keeper.get(path)).text).toContain('Pas assez d’inscrits');
    expect((await keeper.submit(`${path}/retablir`, {}, path)).status).toBe(303);
    expect(await kept()).toMatchObject({ state: 'open', recruiting: 1, cancelled_reason: null });
  });

  test('a meeting goes with its session, and comes back with it', async () => {
    const { sessionId } = await addWhole();
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    await send(path, { ...session, reunion_lignes: '1', reunion_1_sorte: '9', reunion_1_date: '2026-12-20' });
    const cancelledAt = async () =>
      (await db()('information_meetings').where({ session_id: sessionId }).first()).cancelled_at;
    await keeper.submit(`${path}/annuler`, { motif: 'Intempéries' }, `${path}/annuler`);
    expect(await cancelledAt()).toEqual(site.clock.now());
    await keeper.submit(`${path}/retablir`, {}, path);
    expect(await cancelledAt()).toBeNull();
  });

  test('what is published keeps a session, and an action', async () => {
    const { id, actionId, sessionId } = await addWhole();
    await step(id, 'publier');
    const take = (path: string) =>
      keeper.submit(`${CATALOGUE}/${path}/archiver`, {}, `${CATALOGUE}/formations/${id}`);
    expect((await take(`sessions/${sessionId}`)).status).toBe(409);
    expect((await take(`actions/${actionId}`)).status).toBe(409);
    await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, session);
    expect((await take(`sessions/${sessionId}`)).status).toBe(303);
    expect(await lastEntry(db())).toMatchObject({ action: 'offer_session.archived' });
    await step(id, 'depublier');
    expect((await take(`actions/${actionId}`)).status).toBe(303);
    expect((await keeper.get(`${CATALOGUE}/actions/${actionId}`)).status).toBe(404);
    expect(await lastEntry(db())).toMatchObject({ action: 'offer_action.archived' });
    // Its number is not given again: an import would take one for the other.
    await send(`${CATALOGUE}/formations/${id}/actions/nouvelle`, action);
    const numbers = await db()('offer_actions').where({ offer_id: id }).pluck('external_number');
    expect(new Set(numbers).size).toBe(2);
  });
});

test('a session that is over says so, and is worth a look while it is open', async () => {
  const { id, sessionId } = await addWhole();
  await send(`${CATALOGUE}/sessions/${sessionId}`, { ...session, debut: '01/2026', fin: '30/11/2026' });
  const { text } = await keeper.get(`${CATALOGUE}/formations/${id}`);
  expect(text).toContain('Terminée');
  expect(text).toContain('À vérifier');
  expect(text).toContain('son recrutement est ouvert');
});

describe('what becomes of a formation', () => {
  test('published, taken back, archived, begun again, deleted: each from its state alone', async () => {
    const { id } = await addWhole();
    const way = ['publier', 'depublier', 'archiver', 'reprendre'];
    for (const name of way) expect((await step(id, name)).status).toBe(303);
    expect(await stateOf(id)).toBe('draft');
    // It has been seen: it is archived rather than deleted.
    expect((await step(id, 'supprimer')).status).toBe(409);
    expect((await step(id, 'depublier')).status).toBe(409);
    const draft = await addOffer();
    expect((await step(draft, 'supprimer')).headers.location).toBe(CATALOGUE);
    expect(await stateOf(draft)).toBeUndefined();
  });

  test('copied, it is a draft of another number, without sessions', async () => {
    const { id } = await addWhole({ intitule: 'À copier' });
    const copied = numberIn((await step(id, 'dupliquer')).headers.location?.replace('/modifier', ''));
    const [before, after] = await Promise.all(
      [id, copied].map((one) => db()('offers').where({ id: one }).first()),
    );
    expect(after).toMatchObject({ title: 'À copier (copie)', state: 'draft' });
    expect(after.external_number).not.toBe(before.external_number);
    expect(await idsOf('offer_actions', copied)).toHaveLength(1);
    expect(await idsOf('offer_sessions', copied)).toEqual([]);
  });

  test('a session copied has other dates, and the rest', async () => {
    const { id, actionId, sessionId } = await addWhole();
    const { text } = await keeper.get(
      `${CATALOGUE}/actions/${actionId}/sessions/nouvelle?copie=${sessionId}`,
    );
    expect(text).toMatch(/id="debut"[^>]*>/);
    expect(text).toMatch(/value=""[^>]*id="debut"|id="debut"(?![^>]*value="04)/);
    expect(text).toMatch(/value="12"[^>]*id="places"/);
    await keeper.submit(
      `${CATALOGUE}/actions/${actionId}/sessions/nouvelle?copie=${sessionId}`,
      {
        ...session,
        debut: '03/2027',
        fin: '',
        version: await versionOn(keeper, `${CATALOGUE}/sessions/${sessionId}`),
      },
      CATALOGUE,
    );
    expect(
      await db()('offer_sessions').where({ offer_id: id }).orderBy('id').select('starts_raw', 'capacity'),
    ).toEqual([
      { starts_raw: '20270104', capacity: 12 },
      { starts_raw: '20270300', capacity: 12 },
    ]);
  });

  test('several are confirmed at once, those of others and drafts left out', async () => {
    const ids = await Promise.all([addWhole(), addWhole(), addWhole()]).then((all) =>
      all.map(({ id }) => id),
    );
    for (const id of ids.slice(0, 2)) await step(id, 'publier');
    await db()('offers')
      .whereIn('id', ids)
      .update({ confirmed_at: new Date(site.clock.now().getTime() - 200 * DAY) });
    expect((await keeper.get(`${CATALOGUE}?a_faire=confirmation`)).text).toContain('À confirmer');
    await keeper.submit(`${CATALOGUE}/confirmer`, { formation: ids.map(String) }, CATALOGUE);
    const dates = await db()('offers').whereIn('id', ids).orderBy('id').pluck('confirmed_at');
    expect(dates.filter((date) => date.getTime() === site.clock.now().getTime())).toHaveLength(2);
    expect(await lastEntry(db())).toMatchObject({ action: 'offers.confirmed', details: { formations: 2 } });
  });
});

test('the list is narrowed by each filter, in four statements at most', async () => {
  const { id } = await addWhole({ intitule: 'Soudeur à l’arc' });
  const shows = async (query: string) =>
    (await keeper.get(`${CATALOGUE}?${query}`)).text.includes('Soudeur à l’arc');
  expect(await shows('q=soudeur')).toBe(true);
  expect(await shows('q=arc%20SOUDEUR')).toBe(true);
  expect(await shows('q=plombier')).toBe(false);
  expect(await shows('q=soudeur&departement=33')).toBe(true);
  expect(await shows('q=soudeur&departement=87')).toBe(false);
  expect(await shows('q=soudeur&etat=published')).toBe(false);
  expect(await shows('q=soudeur&etat=draft')).toBe(true);
  await step(id, 'publier');
  expect(await shows('q=soudeur&a_faire=sessions')).toBe(false);
  await db()('offer_sessions').where({ offer_id: id }).update({ ends_on: '2026-11-01' });
  expect(await shows('q=soudeur&a_faire=sessions')).toBe(true);
  expect(await shows('q=soudeur&a_faire=points')).toBe(false);
  await db()('offers').where({ id }).update({ warnings: 2 });
  expect(await shows('q=soudeur&a_faire=points')).toBe(true);
  expect((await keeper.get(`${CATALOGUE}?q=soudeur`)).text).toContain('2\u00a0points à vérifier');
  expect(await shows('q=%25')).toBe(false);
  const statements = await recordStatements(() => keeper.get(`${CATALOGUE}?q=soudeur`));
  expect(statements.length).toBeLessThanOrEqual(4);
});

describe('another body', () => {
  test('has nothing of this one, by any address', async () => {
    const { id, actionId, sessionId } = await addWhole();
    const stranger = await someone({
      [await createStructure(db(), { isTrainingBody: true })]: ['of_catalogue'],
    });
    for (const path of [
      `formations/${id}`,
      `formations/${id}/modifier`,
      `formations/${id}/actions/nouvelle`,
      `actions/${actionId}`,
      `actions/${actionId}/sessions/nouvelle`,
      `sessions/${sessionId}`,
      `sessions/${sessionId}/annuler`,
      'formations/abc',
      'sessions/99999999999',
    ]) {
      expect((await stranger.get(`${CATALOGUE}/${path}`)).status, path).toBe(404);
    }
    for (const path of [
      `formations/${id}/publier`,
      `formations/${id}/supprimer`,
      `formations/${id}/dupliquer`,
      `sessions/${sessionId}/archiver`,
    ]) {
      expect((await stranger.submit(`${CATALOGUE}/${path}`, {}, CATALOGUE)).status, path).toBe(404);
    }
    expect(
      (await stranger.submit(`${CATALOGUE}/formations/${id}/modifier`, { ...offer, version: '1' }, CATALOGUE))
        .status,
    ).toBe(404);
    await stranger.submit(`${CATALOGUE}/confirmer`, { formation: String(id) }, CATALOGUE);
    expect(await stateOf(id)).toBe('draft');
  });

  test('of whoever keeps both is reached by changing structure', async () => {
    const { id, sessionId } = await addWhole();
    const second = await createStructure(db(), { name: 'Second institut', isTrainingBody: true });
    const both = await someone({ [body]: ['of_catalogue'], [second]: ['of_general'] });
    await both.submit('/rafaelpro/structure', { structure: String(second) }, '/rafaelpro/structure');
    const path = `${CATALOGUE}/formations/${id}`;
    const { status, text } = await both.get(path);
    expect(status).toBe(403);
    expect(text).toContain('Changez de structure pour continuer');
    expect(text).toContain(encodeURIComponent(path));
    expect((await both.submit(`${path}/publier`, {}, CATALOGUE)).status).toBe(403);
    expect((await both.submit(`${CATALOGUE}/sessions/${sessionId}/archiver`, {}, CATALOGUE)).status).toBe(
      403,
    );
    const onlyPreregistration = await someone({ [body]: ['of_preregistration'], [second]: ['of_general'] });
    await onlyPreregistration.submit(
      '/rafaelpro/structure',
      { structure: String(second) },
      '/rafaelpro/structure',
    );
    expect((await onlyPreregistration.get(path)).status).toBe(404);
  });

  test('« préinscription » alone keeps no catalogue', async () => {
    const other = await someone({ [body]: ['of_preregistration'] });
    expect((await other.get(CATALOGUE)).status).toBe(403);
    expect((await other.submit(`${CATALOGUE}/formations/nouvelle`, offer, '/rafaelpro')).status).toBe(403);
  });
});
