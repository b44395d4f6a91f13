import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSelection } from '#spaces/provider/enrolments/selection.ts';
import { createSession, sessionOf, setSession } from '../../support/catalogue.ts';
import { historyOf, setEnrolment, stateOf } from '../../support/enrolments.ts';
import { mailsIn } from '../../support/mails.ts';
import { closeAccount, leaveStructures, reopenAccount } from '../../support/people.ts';
import { setSettings } from '../../support/settings.ts';
import { recordStatements } from '../../support/statements.ts';
import { addPerson, type Body, begin, createBody } from './support.ts';

/** « Prestataire »: the home by action, and requests answered alone or several at once. */
let body: Body;
beforeAll(async () => {
  body = await createBody(undefined, { capacity: 12 });
});
afterAll(() => body.site.close());

const db = () => body.site.dependencies.db;
const session = () => `/parcourspro/prestataire/seances/${body.sessionId}`;
const decide = (fields: Record<string, string | string[]>, visitor = body.asTrainer) =>
  visitor.submit(`${session()}/selection`, fields, '/mon-compte');

test('boxes are read once each; what is no number is left out, and no more than fifty are taken', () => {
  expect(readSelection(undefined)).toEqual([]);
  expect(readSelection('7')).toEqual([7]);
  expect(readSelection(['7', '7', 'x', '-1', '8', '9999999999999'])).toEqual([7, 8]);
  expect(readSelection(Array.from({ length: 900 }, (_, index) => String(index + 1)))).toHaveLength(50);
});

describe('several requests at once', () => {
  test('each is accepted on its own: the one decided meanwhile is named, and the others go on', async () => {
    const people = [
      await addPerson(body, 'preregistered', { firstName: 'Ada' }),
      await addPerson(body, 'preregistered', { firstName: 'Bachir <b>' }),
      await addPerson(body, 'preregistered', { firstName: 'Chloé' }),
    ];
    const [first, second, third] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
    await body.asTrainer.submit(
      `/parcourspro/prestataire/demandes/${second.enrolmentId}/accepter`,
      {},
      session(),
    );
    // Enter on a box sends by the first button of the form, which must decide nothing.
    const [form = ''] =
      /<form[^>]*id="selection"[\s\S]*?<\/form>/.exec((await body.asTrainer.get(session())).text) ?? [];
    expect(/<button[^>]*type="submit"[^>]*>/.exec(form)?.[0]).toContain('disabled');
    const before = (await mailsIn(db())).length;
    const ids = people.map(({ enrolmentId }) => String(enrolmentId));
    const result = await decide({ decision: 'accepter', demande: ids });
    expect(result.status).toBe(200);
    expect(result.text).toContain('2\u00a0demandes acceptées, sur 3.');
    expect(result.text).toContain('Bachir &lt;b&gt; Lovelace<br>Déjà accepté par le prestataire');
    expect(result.text).not.toContain('Bachir <b>');
    for (const { enrolmentId } of people) expect(await stateOf(db(), enrolmentId)).toBe('enrolled');
    // Two people and their validator, twice.
    expect((await mailsIn(db())).length - before).toBe(4);
    const again = await decide({ decision: 'accepter', demande: ids });
    expect(again.text).toContain('0\u00a0demande acceptée, sur 3.');
    expect((await mailsIn(db())).length - before).toBe(4);
    expect([first, third].map(({ name }) => result.text.includes(name))).toEqual([true, true]);
  });

  test('a double click at the same moment: each is told once', async () => {
    const { enrolmentId, email } = await addPerson(body, 'preregistered');
    const fields = { decision: 'accepter', demande: [String(enrolmentId)] };
    const token = await body.asTrainer.token('/mon-compte');
    const both = await Promise.all(
      [1, 2].map(() => body.asTrainer.post(`${session()}/selection`, { _csrf: token, ...fields })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.filter(({ text }) => text.includes('Rien de changé'))).toHaveLength(1);
    const sent = { recipient: email, kind: 'enrolment.enrolled.person' };
    expect(await mailsIn(db(), sent)).toHaveLength(1);
  });

  test('refused together: one reason for all, asked for once they are chosen, kept where it is wrong', async () => {
    const people = [
      await addPerson(body, 'preregistered'),
      await addPerson(body, 'preregistered', { firstName: 'Ève' }),
    ];
    const demande = people.map(({ enrolmentId }) => String(enrolmentId));
    const asked = await decide({ decision: 'refuser', demande });
    expect(asked.status).toBe(200);
    for (const { name, enrolmentId } of people) {
      expect(asked.text).toContain(name);
      expect(asked.text).toContain(`name="demande" value="${enrolmentId}"`);
    }
    const empty = await decide({ decision: 'refuser', demande, motif: ' \u00a0' });
    expect(empty.status).toBe(422);
    const long = await decide({ decision: 'refuser', demande, motif: 'x'.repeat(2001) });
    expect(long.status).toBe(422);
    expect(long.text).toContain('x'.repeat(2001));
    const done = await decide({ decision: 'refuser', demande, motif: 'Prérequis <script>' });
    expect(done.text).toContain('2\u00a0demandes refusées.');
    for (const { enrolmentId } of people) {
      expect(await stateOf(db(), enrolmentId)).toBe('refused_by_provider');
      expect((await historyOf(db(), enrolmentId)).at(-1)?.reason).toBe('Prérequis <script>');
    }
  });

  test('nothing chosen, no decision, a request of another session or of nobody: nothing is done', async () => {
    const { enrolmentId } = await addPerson(body, 'preregistered');
    const waiting = await addPerson(body, 'requested');
    const other = await createSession(body.site.dependencies.db, {
      actionId: body.actionId,
      now: body.site.clock.now(),
      startsInDays: 60,
    });
    const elsewhere = await addPerson(body, 'preregistered', { sessionId: other });
    const ok = String(enrolmentId);
    for (const fields of [{}, { decision: 'accepter' }, { demande: ok }, { decision: 'x', demande: ok }]) {
      const response = await decide(fields as Record<string, string>);
      expect(response.status).toBe(422);
      expect(response.text).toContain('Aucune demande choisie');
    }
    for (const id of [elsewhere.enrolmentId, waiting.enrolmentId, 2_000_000_000]) {
      expect((await decide({ decision: 'accepter', demande: [ok, String(id)] })).status).toBe(404);
    }
    expect((await decide({ decision: 'accepter', demande: ok }, body.asStranger)).status).toBe(404);
    expect(await stateOf(db(), enrolmentId)).toBe('preregistered');
    expect(await stateOf(db(), waiting.enrolmentId)).toBe('requested');
  });

  test('one’s own request, and those of a session that has begun, stay as they are and it is said why', async () => {
    const { trainer, asTrainer } = body;
    const { enrolmentId } = await addPerson(body, 'preregistered');
    await setEnrolment(db(), enrolmentId, { user_id: trainer.id });
    const page = await asTrainer.get(session());
    expect(page.text).not.toContain(`value="${enrolmentId}" form="selection"`);
    const own = await decide({ decision: 'accepter', demande: String(enrolmentId) });
    expect(own.text).toContain('Personne ne décide de sa propre demande');
    const late = await addPerson(body, 'preregistered');
    const back = await begin(body, body.sessionId);
    const begun = await decide({ decision: 'accepter', demande: String(late.enrolmentId) });
    expect(begun.text).toContain('Cette session a déjà commencé.');
    expect((await asTrainer.get(session())).text).not.toContain('form="selection"');
    await back();
    expect(await stateOf(db(), late.enrolmentId)).toBe('preregistered');
  });
});

describe('the page of a session', () => {
  test('its title names the action and the dates', async () => {
    const { text } = await body.asTrainer.get(session());
    expect(text).toContain('<title>Accompagner une VAE, 1\u00a0avr. – ParcoursPro</title>');
  });

  test('motivations are read again on demand, with the answer, who gave it and when', async () => {
    await addPerson(body, 'enrolled', { motivation: 'Une <motivation> à relire' });
    const plain = await body.asTrainer.get(`${session()}?liste=inscrits`);
    expect(plain.text).not.toContain('à relire');
    expect(plain.text).toContain('Réponse du 2\u00a0mars 2026, par Prénom');
    const full = await body.asTrainer.get(`${session()}?liste=inscrits&motivations=1`);
    const pages = [full, await body.asTrainer.get(`${session()}?liste=inscrits&motivations=1&page=2`)];
    expect(pages.some(({ text }) => text.includes('Une &lt;motivation&gt; à relire'))).toBe(true);
  });

  test('the waiting list says why each waits', async () => {
    await setSettings(db(), { structure_seats_per_formation: 1 });
    const blocked = await addPerson(body, 'preregistered', { lastName: 'Patient' });
    expect(await stateOf(db(), blocked.enrolmentId)).toBe('waitlisted');
    const list = await body.asTrainer.get(`${session()}?liste=attente`);
    expect(list.text).toMatch(/Sa structure a déjà \d+\u00a0places? dans cette formation\./);
    await setSettings(db(), { structure_seats_per_formation: 50 });
    expect((await body.asTrainer.get(`${session()}?liste=attente`)).text).toContain('Attend son tour.');
    const { capacity } = await sessionOf(db(), body.sessionId);
    await setSession(db(), body.sessionId, { capacity: 0 });
    const full = await body.asTrainer.get(`${session()}?liste=attente`);
    expect(full.text).toContain('Toutes les places sont prises.');
    expect(full.text).toContain('Sureffectif');
    await closeAccount(db(), blocked.id, body.site.clock.now());
    const closed = await body.asTrainer.get(`${session()}?liste=attente`);
    expect(closed.text).toContain('N’est plus dans sa structure.');
    await reopenAccount(db(), blocked.id);
    const back = await body.asTrainer.get(`${session()}?liste=attente`);
    expect(back.text).not.toContain('N’est plus dans sa structure.');
    await leaveStructures(db(), blocked.id);
    expect((await body.asTrainer.get(`${session()}?liste=attente`)).text).toContain(
      'N’est plus dans sa structure.',
    );
    await setSession(db(), body.sessionId, { capacity });
  });
});

describe('the home', () => {
  const home = async (query = '') => body.asTrainer.get(`/parcourspro/prestataire${query}`);

  test('lists sessions under their action, and counts what waits', async () => {
    const { text } = await home();
    expect(text).toContain('Accompagner une VAE</h2>');
    expect(text).toMatch(/<strong>\d+\u00a0demandes? à examiner<\/strong>/);
    expect(text).toMatch(/À traiter \(\d\)/);
  });

  test('filters by words, state, dates and view; a wrong date is said and nothing else is lost', async () => {
    const shown = async (query: string) => (await home(query)).text.includes('<h2 class="h4" id="action-');
    expect(await shown('?q=vAé+pessac')).toBe(true);
    expect(await shown('?q=100%25_')).toBe(false);
    expect(await shown('?etat=sureffectif')).toBe(false);
    expect(await shown('?etat=places')).toBe(true);
    expect(await shown('?vue=passees')).toBe(false);
    expect(await shown('?vue=a-traiter')).toBe(true);
    expect(await shown('?du=2026-04-01&au=2026-04-01')).toBe(true);
    expect(await shown('?du=02/04/2026&au=2026-04-03')).toBe(false);
    expect(await shown(`?action=${body.actionId}`)).toBe(true);
    expect(await shown('?action=999999&etat=toString&vue=__proto__&page=abc')).toBe(false);
    for (const query of ['?du=hier', '?du=2026-05-01&au=2026-04-01']) {
      const wrong = await home(`${query}&q=vae`);
      expect(wrong.status).toBe(422);
      expect(wrong.text).toContain('value="vae"');
    }
    expect(await (await body.asStranger.get('/parcourspro/prestataire?vue=toutes')).text).not.toContain(
      'Accompagner une VAE',
    );
  });

  test('a session whose presence is to be noted waits too', async () => {
    const back = await begin(body, body.sessionId);
    const { text } = await home('?vue=a-traiter');
    expect(text).toMatch(/<strong>\d+\u00a0présences? à noter<\/strong>/);
    await back();
  });

  test.each(['', '?vue=toutes', '?vue=a-traiter&q=vae&etat=places&du=2026-01-01'])(
    'takes four statements at most (%s)',
    async (query) => {
      await home(query);
      const statements = await recordStatements(() => home(query));
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    },
  );
});
