import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '#platform/security/secrets.ts';
import { signingKeys } from '#sso/keys/service.ts';
import { fieldLabels } from '#sso/registry/fields.ts';
import { fieldsOf, NEW_SERVICE, serviceForm } from '#sso/registry/schemas.ts';
import { findServices } from '#sso/services/repository.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { DAY } from '../support/database.ts';
import { journalOf } from '../support/journal.ts';
import { startListener } from '../support/listener.ts';
import { createStructure, createUser } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { createService, openVisitOf, secretsOf, visitsIn } from '../support/sso.ts';

let site: TestSite;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  agency = await site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const LIST = '/agence/services';
const NEW = `${LIST}/nouveau`;
const FIELDS = {
  nom: 'Offre & « Formation »',
  description: 'Tenir son offre à jour.',
  accueil: 'https://offre.example/',
  icone: 'journal-richtext',
  position: '5',
  contact: 'equipe@offre.example',
  ouvert_a: 'rights',
  droit_of_general: '1',
  utilisateur: 'email',
  cas: 'https://offre.example/cas\nhttps://offre.example/autre',
  retours: 'https://offre.example/retour',
  deconnexion: 'https://offre.example/deconnexion',
  recoit_mail: '1',
  nom_mail: 'courriel',
  recoit_siret: '1',
};
const kept = async (name: string) =>
  (await findServices(site.dependencies.db)).find((one) => one.name === name);

test('a service is registered as it was written, and changed', async () => {
  const { headers, status } = await agency.submit(NEW, FIELDS);
  expect(status).toBe(303);
  const service = await kept(FIELDS.nom);
  expect(headers.location).toBe(`${LIST}/${service?.id}`);
  expect(service).toMatchObject({
    key: 'offre-formation',
    homeUrl: 'https://offre.example/',
    opensTo: 'rights',
    rights: ['of_general'],
    subject: 'email',
    speaksCas: true,
    speaksOidc: true,
    contactEmail: 'equipe@offre.example',
    attributes: [
      { attribute: 'mail', name: 'courriel' },
      { attribute: 'siret', name: 'siret' },
    ],
    addresses: [
      { kind: 'backchannel', url: 'https://offre.example/deconnexion' },
      { kind: 'cas', url: 'https://offre.example/autre' },
      { kind: 'cas', url: 'https://offre.example/cas' },
      { kind: 'redirect', url: 'https://offre.example/retour' },
    ],
  });
  const edit = `${LIST}/${service?.id}/modifier`;
  const { text } = await agency.get(edit);
  expect(text).toContain('value="Offre &amp; « Formation »"');
  expect(text).toContain('https://offre.example/autre\nhttps://offre.example/cas</textarea>');
  const changed = {
    ...FIELDS,
    nom: 'Offre',
    retours: '',
    deconnexion: '',
    droit_of_general: '',
    ouvert_a: 'everyone',
    version: 1,
  };
  expect((await agency.submit(edit, changed)).status).toBe(303);
  expect(await kept('Offre')).toMatchObject({
    key: 'offre-formation',
    speaksOidc: false,
    rights: [],
    version: 2,
  });
  const stale = await agency.submit(edit, {
    ...changed,
    nom: 'Autrement',
    icone: 'people-fill',
    double_authentification: '1',
    droit_of_general: '1',
    recoit_mail: '',
    ...Object.fromEntries(
      ['givenname', 'sn', 'displayname', 'siret', 'structure', 'droit'].map((one) => [`nom_${one}`, one]),
    ),
  });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('value="Autrement"');
  const saved = [...stale.text.matchAll(/<dt>(.*?)<\/dt><dd class="prose">(.*?)<\/dd>/g)].map(
    ([, label, value]) => `${label}: ${value}`,
  );
  expect(saved).toEqual([
    'Nom: Offre',
    'Dessin de la tuile: Cahier',
    'Droit «\u00a0Gestionnaire OF général\u00a0»: non',
    'Exiger la double authentification: non',
    'Reçoit «\u00a0Adresse e-mail\u00a0»: oui',
  ]);
  expect((await journalOf(site.dependencies.db, 'service.%')).map(({ action }) => action)).toEqual([
    'service.created',
    'service.updated',
  ]);
});

test('every field of the form has a name, for whoever is told what another has saved', () => {
  expect(Object.keys(fieldLabels).sort()).toEqual(Object.keys(serviceForm(true).shape).sort());
  expect(Object.keys(fieldsOf(NEW_SERVICE)).sort()).toEqual(Object.keys(serviceForm(true).shape).sort());
});

test.each<[string, object, string, string]>([
  ['no name', { nom: '' }, 'nom', 'Donnez un nom'],
  ['81 characters', { nom: 'é'.repeat(81) }, 'nom', 'trop long'],
  ['a megabyte', { description: 'a'.repeat(1_000_000) }, '', ''],
  ['no right', { droit_of_general: '' }, 'ouvert_a', 'au moins un des droits'],
  ['another door', { ouvert_a: 'personne' }, 'ouvert_a', 'Dites à qui'],
  ['a pattern', { cas: 'https://*.example/' }, 'cas', 'pas une adresse acceptée'],
  ['a query', { cas: 'https://offre.example/?a=b' }, 'cas', 'point d’interrogation'],
  ['without TLS', { cas: 'http://offre.example/' }, 'cas', 'pas une adresse acceptée'],
  ['a name before the host', { retours: 'https://a@offre.example/' }, 'retours', 'pas une adresse acceptée'],
  [
    'eleven addresses',
    { cas: Array.from({ length: 11 }, (_, n) => `https://offre.example/${n}`).join('\n') },
    'cas',
    '10 adresses',
  ],
  ['an address of mail as none', { contact: 'equipe' }, 'contact', ''],
  ['two things under one name', { nom_siret: 'courriel' }, 'nom_siret', 'sert déjà'],
  ['a name with blanks', { nom_mail: 'adresse mail' }, 'nom_mail', 'sans accent'],
  ['XML for a name', { nom_mail: '<b>' }, 'nom_mail', 'sans accent'],
  ['a name that CAS gives to something else', { nom_mail: 'isFromNewLogin' }, 'nom_mail', 'autre chose'],
  ['the same in lower case', { nom_mail: 'authenticationdate' }, 'nom_mail', 'autre chose'],
  ['a script', { accueil: 'javascript:alert(1)' }, 'accueil', 'pas une adresse acceptée'],
  ['another host in disguise', { accueil: '//ailleurs.example/' }, 'accueil', 'pas une adresse acceptée'],
  ['a proxy without a callback', { mandataire: '1' }, 'rappels', 'tickets de mandataire'],
])('refused: %s', async (_what, fields, field, words) => {
  const { status, text } = await agency.submit(NEW, { ...FIELDS, nom: 'Refusé', ...fields });
  expect(status).toBeGreaterThan(400);
  expect(status).toBeLessThan(500);
  if (field) expect(text).toContain(`href="#${field}"`);
  expect(text).toContain(words);
  expect(await kept('Refusé')).toBeUndefined();
});

test('a tile may lead to a page of this site', async () => {
  const { status } = await agency.submit(NEW, { ...FIELDS, nom: 'Ici', accueil: '/rafaelpro' });
  expect(status).toBe(303);
  expect((await kept('Ici'))?.homeUrl).toBe('/rafaelpro');
});

test('addresses that are compared sign by sign stay as they were typed; those of CAS are as browsers write them', async () => {
  const typed = 'https://Nu.example:443';
  await agency.submit(NEW, {
    ...FIELDS,
    nom: 'Nu',
    cas: typed,
    retours: 'https://nu.example',
    sorties: `${typed}?a=b`,
    deconnexion: typed,
  });
  expect((await kept('Nu'))?.addresses).toEqual([
    { kind: 'backchannel', url: typed },
    { kind: 'cas', url: 'https://nu.example/' },
    { kind: 'post_logout', url: `${typed}?a=b` },
    { kind: 'redirect', url: 'https://nu.example' },
  ]);
});

test('an address that another service has too is told of', async () => {
  await createService(site.dependencies.db, {
    fields: { name: 'Large' },
    addresses: { cas: ['https://large.example/'] },
  });
  await agency.submit(NEW, { ...FIELDS, nom: 'Étroit', cas: 'https://large.example/etroit' });
  const service = await kept('Étroit');
  expect((await agency.get(`${LIST}/${service?.id}`)).text).toContain('en couvre une autre, de\u00a0: Large');
  const page = (asked: string) => agency.get(`${LIST}/${service?.id}?adresse=${encodeURIComponent(asked)}`);
  expect((await page('https://large.example/etroit/x')).text).toContain('correspond à ce service');
  expect((await page('https://large.example/etroitx')).text).toContain(
    'correspond à un autre service\u00a0: Large',
  );
  expect((await page('https://large.example.evil.example/')).text).toContain('ne correspond à aucun service');
});

describe('a secret', () => {
  const pageOf = async (id: number) => (await agency.get(`${LIST}/${id}`)).text;
  const presentIn = (text: string) => /name="present" value="(\d*)"/.exec(text)?.[1] ?? '';
  const send = (id: number, present: string) =>
    agency.submit(`${LIST}/${id}/secret`, { present }, `${LIST}/${id}`);
  async function renew(id: number): Promise<string> {
    const { text, status } = await send(id, presentIn(await pageOf(id)));
    expect(status).toBe(200);
    return /<code>([\w-]{43})<\/code>/.exec(text)?.[1] ?? '';
  }

  test('is shown once, kept as a hash, and the one before it opens for two weeks more', async () => {
    const { db } = site.dependencies;
    const { id } = await createService(db, { addresses: { redirect: ['https://secret.example/'] } });
    const first = await renew(id);
    expect(await pageOf(id)).not.toContain(first);
    expect(await pageOf(id)).toContain('le secret présent ouvre encore 14');
    const second = await renew(id);
    const end = new Date(site.clock.now().getTime() + 14 * DAY);
    expect(await secretsOf(db, id)).toMatchObject([
      { secret_hash: hashToken(first), expires_at: end },
      { secret_hash: hashToken(second), expires_at: null },
    ]);
    const setEnd = (days: number) => {
      const expires_at = new Date(site.clock.now().getTime() + days * DAY);
      return db('service_secrets')
        .where({ service_id: id })
        .whereNotNull('expires_at')
        .update({ expires_at });
    };
    // Lost on the way, it is made once more: the service still lives by the first, whose end stays.
    await setEnd(13);
    expect(await pageOf(id)).toMatch(
      /le secret du 1\sdéc\.\s2026 n’ouvre plus[^<]*ouvre toujours jusqu’au 14\sdéc\.\s2026/,
    );
    const third = await renew(id);
    expect(await secretsOf(db, id)).toMatchObject([
      { secret_hash: hashToken(first), expires_at: new Date(end.getTime() - DAY) },
      { secret_hash: hashToken(third), expires_at: null },
    ]);
    await setEnd(0);
    const fourth = await renew(id);
    expect(await secretsOf(db, id)).toMatchObject([
      { secret_hash: hashToken(third), expires_at: end },
      { secret_hash: hashToken(fourth), expires_at: null },
    ]);
    const cas = await createService(db);
    expect((await send(cas.id, '')).status).toBe(409);
  });

  test('whose form is sent twice is renewed once', async () => {
    const { db } = site.dependencies;
    const { id } = await createService(db, { addresses: { redirect: ['https://secret.example/'] } });
    await renew(id);
    const present = presentIn(await pageOf(id));
    expect((await send(id, present)).status).toBe(200);
    const before = await secretsOf(db, id);
    for (const old of [present, '', 'x']) {
      const again = await send(id, old);
      expect(again.status).toBe(409);
      expect(again.text).toContain('vient d’être renouvelé');
    }
    expect(await secretsOf(db, id)).toEqual(before);
  });

  test('is gone with OpenID Connect, and opens nothing when that comes back', async () => {
    const { db } = site.dependencies;
    await agency.submit(NEW, { ...FIELDS, nom: 'Sans retour' });
    const id = (await kept('Sans retour'))?.id ?? 0;
    await renew(id);
    const fields = { ...FIELDS, nom: 'Sans retour', retours: '', version: 1 };
    expect((await agency.submit(`${LIST}/${id}/modifier`, fields)).status).toBe(303);
    expect(await secretsOf(db, id)).toEqual([]);
  });
});

test('suspended at once, with what is open; opened again; deleted only when nothing waits', async () => {
  const { db } = site.dependencies;
  const { id } = await createService(db, { fields: { name: 'À fermer' } });
  const user = await createUser(db);
  await openVisitOf(db, user.id, id, { logout_url: 'https://closed.example/' });
  const send = (path: string) => agency.submit(`${LIST}/${id}/${path}`, {}, `${LIST}/${id}`);
  expect((await send('supprimer')).status).toBe(409);
  expect((await send('suspendre')).status).toBe(303);
  expect((await visitsIn(db, { service_id: id })).map(({ because }) => because)).toEqual(['suspended']);
  expect((await send('suspendre')).status).toBe(409);
  expect((await send('supprimer')).status).toBe(409);
  await db('sso_visits').where({ service_id: id }).update({ next_at: null });
  expect((await send('reprendre')).status).toBe(303);
  await openVisitOf(db, user.id, id);
  expect((await send('fermer-les-sessions')).status).toBe(303);
  expect((await visitsIn(db, { service_id: id })).map(({ because }) => because)).toEqual([
    'suspended',
    'agency',
  ]);
  await send('suspendre');
  expect((await send('supprimer')).headers.location).toBe(LIST);
  expect((await agency.get(`${LIST}/${id}`)).status).toBe(404);
});

describe('what a service receives of somebody', () => {
  test('and whether they enter, and why not', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db, { name: 'Organisme <b>', isTrainingBody: true });
    const inside = await createUser(db, {
      lastName: 'Dedans',
      affiliations: { [structure]: ['of_general'] },
    });
    const outside = await createUser(db, { lastName: 'Dehors' });
    const { id } = await createService(db, { fields: { opens_to: 'rights' }, rights: ['of_general'] });
    const found = await agency.get(`${LIST}/${id}/personnes?q=Dedans`);
    expect(found.text).toContain(`${LIST}/${id}/personnes/${inside.id}`);
    const yes = (await agency.get(`${LIST}/${id}/personnes/${inside.id}`)).text;
    expect(yes).toContain('Cette personne entre');
    expect(yes).toContain('Gestionnaire OF général (Organisme &lt;b&gt;)');
    const no = (await agency.get(`${LIST}/${id}/personnes/${outside.id}`)).text;
    expect(no).toContain('n’entre pas');
    expect(no).toContain('votre compte n’est rattaché à aucune');
    for (const unknown of ['999999', 'x', '%00'])
      expect((await agency.get(`${LIST}/${id}/personnes/${unknown}`)).status).toBe(404);
  });
});

test('figures by day, and the logouts that did not arrive', async () => {
  const { db } = site.dependencies;
  const { id } = await createService(db, { fields: { name: 'Compté' } });
  const user = await createUser(db);
  const at = (day: string) => new Date(`2026-11-${day}T10:00:00Z`);
  await openVisitOf(db, user.id, id, { opened_at: at('28') });
  await openVisitOf(db, user.id, id, { opened_at: at('28') });
  await openVisitOf(db, user.id, id, {
    opened_at: at('29'),
    closed_at: at('30'),
    because: 'signed_out',
    logout_url: 'https://mute.example/',
    attempts: 5,
    given_up_at: at('30'),
  });
  const page = (await agency.get(`${LIST}/${id}`)).text;
  expect(page).toMatch(/28.nov\..2026<\/th><td class="number">2<\/td><td class="number">1<\/td>/);
  expect(page).toContain('Entrées dans Compté');
  expect((await agency.get(`${LIST}/${id}/deconnexions`)).text).toContain('Abandonnée');
  expect((await agency.get(LIST)).text).toContain(`href="/agence/services/${id}/deconnexions">1</a>`);
});

describe('« Essayer »', () => {
  const entryOf = (id: number) =>
    `/cas/login?service=${encodeURIComponent(`${site.dependencies.config.publicUrl}/agence/services/${id}/essai/retour`)}`;
  const back = (location: string) => location.slice(site.dependencies.config.publicUrl.length);

  test('signs the manager in as the service would, once, and shows what it would receive', async () => {
    const { db } = site.dependencies;
    const { id } = await createService(db, { addresses: { redirect: ['https://essai.example/retour'] } });
    expect((await agency.get(`${LIST}/${id}/essai`)).text).toContain(
      `href="${entryOf(id).replaceAll('&', '&amp;')}"`,
    );
    const { headers } = await agency.get(entryOf(id));
    expect(headers.location).toContain(`/agence/services/${id}/essai/retour?ticket=ST-`);
    const page = await agency.get(back(headers.location as string));
    expect(page.text).toContain('Vous entreriez');
    expect(page.text).toContain('&lt;cas:authenticationSuccess');
    expect(page.text).toContain('&#34;email_verified&#34;: true');
    expect(await visitsIn(db, { service_id: id })).toMatchObject([{ logout_url: null, closed_at: null }]);
    const again = await agency.get(back(headers.location as string));
    expect(again.text).toContain('Le ticket est refusé');
    expect(again.text).not.toContain('email_verified');
  });

  test('says why the manager would not enter, as to anybody', async () => {
    const { id } = await createService(site.dependencies.db, {
      fields: { opens_to: 'rights' },
      rights: ['of_general'],
    });
    const answer = await agency.get(entryOf(id));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('aucune');
  });

  test('a ticket for the page of one service is none for another’s', async () => {
    const { db } = site.dependencies;
    const [one, other] = [await createService(db), await createService(db)];
    const { headers } = await agency.get(entryOf(one.id));
    const elsewhere = back(headers.location as string).replace(`/${one.id}/`, `/${other.id}/`);
    expect((await agency.get(elsewhere)).text).toContain('Le ticket est refusé');
  });

  test('tells the service of a session that it does not know, and shows what it answers', async () => {
    const listener = await startListener();
    const { id } = await createService(site.dependencies.db, {
      fields: { cas_logout_url: `${listener.url}/cas` },
      addresses: {
        cas: ['https://sortie.example/'],
        redirect: ['https://sortie.example/r'],
        backchannel: [`${listener.url}/oidc`],
      },
    });
    const tried = () => agency.submit(`${LIST}/${id}/essai`, {}, `${LIST}/${id}/essai`);
    listener.answer((res) => void res.writeHead(res.req.url === '/oidc' ? 400 : 204).end());
    const first = (await tried()).text;
    expect(first).toContain('reçue (réponse 204)');
    // As in earnest: no other logout that is refused has arrived.
    expect(first).toContain('refusée (réponse 400)');
    expect(listener.heard.map(({ path }) => path).sort()).toEqual(['/cas', '/oidc']);
    // A page in its place is none of a logout, as in earnest; the portal's own is, where CAS asks who is there.
    listener.answer(
      (res) =>
        void res
          .writeHead(302, { location: res.req.url === '/oidc' ? '/' : 'http://localhost:3000/cas/login' })
          .end(),
    );
    const second = (await tried()).text;
    expect(second).toContain('non reçue (réponse 302');
    expect(second).toContain('reçue (réponse 302).');
    await listener.close();
    expect((await tried()).text).toContain('pas de réponse\u00a0: rien n’écoute à cette adresse.');
    const none = await createService(site.dependencies.db);
    expect((await agency.submit(`${LIST}/${none.id}/essai`, {}, `${LIST}/${none.id}/essai`)).text).toContain(
      'pas d’adresse de déconnexion fixe',
    );
  });
});

test('the key that signs is renewed, a day from now, once', async () => {
  const sent = await agency.submit(`${LIST}/cles`, {}, LIST);
  expect(sent.headers.location).toBe(`${LIST}#cles`);
  expect((await agency.get(LIST)).text).toContain('La prochaine clé est publiée');
  await agency.submit(`${LIST}/cles`, {}, LIST);
  expect(await journalOf(site.dependencies.db, 'sso.keys_rotated')).toHaveLength(1);
});

test('a key that somebody has read is replaced at once: nothing that it has signed is good any more', async () => {
  const { dependencies } = site;
  const [before] = await signingKeys(dependencies);
  const sent = await agency.submit(`${LIST}/cles/remplacer`, {}, LIST);
  expect(sent.headers.location).toBe(`${LIST}#cles`);
  const keys = await signingKeys(dependencies);
  expect(keys).toHaveLength(1);
  expect(keys[0].kid).not.toBe(before.kid);
  expect(keys[0].usedFrom <= site.clock.now()).toBe(true);
  expect((await agency.get('/oidc/jwks')).text).not.toContain(before.kid);
  expect(await journalOf(dependencies.db, 'sso.keys_replaced')).toHaveLength(1);
});
