import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AuditAction, auditWords } from '#audit/declaration.ts';
import { purgeAudit } from '#audit/purge.ts';
import { expireUnanswered } from '#enrolment/service.ts';
import { codeAt } from '#identity/second-factor/totp.ts';
import { remindAccountRequests } from '#structures/account-requests/reminders/service.ts';
import { forgetUnconfirmedRequests } from '#structures/account-requests/service.ts';
import { currentCharter } from '#structures/memberships/charter.ts';
import { importStructures } from '#structures/sirene/import.ts';
import { features } from '../../src/features.ts';
import { enrol, PAGE as FACTOR, givePassword, STEP } from '../identity/second-factor/people.ts';
import { askForAccount, filledIn, PASSWORD } from '../structures/account-requests/forms.ts';
import { described } from '../structures/structure-requests/forms.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createEnrolment, createFormation } from '../support/enrolments.ts';
import { entriesDuring, type JournalEntry } from '../support/journal.ts';
import { mailsIn } from '../support/mails.ts';
import { createStructure, createUser, nextSiret, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { lastRequest } from '../support/requests.ts';
import { first } from '../support/rows.ts';
import { rightsIn } from '../support/structures.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;
let agency: TestUser;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T09:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { memberIn: [2026, 2027] });
  referent = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  agency = await createUser(db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

/** Tested beside the feature that records them. */
const ELSEWHERE: readonly AuditAction[] = [
  'convention.signed',
  'document.issued',
  'document.sent',
  'document.withdrawn',
  'document.dossier_taken',
  'hr_documents.taken',
  'document_template.published',
  'training_body_profile.updated',
  'training_body_profile.stamp_saved',
  'training_body_profile.stamp_removed',
  'account.proconnect_linked',
  'account.proconnect_trusted',
  'account.proconnect_unlinked',
  'service.opened',
  'service.refused',
  'sso.keys_rotated',
  'sso.keys_replaced',
  'service.closed',
  'service.logout_failed',
  'service.created',
  'service.updated',
  'service.suspended',
  'service.resumed',
  'service.deleted',
  'service.secret_renewed',
  'service.sessions_ended',
  'attendance.signed',
  'attendance.countersigned',
  'attendance.late_signature_confirmed',
  'attendance.signing_opened',
  'attendance.signing_closed',
  'attendance.trainer_link_given',
  'attendance.trainer_link_revoked',
  'attendance.discrepancies_explained',
  'attendance.proof_downloaded',
  'rafael_settings.updated',
  'offer_codes.imported',
  'programme.created',
  'programme.updated',
  'programme.deleted',
  'offer.created',
  'offer.changed',
  'offer.published',
  'offer.unpublished',
  'offer.archived',
  'offer.restored',
  'offer.deleted',
  'offers.confirmed',
  'offers.lapsed',
  'offer_session.cancelled',
  'offer_session.archived',
  'offer_session.restored',
  'offer_action.archived',
  'offers.exported',
  'offers.imported',
  'offers.contacts_shown',
  'offers.contacts_hidden',
  'badge_request.created',
  'badge_request.withdrawn',
  'badge_request.accepted',
  'badge_request.refused',
  'badge.reissued',
  'badge.revoked',
  'badge.key_rotated',
  'badge.kept_on_deletion',
  'badge_model.created',
  'badge_model.updated',
  'badge_model.retired',
  'badge_model.resumed',
  'training_session.document_added',
  'training_session.document_removed',
  'training_session.message_sent',
  'session_proposal.created',
  'session_proposal.withdrawn',
  'session_proposal.accepted',
  'session_proposal.refused',
  'account.links_ended',
  'account.passkey_added',
  'account.passkey_renamed',
  'account.passkey_removed',
  'account.deletion_refused',
  'account.deleted',
  'account.inactivity_warned',
  'account.closed_for_inactivity',
  'account.reopened',
  'account.anonymised',
  'account_request.accepted',
  'account_request.refused',
  'structure_request.accepted',
  'structure_request.linked',
  'structure_request.refused',
  'structure_update.created',
  'structure_update.withdrawn',
  'structure_update.accepted',
  'structure_update.refused',
  'affiliation_request.accepted',
  'affiliation_request.refused',
  'membership_request.accepted',
  'membership_request.refused',
  'membership.imported',
  'news.created',
  'news.updated',
  'news.deleted',
  'enrolment.kept',
  'hr_delegation.created',
  'hr_delegation.ended',
  'hr_list.exported',
  'decision.scheduled',
  'decision.undone',
  'questionnaire.published',
  'settings.updated',
  'kind.created',
  'kind.updated',
  'kind.deleted',
  'theme.created',
  'theme.updated',
  'theme.merged',
  'theme.deleted',
  'action.created',
  'action.copied',
  'action.updated',
  'action.published',
  'action.unpublished',
  'action.archived',
  'action.unarchived',
  'action.document_added',
  'action.document_updated',
  'action.document_removed',
  'action.imported',
  'training_session.imported',
  'training_session.drafted',
  'training_session.created',
  'training_session.updated',
  'training_session.deleted',
];

const seen = new Set<string>();

/** What `work` leaves in the journal, in order; nothing personal in it. */
async function entriesOf(work: () => Promise<unknown>): Promise<JournalEntry[]> {
  const entries = await entriesDuring(site.dependencies.db, work);
  for (const { action, details } of entries) {
    seen.add(action);
    expect(JSON.stringify(details), action).not.toMatch(/@|example|Nom|Prénom|Motif/);
  }
  return entries;
}

const person = async () => {
  const user = await createUser(site.dependencies.db, { affiliations: { [structureId]: [] } });
  return { ...user, browser: await site.signedIn(user.email) };
};
const by = (id: number, action: AuditAction, more: Partial<JournalEntry> = {}) => ({
  action,
  actor_id: id,
  person_id: id,
  way: 'page',
  ...more,
});
const nobody = (action: AuditAction, more: Partial<JournalEntry> = {}) => ({
  action,
  actor_id: null,
  way: 'page',
  ...more,
});
const application = (action: AuditAction, more: Partial<JournalEntry> = {}) => ({
  action,
  actor_id: null,
  way: 'system',
  ip: null,
  ...more,
});

test('signing in, being refused for each reason, and signing out', async () => {
  const user = await createUser(site.dependencies.db);
  const browser = site.visitor();
  const attempt = (identifiant: string, mot_de_passe: string) =>
    browser.submit('/connexion', { identifiant, mot_de_passe });
  expect(await entriesOf(() => attempt(user.email, 'faux'))).toMatchObject([
    nobody('session.refused', { person_id: user.id, details: { because: 'password' } }),
  ]);
  expect(await entriesOf(() => attempt('inconnu@nulle-part.example', 'faux'))).toMatchObject([
    nobody('session.refused', { person_id: null, details: { because: 'password' } }),
  ]);
  const [opened] = await entriesOf(() => attempt(user.email, TEST_PASSWORD));
  expect(opened).toMatchObject(by(user.id, 'session.opened', { details: { second_factor: false } }));
  expect(opened?.ip).toMatch(/^127\.0\.0\.1|^::1/);
  expect(await entriesOf(() => browser.submit('/deconnexion', {}, '/mon-compte'))).toMatchObject([
    by(user.id, 'session.closed'),
  ]);
  expect(await entriesOf(() => browser.submit('/deconnexion', {}, '/connexion'))).toEqual([]);
});

test('too many tries leave one entry, not one for each', async () => {
  const user = await createUser(site.dependencies.db);
  const browser = site.visitor();
  const entries = await entriesOf(async () => {
    for (let index = 0; index < 15; index += 1) {
      await browser.submit('/connexion', { identifiant: user.email, mot_de_passe: 'faux' });
    }
  });
  expect(entries).toHaveLength(11);
  expect(entries.at(-1)).toMatchObject({
    action: 'session.refused',
    person_id: user.id,
    details: { because: 'limit' },
  });
});

test('the second factor: on, used, wrong, a recovery code, new codes, off', async () => {
  const user = await person();
  let factor = { key: '', codes: [] as string[] };
  expect(
    await entriesOf(async () => {
      factor = await enrol(site, user.browser);
    }),
  ).toMatchObject([by(user.id, 'account.second_factor_enabled')]);
  const later = site.visitor();
  expect(
    await entriesOf(async () => {
      await givePassword(later, user.email);
      await later.submit('/connexion/code', { code: '000000' });
      await later.submit('/connexion/code', { code: factor.codes[0] ?? '' });
    }),
  ).toMatchObject([
    nobody('session.refused', { person_id: user.id, details: { because: 'code' } }),
    by(user.id, 'account.recovery_code_used', { details: { left: 9 } }),
    by(user.id, 'session.opened', { details: { second_factor: true } }),
  ]);
  const both = () => {
    site.clock.advance(STEP);
    return { mot_de_passe: TEST_PASSWORD, code: codeAt(factor.key, site.clock.now()) };
  };
  expect(await entriesOf(() => later.submit(`${FACTOR}/codes`, both(), FACTOR))).toMatchObject([
    by(user.id, 'account.recovery_codes_renewed'),
  ]);
  expect(await entriesOf(() => later.submit(`${FACTOR}/desactiver`, both(), FACTOR))).toMatchObject([
    by(user.id, 'account.second_factor_disabled'),
  ]);
});

test('« Mon compte »: details, e-mail, password, sessions, data, deletion', async () => {
  const user = await person();
  const { browser } = user;
  const details = {
    civility: 'Mme',
    last_name: 'Autre',
    first_name: 'Prénom',
    job_title: '',
    phone: '0556000001',
    mobile: '',
  };
  const { text } = await browser.get('/mon-compte');
  const job_title = /<select[^>]*name="job_title"[\s\S]*?<option value="([^"]+)"/.exec(text)?.[1] ?? '';
  expect(
    await entriesOf(() =>
      browser.submit('/mon-compte', { ...details, job_title: job_title.replaceAll('&#39;', "'") }),
    ),
  ).toMatchObject([by(user.id, 'account.updated', { details: { fields: 'lastName,jobTitle,phone' } })]);

  const PATH = '/mon-compte/adresse-email';
  const ask = { new_email: 'ailleurs@structure.example', present_password: TEST_PASSWORD };
  expect(await entriesOf(() => browser.submit(PATH, ask))).toMatchObject([
    by(user.id, 'account.email_change_asked'),
  ]);
  expect(await entriesOf(() => browser.submit(`${PATH}/annuler`, {}, '/mon-compte'))).toMatchObject([
    by(user.id, 'account.email_change_cancelled'),
  ]);
  expect(await entriesOf(() => browser.submit(`${PATH}/annuler`, {}, '/mon-compte'))).toEqual([]);
  await browser.submit(PATH, ask);
  await site.runJobs();
  const link = site.mailbox.latestLink(ask.new_email);
  // Whoever holds the link is the person, signed in or not.
  expect(await entriesOf(() => site.visitor().submit(link))).toMatchObject([
    by(user.id, 'account.email_changed'),
  ]);

  const again = await site.signedIn(ask.new_email);
  await site.signedIn(ask.new_email);
  expect(
    await entriesOf(() => again.submit('/mon-compte/sessions/fermer-les-autres', {}, '/mon-compte')),
  ).toMatchObject([by(user.id, 'session.ended', { details: { sessions: 1 } })]);
  expect(
    await entriesOf(() => again.submit('/mon-compte/sessions/fermer-les-autres', {}, '/mon-compte')),
  ).toEqual([]);
  await site.signedIn(ask.new_email);
  const other = /sessions\/([0-9a-f]{64})\/fermer/.exec((await again.get('/mon-compte')).text)?.[1];
  expect(
    await entriesOf(() => again.submit(`/mon-compte/sessions/${other}/fermer`, {}, '/mon-compte')),
  ).toMatchObject([by(user.id, 'session.ended', { details: { sessions: 1 } })]);
  expect(await entriesOf(() => again.submit('/mon-compte/mes-donnees', {}, '/mon-compte'))).toMatchObject([
    by(user.id, 'account.data_downloaded'),
  ]);
  const chosen = 'Girafe-Violette-2027';
  const password = { present_password: TEST_PASSWORD, password: chosen, password_confirmation: chosen };
  expect(await entriesOf(() => again.submit('/mon-compte/mot-de-passe', password))).toMatchObject([
    by(user.id, 'account.password_changed'),
  ]);
  const DELETION = '/mon-compte/suppression';
  expect(
    await entriesOf(() => again.submit(DELETION, { present_password: 'faux', confirmation: '1' })),
  ).toEqual([]);
  expect(
    await entriesOf(() => again.submit(DELETION, { present_password: chosen, confirmation: '1' })),
  ).toMatchObject([by(user.id, 'account.deletion_asked')]);
  expect(await entriesOf(() => again.submit(`${DELETION}/retirer`, {}, DELETION))).toMatchObject([
    by(user.id, 'account.deletion_withdrawn'),
  ]);
});

test('a forgotten password: asked for, known or not, and chosen with the link', async () => {
  const user = await createUser(site.dependencies.db);
  const ask = (email: string) => site.visitor().submit('/mot-de-passe-oublie', { email });
  expect(await entriesOf(() => ask(user.email))).toMatchObject([
    nobody('account.password_reset_asked', { person_id: user.id }),
  ]);
  expect(await entriesOf(() => ask('inconnue@nulle-part.example'))).toMatchObject([
    nobody('account.password_reset_asked', { person_id: null }),
  ]);
  await site.runJobs();
  const link = site.mailbox.latestLink(user.email);
  const chosen = { password: PASSWORD, password_confirmation: PASSWORD };
  expect(await entriesOf(() => site.visitor().submit(link, chosen))).toMatchObject([
    by(user.id, 'account.password_reset'),
  ]);
});

test('account requests: sent, replaced, of a known e-mail, confirmed, recalled, expired', async () => {
  site.clock.set('2026-11-02T10:00:00Z');
  const { db } = site.dependencies;
  const send = (email: string) =>
    site.visitor().submit('/account-requests/add', filledIn(structureId, email));
  const subject = { subject_kind: 'account_request', structure_id: structureId };
  const [created] = await entriesOf(() => send('nouvelle@structure.example'));
  expect(created).toMatchObject(nobody('account_request.created', { ...subject, person_id: null }));
  expect(await entriesOf(() => send('nouvelle@structure.example'))).toMatchObject([
    nobody('account_request.withdrawn', { ...subject, subject_id: created?.subject_id }),
    nobody('account_request.created', subject),
  ]);
  expect(await entriesOf(() => send(referent.email))).toMatchObject([
    nobody('account_request.turned_away', {
      person_id: referent.id,
      subject_kind: null,
      structure_id: structureId,
    }),
  ]);
  const entries = await entriesOf(() => askForAccount(site, structureId, 'suivie@structure.example'));
  expect(entries.map(({ action }) => action)).toEqual([
    'account_request.created',
    'account_request.confirmed',
  ]);
  const pending = await lastRequest(db, 'account_request', { state: 'pending' });
  expect(entries[1]).toMatchObject(
    nobody('account_request.confirmed', { ...subject, subject_id: pending.id }),
  );

  site.clock.set('2026-11-06T09:00:00Z');
  expect(await entriesOf(() => remindAccountRequests(site.dependencies))).toMatchObject([
    application('account_request.reminded', {
      ...subject,
      subject_id: pending.id,
      details: { working_days: 3 },
    }),
  ]);
  expect(await entriesOf(() => forgetUnconfirmedRequests(site.dependencies))).toMatchObject([
    application('account_request.expired', subject),
  ]);
  expect(await entriesOf(() => forgetUnconfirmedRequests(site.dependencies))).toEqual([]);
});

test('structures: asked for, asked again, and imported', async () => {
  const siret = nextSiret();
  const ask = () => site.visitor().submit('/referencement', described(siret, 'demande@structure.example'));
  const [created] = await entriesOf(ask);
  expect(created).toMatchObject(nobody('structure_request.created', { subject_kind: 'structure_request' }));
  expect(await entriesOf(ask)).toMatchObject([
    nobody('structure_request.repeated', {
      subject_kind: 'structure_request',
      subject_id: created?.subject_id,
    }),
  ]);

  const directory = mkdtempSync(path.join(tmpdir(), 'journal-'));
  const file = path.join(directory, 'liste.csv');
  writeFileSync(file, `siret;RAISON_SOCIALE;QUALIOPI\n${nextSiret()};Atelier;OUI\n123;Faux;NON\n`);
  const imported = await entriesOf(() =>
    asOwner((client) =>
      importStructures(client, {
        files: [file],
        rejectsPath: path.join(directory, 'rejets.csv'),
        now: site.clock.now(),
      }),
    ),
  );
  expect(imported).toMatchObject([
    application('structures.imported', {
      details: { read: 2, outside: 0, rejected: 1, added: 1, updated: 0 },
    }),
  ]);
});

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: site.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('affiliations and rights: asked for, taken back, given, taken away, handed over, exported, detached', async () => {
  const { db } = site.dependencies;
  const asReferent = await site.signedIn(referent.email);
  const other = await createStructure(db);
  const user = await person();
  const ASK = '/mes-structures/affiliations/demande';
  const about = { person_id: user.id, structure_id: other, subject_kind: 'affiliation_request' };
  expect(
    await entriesOf(() => user.browser.submit(ASK, { structure_id: other }, `${ASK}?structure=${other}`)),
  ).toMatchObject([by(user.id, 'affiliation_request.created', about)]);
  const { id } = await lastRequest(db, 'affiliation_request', { user_id: user.id });
  expect(
    await entriesOf(() =>
      user.browser.submit(`/mes-structures/affiliations/${id}/annuler`, {}, '/mes-structures'),
    ),
  ).toMatchObject([by(user.id, 'affiliation_request.withdrawn', { ...about, subject_id: id })]);

  const page = `/mes-structures/${structureId}/personnes/${user.id}`;
  const toUser = { actor_id: referent.id, person_id: user.id, structure_id: structureId, way: 'page' };
  expect(await entriesOf(() => asReferent.submit(page, { change: '+hr_validator' }))).toMatchObject([
    { action: 'right.granted', ...toUser, details: { right: 'hr_validator' } },
  ]);
  expect(await entriesOf(() => asReferent.submit(page, { change: '-hr_validator' }))).toMatchObject([
    { action: 'right.revoked', ...toUser, details: { right: 'hr_validator' } },
  ]);
  const people = await rightsIn(db, { structure_id: structureId, right: 'beneficiary' });
  expect(
    await entriesOf(() =>
      asReferent.submit(`/mes-structures/${structureId}/export.csv`, {}, `/mes-structures/${structureId}`),
    ),
  ).toMatchObject([
    {
      action: 'people.exported',
      actor_id: referent.id,
      person_id: null,
      structure_id: structureId,
      details: { people: people.length },
    },
  ]);
  const leaver = await person();
  expect(
    await entriesOf(() =>
      asReferent.submit(`/mes-structures/${structureId}/personnes/${leaver.id}/detacher`),
    ),
  ).toMatchObject([
    {
      action: 'affiliation.detached',
      actor_id: referent.id,
      person_id: leaver.id,
      structure_id: structureId,
      details: { kept: 0 },
    },
  ]);
  const giver = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  const asGiver = await site.signedIn(giver.email);
  expect(await entriesOf(() => asGiver.submit(`${page}/transmettre`, {}, page))).toMatchObject([
    { action: 'referent.handed_over', actor_id: giver.id, person_id: user.id, structure_id: structureId },
  ]);
});

test('a membership asked for, an e-mail sent again', async () => {
  const { db } = site.dependencies;
  const fresh = await createStructure(db);
  const asker = await createUser(db, { affiliations: { [fresh]: ['referent'] } });
  const browser = await site.signedIn(asker.email);
  const form = { structure: fresh, year: 2026, charter_version: currentCharter.version, charter: '1' };
  expect(await entriesOf(() => browser.submit('/adhesion', form))).toMatchObject([
    {
      action: 'membership_request.created',
      actor_id: asker.id,
      structure_id: fresh,
      subject_kind: 'membership_request',
      details: { year: 2026 },
    },
  ]);
  const asAgency = await site.signedIn(agency.email);
  const { id } = first(await mailsIn(db, { status: 'queued' }));
  expect(
    await entriesOf(() => asAgency.submit(`/agence/courriels/${id}/renvoyer`, {}, '/agence/journal')),
  ).toMatchObject([
    { action: 'email.sent_again', actor_id: agency.id, subject_kind: 'email', subject_id: id, way: 'page' },
  ]);
});

test('enrolments: the person, the validator by the e-mail’s link, and the application that moves the queue', async () => {
  site.clock.set('2026-03-02T09:00:00Z');
  const { db } = site.dependencies;
  const employer = await createStructure(db, { memberIn: [2026] });
  const validator = await createUser(db, { affiliations: { [employer]: ['hr_validator'] } });
  const { slug, sessionId } = await createFormation(site, { capacity: 1, waitingCapacity: 5 });
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;
  const ask = async () => {
    const user = await createUser(db, { affiliations: { [employer]: [] } });
    const browser = await site.signedIn(user.email);
    const [entry] = await entriesOf(() =>
      browser.submit(form, { structure: String(employer), motivation: 'Progresser' }),
    );
    await site.runJobs();
    const link = site.mailbox.latestLink(validator.email);
    return { user, browser, entry, link };
  };
  const about = { structure_id: employer, subject_kind: 'enrolment' };
  const first = await ask();
  expect(first.entry).toMatchObject(
    by(first.user.id, 'enrolment.changed', { ...about, details: { to: 'requested' } }),
  );
  const approve = (link: string) => site.visitor().submit(link, { decision: 'approuver' });
  const [approved] = await entriesOf(() => approve(first.link));
  expect(approved).toMatchObject({
    ...about,
    action: 'enrolment.changed',
    actor_id: validator.id,
    person_id: first.user.id,
    way: 'page',
    subject_id: first.entry?.subject_id,
  });
  const second = await ask();
  await approve(second.link);
  const entries = await entriesOf(() =>
    first.browser.submit(
      `/parcourspro/mon-espace/demandes/${first.entry?.subject_id}/annuler`,
      { motif: 'Empêchement' },
      '/mon-compte',
    ),
  );
  expect(entries.map(({ details }) => details)).toEqual([
    { from: approved?.details.to, to: 'withdrawn' },
    { from: 'waitlisted', to: approved?.details.to },
  ]);
  expect(entries[1]).toMatchObject(application('enrolment.changed', { ...about, person_id: second.user.id }));
  const third = await ask();
  site.clock.set('2027-03-02T09:00:00Z');
  const expired = await entriesOf(() => expireUnanswered(site.dependencies));
  expect(expired).toContainEqual(
    expect.objectContaining(application('enrolment.changed', { ...about, person_id: third.user.id })),
  );
});

test('the address of the calendar: made, renewed, removed', async () => {
  const page = '/parcourspro/mon-espace/agenda';
  const { id, browser } = await person();
  for (const [path, action] of [
    [page, 'account.calendar_feed_created'],
    [page, 'account.calendar_feed_renewed'],
    [`${page}/supprimer`, 'account.calendar_feed_revoked'],
  ] as const) {
    expect(await entriesOf(() => browser.submit(path, {}, page))).toMatchObject([by(id, action)]);
  }
});

test('whole sessions: seats, dates, cancelled, restored, and presence validated', async () => {
  site.clock.set('2026-03-02T09:00:00Z');
  const { db } = site.dependencies;
  const employer = await createStructure(db, { memberIn: [2026] });
  const { sessionId } = await createFormation(site, { capacity: 1, waitingCapacity: 5 });
  const user = await createUser(db, { affiliations: { [employer]: [] } });
  const id = await createEnrolment(db, {
    sessionId,
    userId: user.id,
    structureId: employer,
    state: 'enrolled',
    at: site.clock.now(),
  });
  const browser = await site.signedIn(agency.email);
  const page = `/agence/sessions/${sessionId}`;
  const about = { actor_id: agency.id, subject_kind: 'session', subject_id: sessionId, way: 'page' };
  const versionAt = async (path: string) =>
    /name="version" value="(\d+)"/.exec((await browser.get(path)).text)?.[1] ?? '';
  const changes = async (path: string, fields: Record<string, string>) => {
    const version = await versionAt(path);
    return entriesOf(() => browser.submit(path, { ...fields, version, etape: 'confirmer' }));
  };
  expect(await changes(`${page}/places`, { places: '3', attente: '5' })).toMatchObject([
    { action: 'training_session.capacity_changed', ...about, details: { from: 1, to: 3 } },
  ]);
  const dates = {
    creneaux: '05/05/2026 09:00-12:00',
    code_postal: '33000',
    ville: 'Bordeaux',
    motif: 'Motif',
  };
  expect(await changes(`${page}/dates`, dates)).toMatchObject([
    { action: 'enrolment.changed' },
    { action: 'training_session.rescheduled', ...about, details: { people: 1 } },
  ]);
  expect(await entriesOf(() => browser.submit(`${page}/annuler`, { motif: 'Motif' }))).toMatchObject([
    { action: 'enrolment.changed' },
    { action: 'training_session.cancelled', ...about, details: { people: 1 } },
  ]);
  expect(await entriesOf(() => browser.submit(`${page}/retablir`))).toMatchObject([
    { action: 'enrolment.changed' },
    { action: 'training_session.restored', ...about, details: { back: 1, stayed: 0 } },
  ]);
  site.clock.set('2026-05-05T09:00:00Z');
  const again = await site.signedIn(agency.email);
  const presence = { personne: String(id), [`present-${id}`]: '1', version: '0' };
  await entriesOf(() => again.submit(`${page}/presence`, presence));
  expect(
    await entriesOf(() => again.submit(`${page}/presence/valider`, {}, `${page}/presence`)),
  ).toMatchObject([
    {
      action: 'training_session.attendance_closed',
      ...about,
      details: { people: 1, again: false },
    },
  ]);
});

test('reply templates: added, edited, moved, deleted', async () => {
  const LIST = '/agence/modeles';
  const browser = await site.signedIn(agency.email);
  const words = { title: 'Titre', body: 'Texte', demandes: 'membership_request' };
  const [created] = await entriesOf(() =>
    browser.submit(LIST, words, `${LIST}/nouveau?demandes=membership_request`),
  );
  const about = { subject_kind: 'reply_template', subject_id: created?.subject_id, details: {} };
  const one = { actor_id: agency.id, person_id: null, way: 'page', ...about };
  expect(created).toMatchObject({ action: 'reply_template.created', ...one });
  const page = `${LIST}/${created?.subject_id}`;
  expect(await entriesOf(() => browser.submit(page, { ...words, body: 'Autre' }))).toMatchObject([
    { action: 'reply_template.updated', ...one },
  ]);
  // It is the last of its list: only up moves it.
  expect(await entriesOf(() => browser.submit(`${page}/descendre`, {}, LIST))).toEqual([]);
  expect(await entriesOf(() => browser.submit(`${page}/monter`, {}, LIST))).toMatchObject([
    { action: 'reply_template.moved', ...one },
  ]);
  expect(await entriesOf(() => browser.submit(`${page}/supprimer`))).toMatchObject([
    { action: 'reply_template.deleted', ...one },
  ]);
});

test('the journal itself: taken away, and purged', async () => {
  const browser = await site.signedIn(agency.email);
  const [exported] = await entriesOf(() =>
    browser.submit('/agence/journal/export.csv', {}, '/agence/journal'),
  );
  expect(exported).toMatchObject({ action: 'audit.exported', actor_id: agency.id, person_id: null });
  const now = site.clock.now();
  const purged = await entriesOf(() => asOwner((client) => purgeAudit(client, { before: new Date(0), now })));
  expect(purged).toMatchObject([application('audit.purged', { details: { entries: 0 } })]);
});

test('every action is recorded by some use case, save those of other features', () => {
  const missing = [...auditWords(features).keys()].filter((action) => !seen.has(action));
  expect(missing.sort()).toEqual([...ELSEWHERE].sort());
});
