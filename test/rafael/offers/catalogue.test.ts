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
  contenu: 'Pierre, chaux, bois.',
  parcours: '2',
  certifiante: '1',
  entree: '1',
  sortie: '13',
  rncp: '35233',
  contact_nom: 'Accueil',
  contact_telephone: '05 56 00 00 00',
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
  adresse: '1 rue X',
  code_postal: '33000',
  ville: 'Bordeaux',
  places: '12',
  rendez_vous: '0',
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
    expect((await keeper.get(page)).text).toContain('« formation » doit contenir « action ».');
    await send(`${page}/actions/nouvelle`, { ...action, programme: '' });
    const [actionId = 0] = await idsOf('offer_actions', id);
    expect((await keeper.get(page)).text).toContain('« action » doit contenir « session ».');
    await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, {
      ...session,
      rendez_vous: '2',
      rdv0_sorte: '9',
      rdv0_date: '15/12/2026',
      rdv0_de: '14h15',
      rdv0_a: '16h',
      rdv0_places: '15',
      rdv1_sorte: '8',
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
  test('says what is missing at each field, and keeps what was typed', async () => {
    const { status, text } = await send(`${CATALOGUE}/formations/nouvelle`, {
      ...offer,
      objectif: ' - ',
      formacodes: '22254 abc',
      parcours: '',
    });
    expect(status).toBe(422);
    expect(text).toContain('Renseignez : Objectifs.');
    expect(text).toContain('« ABC » n’est pas un code : écrivez par exemple 22254.');
    expect(text).toContain('Choisissez : Type de parcours.');
    expect(text).toContain('Pierre, chaux, bois.');
  });

  test.each([
    ['debut', '31/02/2027', 'Écrivez une date comme 04/01/2027'],
    ['fin', '03/01/2027', 'La session finit avant de commencer.'],
    ['inscription_au', '01/01/2027', 'Donnez aussi le début des inscriptions.'],
    ['places', '-1', 'Saisissez un nombre entier de 0 à 99'],
    ['adresse', '', 'Renseignez : Adresse où s’inscrire.'],
    ['etat', '7', 'Choisissez : Recrutement.'],
  ])('of a session refuses %s = « %s »', async (field, value, message) => {
    const { actionId } = await addWhole();
    const { status, text } = await send(`${CATALOGUE}/actions/${actionId}/sessions/nouvelle`, {
      ...session,
      [field]: value,
    });
    expect(status).toBe(422);
    expect(text).toContain(message);
  });

  test('asks for the date of a meeting that says something, and adds lines when asked', async () => {
    const { sessionId } = await addWhole();
    const path = `${CATALOGUE}/sessions/${sessionId}`;
    const more = await send(path, {
      ...session,
      rendez_vous: '3',
      rdv0_sorte: '9',
      rdv0_ville: 'Pau',
      etape: 'ajouter',
    });
    expect(more.status).toBe(200);
    expect(more.text).toContain('value="6"');
    expect(more.text).toContain('value="Pau"');
    const undated = await send(path, { ...session, rendez_vous: '1', rdv0_sorte: '9', rdv0_ville: 'Pau' });
    expect(undated.status).toBe(422);
    expect(undated.text).toContain('Donnez la date de ce rendez-vous, ou videz la ligne.');
  });

  test('takes no megabyte, and no field twice', async () => {
    const long = await send(`${CATALOGUE}/formations/nouvelle`, { ...offer, contenu: 'a'.repeat(3001) });
    expect(long.status).toBe(422);
    expect(long.text).toContain('Ce champ est trop long');
    const huge = await send(`${CATALOGUE}/formations/nouvelle`, { ...offer, contenu: 'a'.repeat(1_000_000) });
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
  });
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

  test('« préinscription » alone keeps no catalogue', async () => {
    const other = await someone({ [body]: ['of_preregistration'] });
    expect((await other.get(CATALOGUE)).status).toBe(403);
    expect((await other.submit(`${CATALOGUE}/formations/nouvelle`, offer, '/rafaelpro')).status).toBe(403);
  });
});
