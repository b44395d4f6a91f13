import { endNewDatesLink } from '#catalogue/new-sessions/stop.ts';
import { endAlertsLink } from '#catalogue/saved-searches/stop.ts';
import { endDigestLink } from '#enrolment/notices/digest.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import { codeAt } from '#identity/second-factor/totp.ts';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { withText } from '#rafael/lheo/tree.ts';
import { type Service, tryOutAddress } from '#sso/services/rules.ts';
import { findService } from '#sso/services/service.ts';
import { formationAt } from '../../bench/rafael/formations.ts';
import {
  addPasskey,
  CONFIRM,
  PAGE as PASSKEYS,
  passkeyIdOf,
  signInWith,
} from '../identity/passkeys/people.ts';
import { keyShown, PAGE as SECOND_FACTOR } from '../identity/second-factor/people.ts';
import { pendingOfEachKind } from '../requests/inbox/people.ts';
import { filledIn } from '../structures/account-requests/forms.ts';
import type { TestSite, Visitor } from '../support/app.ts';
import { createBadge } from '../support/badges.ts';
import { setDates, slotsOf } from '../support/catalogue.ts';
import { HOUR } from '../support/database.ts';
import { actorOf, createFormation } from '../support/enrolments.ts';
import { lheoFile, planOf } from '../support/offer-imports.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { asProvider, createSigningScene, createTrainerLink, roomOf } from '../support/signing.ts';

/** Reads a page; an answer is as supertest gives it. */
export type Judge = (
  address: string,
  answer: { text?: string; status?: number; headers: Record<string, string> },
) => void;

/** Sends and opens pages that no walk comes to, and has each judged. */
export interface FurtherPage {
  /** What leads there, as the test is called. */
  name: string;
  open(judge: Judge): Promise<void>;
}

const plain = (value = '') =>
  value
    .replaceAll('&#34;', '"')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** The fields of the form of a page that holds a given one, as they are shown. */
function shownFields(html: string, holding: string): Record<string, string> {
  const form = [...html.matchAll(/<form\s[\s\S]*?<\/form>/g)]
    .map(([one]) => one)
    .find((one) => one.includes(`name="${holding}"`));
  if (!form) throw new Error(`no form with « ${holding} »`);
  const value = (tag: string, name = 'value') => plain(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]);
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\s[^>]*>/g))
    if (!/type="(checkbox|radio)"/.test(tag) || /\schecked/.test(tag))
      fields[value(tag, 'name')] = value(tag);
  for (const [, tag = '', text] of form.matchAll(/(<textarea\s[^>]*>)\n?([^<]*)<\/textarea>/g))
    fields[value(tag, 'name')] = plain(text);
  for (const [all, tag = ''] of form.matchAll(/(<select\s[^>]*>)[\s\S]*?<\/select>/g))
    fields[value(tag, 'name')] = value(/<option[^>]*\sselected[^>]*>/.exec(all)?.[0] ?? '');
  delete fields[''];
  return fields;
}

/**
 * Makes what leads to the pages that no link of another page does: links that are mailed, second steps of a form,
 * what is asked again, nothing ticked.
 * @param hostile goes into what is typed on the way
 */
export async function furtherPages(site: TestSite, hostile: string): Promise<FurtherPage[]> {
  const { db, config, clock } = site.dependencies;
  const own = await createStructure(db, { memberIn: [2026] });
  const formation = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
  const otherSession = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
  await db('sessions').where({ id: otherSession.sessionId }).update({ action_id: formation.actionId });
  const person = await createUser(db, { affiliations: { [own]: [] } });
  const validator = await createUser(db, { affiliations: { [own]: ['hr_validator', 'referent'] } });
  const trainer = await createUser(db, { affiliations: { [formation.providerId]: ['provider'] } });
  const manager = await createUser(db, { isAgencyManager: true });
  const withKey = await createUser(db, { affiliations: { [own]: [] } });
  const withFactor = await createUser(db, { isAgencyManager: true });
  const { suppressions } = await pendingOfEachKind(site, {
    structure: own,
    userId: person.id,
    at: clock.now(),
    email: person.email,
  });
  const enrolment = await requestEnrolment(site.dependencies, await actorOf(db, person.id), {
    actionId: formation.actionId,
    sessionId: formation.sessionId,
    structureId: own,
    motivation: 'Progresser',
  });
  const affiliation = await db('affiliations').where({ user_id: validator.id }).first('id');
  const passkey = await addPasskey(await site.signedIn(withKey.email));
  const passkeyPage = `${PASSKEYS}/${await passkeyIdOf(site, passkey)}`;
  const stranger = 'inconnue@structure.example';
  await site.visitor().submit('/account-requests/add', filledIn(own, stranger));
  await site.visitor().submit('/mot-de-passe-oublie', { email: person.email });
  const newEmail = 'nouvelle@structure.example';
  await (await site.signedIn(validator.email)).submit('/mon-compte/adresse-email', {
    new_email: newEmail,
    present_password: TEST_PASSWORD,
  });
  await site.runJobs();
  const mailed = (email: string, path: string) => {
    const link = site.mailbox
      .to(email)
      .map(({ text }) => new RegExp(`${path}/[^\\s>]+`).exec(text)?.[0])
      .find(Boolean);
    if (!link) throw new Error(`no link to ${path} for ${email}`);
    return link;
  };
  const account = mailed(stranger, '/account-requests/confirmer');
  const password = mailed(person.email, '/mot-de-passe-oublie');
  const email = mailed(newEmail, '/mon-compte/adresse-email/confirmer');
  const decision = mailed(validator.email, '/parcourspro/validation');

  const as = async ({ email: login }: TestUser, profil?: string): Promise<Visitor> => {
    const browser = await site.signedIn(login);
    if (profil) await browser.submit('/parcourspro/profil', { profil }, '/mes-structures');
    return browser;
  };
  const asValidator = () => as(validator, `hr_validator:${own}`);
  const asTrainer = () => as(trainer, `provider:${formation.providerId}`);
  const pages: FurtherPage[] = [];
  const page = (name: string, open: FurtherPage['open']) => pages.push({ name, open });
  const opened = (name: string, path: string, who: () => Promise<Visitor> | Visitor = () => site.visitor()) =>
    page(name, async (judge) => judge(path, await (await who()).get(path)));
  const sent = (
    name: string,
    path: string,
    who: () => Promise<Visitor>,
    fields: Record<string, string> = {},
  ) => page(name, async (judge) => judge(path, await (await who()).submit(path, fields, '/mes-structures')));

  opened('a link to confirm an account request', account);
  opened('a link to a new password', password);
  opened('a link to confirm an address', email, () => as(validator));
  opened('a link that ends digests', endDigestLink.path(config.secrets, affiliation.id));
  opened('a link that ends alerts', endAlertsLink.path(config.secrets, person.id));
  opened('a link that ends e-mails about new dates', endNewDatesLink.path(config.secrets, person.id));
  opened('a questionnaire that is no more', '/parcourspro/questionnaire/aucun');
  page('the code of a document', async (judge) => {
    const { code } = await db('issued_documents').orderBy('id').first('code');
    judge(`/verifier/${code}`, await site.visitor().get(`/verifier/${code}`));
  });
  page('a link that has decided', async (judge) => {
    const browser = site.visitor();
    judge(decision, await browser.submit(decision, { decision: 'refuser', motif: hostile }));
    judge(decision, await browser.get(decision));
  });

  sent('nothing ticked, as validator', '/parcourspro/valideur/selection', asValidator, {
    decision: 'approuver',
  });
  sent('nothing ticked, as référent', '/mes-structures/selection', () => as(validator), {
    decision: 'accepter',
  });
  sent(
    'nothing ticked, as training body',
    `/parcourspro/prestataire/seances/${formation.sessionId}/selection`,
    asTrainer,
    { decision: 'accepter' },
  );
  // Hostile words do not fit this field of the forms of sessions.
  const postcode = { code_postal: '33600' };
  const proposal = `/parcourspro/prestataire/propositions/nouvelle?session=${formation.sessionId}`;
  page('a proposal to check', async (judge) => {
    const browser = await asTrainer();
    const fields = shownFields((await browser.get(proposal)).text, 'commentaire');
    judge(
      proposal,
      await browser.submit(proposal, { ...fields, ...postcode, places: '9', commentaire: hostile }),
    );
  });

  const scene = await createSigningScene(site);
  // From this morning until tonight, whenever that is.
  await setDates(db, scene.sessionId, [
    {
      starts_at: new Date(clock.now().getTime() - 2 * HOUR),
      ends_at: new Date(clock.now().getTime() - HOUR),
    },
    {
      starts_at: new Date(clock.now().getTime() - HOUR / 2),
      ends_at: new Date(clock.now().getTime() + HOUR),
    },
  ]);
  const [past, present] = (await slotsOf(db, scene.sessionId)).map(({ id }) => id) as [number, number];
  const [signer, late, absent] = scene.people as [TestUser, TestUser, (typeof scene.people)[0]];
  const token = 'le-lien-d-un-intervenant-de-ce-test';
  await createTrainerLink(db, {
    sessionId: scene.sessionId,
    slotId: present,
    by: scene.provider.id,
    token,
    at: clock.now(),
  });
  const OWN = '/parcourspro/mon-espace/emargement';
  page('a half-day to sign', async (judge) => {
    const browser = await as(signer);
    await browser.get(roomOf(site, present).path);
    judge(OWN, await browser.get(OWN));
    judge(OWN, await browser.submit(OWN, { dessin: hostile }));
    judge(OWN, await browser.submit(OWN, { dessin: '' }));
    judge(OWN, await browser.submit(`${OWN}/code`, { chiffres: hostile }, OWN));
  });
  page('a half-day to sign late', async (judge) => {
    const browser = await as(late);
    const path = `${OWN}/${past}/retard`;
    judge(path, await browser.submit(path, { motif: '', dessin: hostile }));
    judge(path, await browser.submit(path, { motif: hostile, dessin: '' }));
    judge(OWN, await browser.get(OWN));
  });
  opened('a code of no room', '/e/aucun');
  page('the link of a trainer', async (judge) => {
    const browser = site.visitor();
    const home = `/parcourspro/intervenant/${token}`;
    const half = `${home}/creneaux/${present}`;
    for (const path of [home, half, `${half}/salle`]) judge(path, await browser.get(path));
    const marks = { personne: String(absent.enrolmentId), version: '0' };
    const hours = { [`heures-${absent.enrolmentId}`]: hostile };
    judge(half, await browser.submit(`${half}/presences`, { ...marks, ...hours }, half));
    judge(
      half,
      await browser.submit(`${half}/presences`, { ...marks, [`present-${absent.enrolmentId}`]: '1' }, half),
    );
  });
  page('a message to read again', async (judge) => {
    const browser = await asProvider(site, scene);
    const form = `/parcourspro/prestataire/seances/${scene.sessionId}/messages/nouveau`;
    const [one] = scene.people;
    const words = { objet: hostile, message: hostile };
    judge(form, await browser.submit(form, { personne: one?.enrolmentId ?? 0, ...words }));
  });
  page('a session that is signed', async (judge) => {
    const browser = await asProvider(site, scene);
    const base = `/parcourspro/prestataire/seances/${scene.sessionId}`;
    judge(base, await browser.submit(`${base}/signatures`, { nom: hostile }));
    const link = { nom: hostile, demi_journees: String(present) };
    judge(base, await browser.submit(`${base}/signatures`, link));
    for (const path of ['/signatures', `/creneaux/${past}`, `/creneaux/${present}/salle`, '/preuve.json'])
      judge(base + path, await browser.get(base + path));
    const explained = { motif_commun: hostile };
    judge(base, await browser.get(`${base}/presence/ecarts`));
    judge(base, await browser.submit(`${base}/presence/ecarts`, explained));
    judge(base, await browser.get(`${base}/presence/ecarts`));
  });

  const asManager = () => as(manager);
  opened('an account to delete', `/agence/suppressions/${suppressions}`, asManager);
  opened('another session to choose', `/agence/inscriptions/${enrolment.id}/deplacer`, asManager);
  opened('a session to bring back', `/agence/sessions/${formation.sessionId}/retablir`, asManager);
  const session = `/agence/catalogue/actions/${formation.actionId}/sessions/${otherSession.sessionId}`;
  /** Opens a form, changes some of it and sends it. */
  const changed = (
    name: string,
    path: string,
    holding: string,
    change: (shown: Record<string, string>) => Record<string, string>,
  ) =>
    page(name, async (judge) => {
      const browser = await asManager();
      const shown = shownFields((await browser.get(path)).text, holding);
      judge(path, await browser.submit(path, { ...shown, ...postcode, ...change(shown) }));
    });
  changed('a session to check', session, 'creneaux', () => ({
    reference: hostile,
    lieu: hostile,
    etape: '',
  }));
  changed(
    'new dates to check',
    `/agence/sessions/${formation.sessionId}/dates`,
    'creneaux',
    ({ lieu = '' }) => ({
      lieu: `${lieu} bis`,
      motif: hostile,
      etape: '',
    }),
  );
  changed('what somebody else saved', `/agence/catalogue/actions/${formation.actionId}`, 'titre', () => ({
    titre: hostile,
    version: '0',
    etape: '',
  }));
  const quoted = `"${hostile.replaceAll('"', '""')}"`;
  page('files to check', async (judge) => {
    const browser = await asManager();
    const { siret } = await db('structures').where({ id: own }).first('siret');
    const memberships = '/agence/adhesions/import';
    const texte = `siret;annee\n${quoted};2026\n${siret};2027`;
    judge(memberships, await browser.submit(memberships, { texte, fichier: '' }));
    for (const subject of ['actions', 'sessions']) {
      const path = `/agence/catalogue/import/${subject}`;
      const model =
        (await browser.get(`${path}/modele.csv`)).text.replace(/^\ufeff/, '').split('\r\n')[0] ?? '';
      const width = model.split(';').length;
      const file = `${model};${quoted}\n${Array(width + 1)
        .fill(quoted)
        .join(';')}`;
      const form = new URLSearchParams({ _csrf: await browser.token(path), texte: file });
      judge(path, await browser.agent.post(path).type('form').send(form.toString()));
    }
  });
  page('a file of codes to check', async (judge) => {
    const browser = await asManager();
    for (const list of ['formacode', 'certifications']) {
      const path = `/agence/rafaelpro/codes/${list}`;
      const fichier = `code;libelle;domaine;${quoted}\n12345;${quoted};${quoted};${quoted}\n${quoted};${quoted};;\n`;
      judge(path, await browser.submit(path, { fichier }));
    }
  });
  page('a question', async (judge) => {
    const browser = await asManager();
    const { id } = await db('action_kinds').first('id');
    const survey = `/agence/questionnaires/${id}`;
    await browser.submit(`${survey}/brouillon`, {}, survey);
    const question = `${survey}/questions/nouvelle`;
    judge(question, await browser.get(question));
    const fields = { label: hostile, type: hostile, choices: hostile };
    judge(question, await browser.submit(`${survey}/questions`, fields, question));
  });

  page('badges as browsers open them', async (judge) => {
    const badge = await createBadge(site, { userId: person.id, enrolmentId: enrolment.id, by: manager.id });
    for (const path of ['/badges/emetteur', `/badges/modeles/${badge.modelId}/1`, `/badges/${badge.code}`]) {
      judge(path, await site.visitor().get(path).set('Accept', 'text/html'));
    }
    const browser = site.visitor();
    judge(badge.code, await browser.submit(`/badges/${badge.code}`, { email: hostile }, '/connexion'));
  });
  page('a passkey to rename, to take away', async (judge) => {
    const browser = site.visitor();
    await signInWith(browser, passkey);
    judge(passkeyPage, await browser.get(`${passkeyPage}/renommer`));
    judge(passkeyPage, await browser.submit(`${passkeyPage}/renommer`, { nom: hostile.repeat(9) }));
    judge(passkeyPage, await browser.get(`${passkeyPage}/retirer`));
  });
  page('who is there, asked again', async (judge) => {
    const kept = { envoi_verification: '1', suite_verification: `/?${hostile}`, [hostile]: hostile };
    for (const who of [withKey, person]) {
      const browser = await as(who);
      judge(CONFIRM, await browser.get(`${CONFIRM}?suite=${encodeURIComponent(`/?${hostile}`)}`));
      judge(CONFIRM, await browser.submit(CONFIRM, { ...kept, verification: hostile }));
    }
  });
  page('a sign-in without cookies', async (judge) => {
    judge(
      '/connexion',
      await site.visitor().post('/connexion', { identifiant: hostile, mot_de_passe: hostile }),
    );
  });
  page('the second factor, then what asks for it', async (judge) => {
    const browser = await as(withFactor);
    judge(SECOND_FACTOR, await browser.submit(SECOND_FACTOR, { mot_de_passe: TEST_PASSWORD }));
    const key = await keyShown(browser);
    const keyPage = `${SECOND_FACTOR}/cle`;
    judge(keyPage, await browser.submit(keyPage, { code: hostile, suite: hostile }));
    judge(keyPage, await browser.submit(keyPage, { code: codeAt(key, clock.now()) }));
    const second = site.visitor();
    const fields = { identifiant: withFactor.email, mot_de_passe: TEST_PASSWORD };
    await second.submit('/connexion', { ...fields, suite: `/?${hostile}` });
    judge('/connexion/code', await second.get('/connexion/code'));
    judge('/connexion/code', await second.submit('/connexion/code', { code: hostile, suite: hostile }));
  });
  page('the services, those that refuse among them, and the way out of them', async (judge) => {
    const rafael = (await findService({ db }, { key: 'rafael' })) as Service;
    const list = `/agence/services/${rafael.id}`;
    const entry = `/cas/login?service=${encodeURIComponent(tryOutAddress(config, rafael.id))}`;
    const everyone = (await findService({ db }, { key: 'cmonalternance' })) as Service;
    const open = `/cas/login?method=POST&service=${encodeURIComponent(tryOutAddress(config, everyone.id))}`;
    const browser = await as(manager);
    for (const path of [`${list}/supprimer`, `${list}/essai`, `${list}/personnes/${person.id}`])
      judge(path, await browser.get(path));
    judge(open, await browser.get(open));
    const outsider = await as(person);
    judge(entry, await outsider.get(entry));
    judge('/oidc/session/end', await outsider.get('/oidc/session/end'));
  });
  page('for which structure one acts in RafaelPro', async (judge) => {
    const browser = await site.signedIn('prescripteur3@demo.example', DEMO_PASSWORD);
    const choice = `/rafaelpro/structure?suite=${encodeURIComponent(`/rafaelpro?${hostile}`)}`;
    judge(choice, await browser.get(choice));
    judge(choice, await browser.submit('/rafaelpro/structure', { structure: hostile, suite: hostile }));
  });
  page('an import of a training body, and what it lets everybody read', async (judge) => {
    const browser = await site.signedIn('of.general@demo.example', DEMO_PASSWORD);
    const tree = withText(formationAt(1, '32922456200234', 2027), 'intitule-formation', hostile);
    const file = lheoFile({ ...tree, attributes: { numero: hostile } });
    const plan = await planOf(browser, file, { name: `${hostile}.xml` });
    judge(plan, await browser.get(plan));
    judge(plan, await browser.submit(`${plan}/appliquer`, { complet: hostile, publier: hostile }, plan));
    judge('/rafaelpro/catalogue/imports', await browser.get('/rafaelpro/catalogue/imports'));
    judge('/rafaelpro/catalogue/diffusion', await browser.get('/rafaelpro/catalogue/diffusion'));
  });
  return pages;
}
