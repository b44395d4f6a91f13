import { randomUUID } from 'node:crypto';
import type { TestSite } from '../../../support/app.ts';
import { createModel } from '../../../support/badges.ts';
import { createAction, createSession } from '../../../support/catalogue.ts';
import { createStructure, createUser, nextSiret } from '../../../support/people.ts';

/** In everything personal of {@link everythingOf}. */
export const MARK = 'Zephyrine';
/** The address that the person had before. */
export const FORMER = 'zephyrine.avant@structure.example';

/** Somebody with a row, and words of their own or about them, wherever the application can keep some. */
export async function everythingOf(site: TestSite): Promise<{ id: number; email: string }> {
  const { db } = site.dependencies;
  const at = site.clock.now();
  const structure = await createStructure(db, { isTrainingBody: true });
  const away = await createStructure(db);
  const { id: decider } = await createUser(db, { isAgencyManager: true });
  const { id, email } = await createUser(db, {
    firstName: MARK,
    lastName: 'Partie',
    email: 'zephyrine@structure.example',
    affiliations: { [structure]: ['provider'] },
  });
  const words = { job_title: MARK, phone: MARK, mobile: MARK };
  await db('users')
    .where({ id })
    .update({ ...words, last_profile_right: 'provider', last_profile_structure_id: structure });
  const insert = async (table: string, row: object): Promise<number> =>
    (await db(table).insert(row, 'id'))[0].id;
  const refused = { state: 'refused', refusal_reason: `Bonjour ${MARK}.` };
  const name = { civility: 'Mme', first_name: MARK, last_name: MARK };
  const created = { created_at: new Date('2026-01-01') };

  await db('email_changes').insert({
    user_id: id,
    old_email: FORMER,
    new_email: email,
    token_hash: MARK,
    ...created,
    expires_at: at,
    outcome: 'confirmed',
    ended_at: new Date('2026-02-01'),
  });
  const requests: [kind: string, id: number][] = [];
  for (const address of [email, FORMER]) {
    const account = {
      structure_id: structure,
      email: address,
      ...name,
      ...words,
      token_hash: randomUUID(),
      token_expires_at: at,
      ...created,
      confirmed_at: at,
      decided_at: at,
    };
    const vouched = {
      vouched_by: MARK,
      vouched_issuer: MARK,
      vouched_subject: MARK,
      vouched_name: MARK,
      vouched_siret: MARK,
    };
    requests.push([
      'account_request',
      await insert('account_requests', { ...account, ...refused, ...vouched }),
    ]);
    const place = { kind: 'association', address: '1 rue', postcode: '33600', city: 'Pessac' };
    const asked = { siret: nextSiret(), name: 'Forge', ...place, ...name, phone: MARK, email: address };
    requests.push([
      'structure_request',
      await insert('structure_requests', { ...asked, ...created, decided_at: at, ...refused }),
    ]);
  }
  requests.push(
    [
      'affiliation_request',
      await insert('affiliation_requests', {
        user_id: id,
        structure_id: away,
        ...created,
        ended_at: at,
        ...refused,
      }),
    ],
    [
      'deletion_request',
      await insert('deletion_requests', { user_id: id, requested_at: at, ended_at: at, ...refused }),
    ],
    [
      'structure_update',
      await insert('structure_update_requests', {
        structure_id: structure,
        comment: MARK,
        requested_by: id,
        requested_at: at,
        decided_at: at,
        ...refused,
      }),
    ],
    [
      'membership_request',
      await insert('membership_requests', {
        structure_id: structure,
        year: 2026,
        requested_by: id,
        requested_at: at,
        decided_at: at,
        ...refused,
      }),
    ],
    // About somebody else: this person answered it first.
    ['account_request', 999_999],
  );
  const moments = { decided_by: decider, decided_at: at, due_at: at, ended_at: at };
  for (const [kind, request_id] of requests) {
    const failure = `La demande est déjà refusée par ${MARK} Partie.`;
    const decision = { kind, request_id, decision: 'refuse', reason: MARK, parameters: { note: MARK } };
    await insert('scheduled_decisions', { ...decision, ...moments, state: 'failed', failure });
  }
  const { id: actionId } = await createAction(db, { providerId: structure });
  const sessionId = await createSession(db, { actionId, now: at });
  const place = { user_id: id, structure_id: structure, action_id: actionId, session_id: sessionId };
  const enrolment = await insert('enrolments', {
    ...place,
    state: 'attended',
    motivation: MARK,
    requested_at: at,
  });
  const proposal = await insert('session_proposals', {
    provider_id: structure,
    action_id: actionId,
    is_change: false,
    form: {},
    comment: MARK,
    proposed_by: id,
    proposed_at: at,
    decided_at: at,
    form_key: randomUUID(),
    ...refused,
  });
  await insert('scheduled_decisions', {
    kind: 'session_proposal',
    request_id: proposal,
    decision: 'refuse',
    reason: MARK,
    parameters: { note: MARK },
    ...moments,
    state: 'failed',
    failure: MARK,
  });
  await insert('badge_requests', {
    enrolment_id: enrolment,
    user_id: id,
    model_id: await createModel(site, decider),
    evidence: MARK,
    revocation_words: MARK,
    asked_at: at,
    decided_at: at,
    ...refused,
  });
  await db('badge_holders').insert({ user_id: id, on_deletion: 'keep' });
  const message = await insert('session_messages', {
    session_id: sessionId,
    author_id: id,
    sent_at: at,
    subject: MARK,
    body: MARK,
    form_key: randomUUID(),
  });
  await db('session_message_recipients').insert({ message_id: message, enrolment_id: enrolment });
  await db('decision_links').insert({
    user_id: id,
    enrolment_id: enrolment,
    token_hash: MARK,
    created_at: at,
  });
  const { id: affiliation_id } = await db('affiliations').where({ user_id: id }).first('id');
  await db('suspended_rights').insert({ affiliation_id, right: 'hr_validator', granted_at: at });
  await db('second_factors').insert({ user_id: id, sealed_key: MARK, created_at: at });
  await db('saved_searches').insert({
    user_id: id,
    name: MARK,
    query: `q=${MARK}`,
    has_alert: false,
    created_at: at,
    looked_until: at,
  });
  await db('federated_identities').insert({ user_id: id, issuer: MARK, subject: MARK, linked_at: at });
  await db('calendar_feeds').insert({ user_id: id, token_hash: MARK, created_at: at });
  await db('recovery_codes').insert({ user_id: id, code_hash: MARK });
  await db('password_resets').insert({ user_id: id, token_hash: MARK, created_at: at, expires_at: at });
  await db('passkeys').insert({
    user_id: id,
    credential_id: MARK,
    public_key: Buffer.from(MARK),
    sign_count: 0,
    transports: [MARK],
    is_synchronised: false,
    name: MARK,
    created_at: at,
  });
  await db('offer_imports').insert({
    structure_id: structure,
    file_name: `${MARK}.xml`,
    sha256: Buffer.alloc(32),
    size: 1,
    lheo_version: '2.3',
    fingerprint: Buffer.alloc(32),
    state: 'planned',
    created_by: id,
    created_at: at,
  });
  const mail = { kind: 'essai', subject: MARK, ...created };
  for (const recipient of [email, FORMER]) {
    await db('emails').insert([
      { ...mail, recipient, message_id: randomUUID(), status: 'sent', sent_at: at },
      {
        ...mail,
        recipient,
        message_id: randomUUID(),
        status: 'failing',
        sealed_content: MARK,
        last_error: MARK,
      },
    ]);
  }
  return { id, email };
}
