import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { fileKinds } from '#training/import/columns.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import {
  type ActionRow,
  actionsIn,
  createAction,
  type SessionRow,
  sessionsIn,
  setAction,
  setSession,
  slotsOf,
} from '../support/catalogue.ts';
import { actorOf, countStates, enrolmentsOf, findFaults } from '../support/enrolments.ts';
import { journalOf, lastEntry } from '../support/journal.ts';
import { patiently } from '../support/patience.ts';
import {
  createStructure,
  createUser,
  leaveAgency,
  nextSiret,
  setStructure,
  type TestUser,
} from '../support/people.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

const ACTIONS = '/agence/catalogue/import/actions';
const SESSIONS = '/agence/catalogue/import/sessions';
let site: TestSite;
let manager: TestUser;
let agnes: Visitor;
let providerId: number;
let siret: string;
let serial = 0;
let ref: string;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  manager = await createUser(db, { isAgencyManager: true });
  agnes = await site.signedIn(manager.email);
  siret = nextSiret();
  providerId = await createStructure(db, { siret, isTrainingBody: true, name: 'Organisme' });
});
afterAll(() => site.close());
beforeEach(() => {
  serial += 1;
  ref = `REF-${serial}`;
  site.mailbox.clear();
});

const db = () => site.dependencies.db;
const csv = (rows: (string | undefined)[][]) =>
  rows
    .map((row) =>
      row.map((cell = '') => (/[";\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(';'),
    )
    .join('\r\n');
const fileOf = (lines: Record<string, string>[]) => {
  const names = [...new Set(lines.flatMap(Object.keys))];
  return csv([names, ...lines.map((line) => names.map((name) => line[name]))]);
};
const action = (changes: Record<string, string> = {}) => ({
  reference: ref,
  titre: 'Accompagner la VAE',
  type: 'Formation',
  theme: 'faciliter les parcours / vae',
  siret: siret.replace(/(...)/, '$1 '),
  modalite: 'présentiel',
  duree: '1,5',
  objectifs: 'Connaître les étapes.',
  programme: '- Le cadre\n- Les acteurs',
  ...changes,
});
const session = (changes: Record<string, string> = {}) => ({
  reference: `${ref}-A`,
  action: ref,
  creneaux: '12/01/2027 09:00-12:30 | 12/01/2027 13:30-17:00',
  places: '2',
  attente: '5',
  ouverture: '12/11/2026',
  cloture: '05/01/2027',
  lieu: 'Centre régional',
  code_postal: '33600',
  ville: 'Pessac',
  ...changes,
});
const send = async (page: string, content: string | Buffer, fields: Record<string, string> = {}) => {
  const token = await agnes.token(page);
  const request = agnes.agent.post(page).field('_csrf', token);
  for (const [name, value] of Object.entries(fields)) request.field(name, value);
  return request.attach('fichier', Buffer.from(content), 'catalogue.csv');
};
const mark = (text: string) => /name="empreinte" value="([^"]+)"/.exec(text)?.[1] ?? '';
/** What a browser sends of the page that was shown: a text area ends its lines by CR LF. */
const apply = async (page: string, content: string, empreinte: string) => {
  const token = await agnes.token(page);
  return agnes.agent
    .post(page)
    .field('_csrf', token)
    .field('etape', 'enregistrer')
    .field('empreinte', empreinte)
    .field('texte', content.replace(/\r?\n/g, '\r\n'));
};
const importFile = async (page: string, lines: Record<string, string>[]) => {
  const content = fileOf(lines);
  const shown = await send(page, content);
  expect(shown.status, shown.text.replace(/<[^>]+>/g, ' ').slice(0, 3000)).toBe(200);
  return apply(page, content, mark(shown.text));
};
const count = (text: string, word: string) =>
  Number(new RegExp(`<strong>(\\d+)</strong> ${word}`).exec(text)?.[1] ?? 0);
/** Those of the references that this test gives. */
const savedActions = async () =>
  (await actionsIn(db())).filter(({ reference }) => reference?.startsWith(ref));
const savedAction = async (reference = ref) => (await actionsIn(db(), { reference }))[0] as ActionRow;
const savedSession = async (reference = `${ref}-A`) =>
  (await sessionsIn(db(), { reference }))[0] as SessionRow;

describe('actions', () => {
  test('shown first, written only then, and the same file again changes nothing', async () => {
    const content = fileOf([
      action({ publier: 'oui' }),
      action({ reference: `${ref}-2`, titre: '=HYPERLINK("http://x") <script>alert(1)</script>' }),
    ]);
    const shown = await send(ACTIONS, content);
    expect(shown.status).toBe(200);
    expect(count(shown.text, 'Nouvelles')).toBe(2);
    expect(shown.text).not.toContain('<script>alert');
    expect(await savedAction()).toBeUndefined();
    expect((await apply(ACTIONS, content, mark(shown.text))).status).toBe(303);
    expect(await savedAction()).toMatchObject({
      title: 'Accompagner la VAE',
      provider_id: providerId,
      modality: 'in_person',
      duration_days: 1.5,
      programme: '- Le cadre\n- Les acteurs',
      published_at: site.clock.now(),
    });
    const second = await savedAction(`${ref}-2`);
    expect(second).toMatchObject({
      published_at: null,
      title: '=HYPERLINK("http://x") <script>alert(1)</script>',
    });
    const entries = (await journalOf(db())).slice(-4);
    expect(entries.at(-1)).toMatchObject({
      action: 'action.imported',
      actor_id: manager.id,
      details: { read: 2, added: 2, updated: 0 },
    });
    expect(entries.map((one) => one.action).sort()).toEqual([
      'action.created',
      'action.created',
      'action.imported',
      'action.published',
    ]);
    const again = await send(ACTIONS, content);
    expect(count(again.text, 'Inchangées')).toBe(2);
    expect(again.text).toContain('Tout ce que dit le fichier est déjà enregistré');
    const before = await savedActions();
    await apply(ACTIONS, content, mark(again.text));
    expect(await savedActions()).toEqual(before);
  });

  test('changed: what changes is told, what the file does not hold stays', async () => {
    expect((await importFile(ACTIONS, [action()])).status).toBe(303);
    const content = fileOf([{ reference: ref, titre: 'Accompagner la VAE', duree: '2', programme: '' }]);
    const shown = await send(ACTIONS, content);
    expect(count(shown.text, 'Modifiée')).toBe(1);
    expect(shown.text).toMatch(/Durée<\/strong>&nbsp;: 1,5 → 2/);
    expect(shown.text).toContain('<strong>Programme</strong>');
    expect(shown.text).not.toContain('<strong>Objectifs</strong>');
    expect((await apply(ACTIONS, content, mark(shown.text))).status).toBe(303);
    expect(await savedAction()).toMatchObject({
      duration_days: 2,
      programme: '',
      objectives: 'Connaître les étapes.',
      lock_version: 2,
    });
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['no title', { titre: '' }, 'titre', 'Donnez un titre'],
    ['an unknown kind', { type: 'Formasion' }, 'type', 'Écrivez l’un de ceux-ci'],
    ['no theme', { theme: '' }, 'theme', 'Indiquez un thème'],
    ['a wrong SIRET', { siret: '12345678901234' }, 'siret', 'inexact'],
    ['a SIRET that a spreadsheet shortened', { siret: '7,33E+13' }, 'siret', 'abrégé'],
    ['a structure that is not there', { siret: '73282932000074' }, 'siret', 'Aucune structure'],
    ['a wrong modality', { modalite: 'au loin' }, 'modalite', 'Présentiel, Distanciel ou Mixte'],
    ['a wrong duration', { duree: 'deux' }, 'duree', 'par exemple 1,5'],
    ['a very long title', { titre: 'x'.repeat(200) }, 'titre', 'trop long'],
    ['a very long text', { programme: 'x'.repeat(10_001) }, 'programme', 'trop long'],
    ['no reference', { reference: ' ' }, 'reference', 'Donnez à la ligne une référence'],
    ['a very long reference', { reference: 'x'.repeat(61) }, 'reference', '60'],
    ['neither yes nor no', { publier: 'peut-être' }, 'publier', 'oui ou non'],
    ['published without objectives', { publier: 'oui', objectifs: '' }, 'objectifs', 'écrivez-les'],
  ])(
    '%s: the line and the column are told, and nothing is written',
    async (_what, wrong, column, message) => {
      const content = fileOf([action({ reference: `${ref}-bon` }), action(wrong)]);
      const shown = await send(ACTIONS, content);
      expect(shown.status).toBe(422);
      expect(shown.text).toContain('Ligne&nbsp;');
      expect(shown.text).toContain(`Colonne «&nbsp;${column}&nbsp;»`);
      expect(shown.text).toContain(message);
      expect(shown.text).not.toContain('name="empreinte"');
      expect((await apply(ACTIONS, content, 'x')).status).toBe(409);
      expect(await savedAction(`${ref}-bon`)).toBeUndefined();
    },
  );

  test('a structure that runs no action, or is closed', async () => {
    const town = nextSiret();
    const closed = nextSiret();
    await createStructure(db(), { siret: town, name: 'Mairie' });
    const id = await createStructure(db(), { siret: closed, isTrainingBody: true, name: 'Fermée' });
    await setStructure(db(), id, { closed_on: '2026-11-12' });
    const closing = nextSiret();
    const last = await createStructure(db(), { siret: closing, isTrainingBody: true, name: 'Bientôt' });
    await setStructure(db(), last, { closed_on: '2026-11-13' });
    const shown = await send(
      ACTIONS,
      fileOf([
        action({ siret: town }),
        action({ reference: `${ref}-2`, siret: closed }),
        action({ reference: `${ref}-3`, siret: closing }),
      ]),
    );
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('Mairie n’est pas un organisme de formation');
    expect(shown.text).toContain('Fermée est fermée');
    expect(shown.text).not.toContain('Bientôt est fermée');
  });

  test('one reference twice in a file', async () => {
    const shown = await send(ACTIONS, fileOf([action(), action()]));
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('La ligne 2 a déjà cette référence');
  });

  test('changed between the two pages: shown again, nothing written', async () => {
    expect((await importFile(ACTIONS, [action()])).status).toBe(303);
    const content = fileOf([action({ titre: 'Autre titre' }), action({ reference: `${ref}-new` })]);
    const shown = await send(ACTIONS, content);
    await setAction(db(), (await savedAction()).id, { trainer: 'Ada', lock_version: 2 });
    const answer = await apply(ACTIONS, content, mark(shown.text));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Le catalogue a changé depuis');
    expect(await savedAction()).toMatchObject({ title: 'Accompagner la VAE' });
    expect(await savedAction(`${ref}-new`)).toBeUndefined();
    expect((await apply(ACTIONS, content, mark(answer.text))).status).toBe(303);
    expect((await savedAction()).title).toBe('Autre titre');
  });

  test('another file than the one that was shown is shown in its turn', async () => {
    const shown = await send(ACTIONS, fileOf([action()]));
    const answer = await apply(ACTIONS, fileOf([action({ titre: 'Tout autre' })]), mark(shown.text));
    expect(answer.status).toBe(409);
    expect(await savedAction()).toBeUndefined();
  });

  test('the same file sent twice at once is written once', async () => {
    const content = fileOf([action()]);
    const shown = await send(ACTIONS, content);
    const answers = await Promise.all([1, 2].map(() => apply(ACTIONS, content, mark(shown.text))));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await actionsIn(db(), { reference: ref })).toHaveLength(1);
  });

  test('the reference is one of the form’s fields, and unique', async () => {
    expect((await importFile(ACTIONS, [action()])).status).toBe(303);
    const { id, kind_id, theme_id } = await savedAction();
    expect((await agnes.get(`/agence/catalogue/actions/${id}`)).text).toContain(`value="${ref}"`);
    const form = {
      titre: 'Autre',
      type: kind_id,
      theme: theme_id,
      modalite: 'remote',
      duree: '1',
      structure_id: providerId,
      reference: ref,
    };
    const answer = await agnes.submit('/agence/catalogue/actions/nouvelle', form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Une autre action porte déjà cette référence');
    expect(
      (await agnes.submit(`/agence/catalogue/actions/${id}/copier`, {}, `/agence/catalogue/actions/${id}`))
        .status,
    ).toBe(303);
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    expect((await importFile(ACTIONS, [action({ publier: 'oui' })])).status).toBe(303);
  });
  const ask = async (approve = true) => {
    const { id: actionId } = await savedAction();
    const { id: sessionId } = await savedSession();
    const structureId = await createStructure(db(), { memberIn: [2026, 2027] });
    const decider = await createUser(db(), { affiliations: { [structureId]: ['hr_validator'] } });
    const person = await createUser(db(), { affiliations: { [structureId]: [] } });
    const { id } = await requestEnrolment(site.dependencies, await actorOf(db(), person.id), {
      actionId,
      sessionId,
      structureId,
      motivation: 'Progresser',
    });
    const by = { role: 'hr_validator', userId: decider.id, way: 'page' } as const;
    if (approve) await decideEnrolment(site.dependencies, id, { event: 'approve', by });
    await site.runJobs();
    site.mailbox.clear();
    return person;
  };

  test('new, found by reference or by the address of the action; again, nothing changes', async () => {
    const { slug } = await savedAction();
    const lines = [session(), session({ reference: `${ref}-B`, action: slug })];
    expect((await importFile(SESSIONS, lines)).status).toBe(303);
    const saved = await savedSession();
    expect(saved).toMatchObject({
      capacity: 2,
      waiting_capacity: 5,
      city: 'Pessac',
      department: '33',
      starts_at: new Date('2027-01-12T08:00:00Z'),
      registration_closes_at: new Date('2027-01-05T23:00:00Z'),
    });
    expect(await slotsOf(db(), saved.id)).toHaveLength(2);
    expect(await lastEntry(db())).toMatchObject({
      action: 'training_session.imported',
      details: { read: 2, added: 2, updated: 0 },
    });
    const again = await send(SESSIONS, fileOf(lines));
    expect(count(again.text, 'Inchangées')).toBe(2);
    // Once it is over, it may still stand in the file.
    site.clock.set('2027-02-01T10:00:00Z');
    agnes = await site.signedIn(manager.email);
    expect(count((await send(SESSIONS, fileOf(lines))).text, 'Inchangées')).toBe(2);
    const late = await send(SESSIONS, fileOf([session({ places: '3' })]));
    expect(late.status).toBe(422);
    expect(late.text).toContain('a déjà commencé');
    site.clock.set('2026-11-12T10:00:00Z');
    agnes = await site.signedIn(manager.email);
  });

  test('that nobody asked for is written anew', async () => {
    expect((await importFile(SESSIONS, [session()])).status).toBe(303);
    expect(
      (await importFile(SESSIONS, [session({ creneaux: '13/01/2027 9h-12h', places: '4' })])).status,
    ).toBe(303);
    const saved = await savedSession();
    expect(saved).toMatchObject({ capacity: 4, starts_at: new Date('2027-01-13T08:00:00Z') });
    expect(await slotsOf(db(), saved.id)).toHaveLength(1);
  });

  test('that people asked for is moved with a reason: they keep their seat, are told and asked', async () => {
    expect((await importFile(SESSIONS, [session()])).status).toBe(303);
    const person = await ask();
    const moved = session({ creneaux: '13/01/2027 9:00-12:00' });
    const refused = await send(SESSIONS, fileOf([moved]));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Colonne «&nbsp;motif&nbsp;»');
    const content = fileOf([{ ...moved, motif: 'Salle prise' }]);
    const shown = await send(SESSIONS, content);
    expect(shown.text).toContain('1\u00a0personne est prévenue des nouvelles dates');
    expect((await apply(SESSIONS, content, mark(shown.text))).status).toBe(303);
    const { id } = await savedSession();
    expect(await countStates(db(), id)).toEqual({ preregistered: 1 });
    const { confirmation_asked_at } = first(await enrolmentsOf(db(), { session_id: id }));
    expect(confirmation_asked_at).not.toBeNull();
    await site.runJobs();
    expect(site.mailbox.to(person.email)).toHaveLength(1);
    expect(site.mailbox.to(person.email)[0]?.text).toContain('Salle prise');
    // The same file again: the dates are those of the file, nobody hears of anything.
    site.mailbox.clear();
    expect(count((await send(SESSIONS, content)).text, 'Inchangée')).toBe(1);
  });

  test('seats raised move the queue; lowered, nobody loses a seat', async () => {
    expect((await importFile(SESSIONS, [session({ places: '1' })])).status).toBe(303);
    await ask();
    await ask();
    const { id } = await savedSession();
    expect(await countStates(db(), id)).toEqual({ preregistered: 1, waitlisted: 1 });
    expect((await importFile(SESSIONS, [session({ places: '2' })])).status).toBe(303);
    expect(await countStates(db(), id)).toEqual({ preregistered: 2 });
    expect((await importFile(SESSIONS, [session({ places: '1' })])).status).toBe(303);
    expect(await countStates(db(), id)).toEqual({ preregistered: 2 });
    expect((await agnes.get(`/agence/sessions/${id}`)).text).toContain('Sureffectif');
  });

  test('somebody asks between the two pages: shown again, for it is now to be moved with a reason', async () => {
    expect((await importFile(SESSIONS, [session()])).status).toBe(303);
    const content = fileOf([
      session({ creneaux: '13/01/2027 9:00-12:00' }),
      session({ reference: `${ref}-C` }),
    ]);
    const shown = await send(SESSIONS, content);
    expect(shown.status).toBe(200);
    await ask(false);
    const answer = await apply(SESSIONS, content, mark(shown.text));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('écrivez ici pourquoi');
    expect(await savedSession(`${ref}-C`)).toBeUndefined();
    expect((await savedSession()).starts_at).toEqual(new Date('2027-01-12T08:00:00Z'));
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['an unknown action', { action: 'NULLE-PART' }, 'action', 'importez d’abord l’action'],
    ['no action', { action: '' }, 'action', 'Indiquez la référence'],
    ['no half-day', { creneaux: '' }, 'creneaux', 'au moins une demi-journée'],
    [
      'an end before the start',
      { creneaux: '12/01/2027 12:00-09:00' },
      'creneaux',
      'finit avant de commencer',
    ],
    [
      'half-days that overlap',
      { creneaux: '12/01/2027 9:00-12:00|12/01/2027 11:00-13:00' },
      'creneaux',
      'se chevauchent',
    ],
    ['a day gone by', { creneaux: '11/11/2026 9:00-12:00', cloture: '' }, 'creneaux', 'déjà passée'],
    ['a negative number', { places: '-1' }, 'places', 'nombre entier'],
    ['a huge number', { places: '10001' }, 'places', 'nombre entier'],
    ['no queue', { attente: '' }, 'attente', '0 s’il n’y en a pas'],
    ['no city', { ville: '' }, 'ville', 'Indiquez la ville'],
    ['a wrong postcode', { code_postal: '336' }, 'code_postal', 'cinq chiffres'],
    ['a link that is none', { lien: 'javascript:alert(1)' }, 'lien', 'https://'],
    ['a closing after the start', { cloture: '2027-01-13' }, 'cloture', 'au plus tard le premier jour'],
  ])('%s: the line and the column are told', async (_what, wrong, column, message) => {
    const shown = await send(SESSIONS, fileOf([session(wrong)]));
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('Ligne&nbsp;2');
    expect(shown.text).toContain(`Colonne «&nbsp;${column}&nbsp;»`);
    expect(shown.text).toContain(message);
    expect(await savedSession()).toBeUndefined();
  });

  test('of another action, cancelled', async () => {
    expect((await importFile(SESSIONS, [session()])).status).toBe(303);
    const other = await createAction(db(), { providerId });
    const elsewhere = await send(SESSIONS, fileOf([session({ action: other.slug })]));
    expect(elsewhere.text).toContain('elle ne change pas d’action');
    await setSession(db(), (await savedSession()).id, { cancelled_at: site.clock.now() });
    const cancelled = await send(SESSIONS, fileOf([session({ places: '9' })]));
    expect(cancelled.text).toContain('Cette session est annulée');
  });

  test('seats go up and down by files while people ask: nobody oversold, nobody passed', async () => {
    expect((await importFile(SESSIONS, [session({ places: '2', attente: '20' })])).status).toBe(303);
    const { id: actionId } = await savedAction();
    const { id: sessionId } = await savedSession();
    const people: { person: TestUser; decider: TestUser; structureId: number }[] = [];
    for (let index = 0; index < 8; index += 1) {
      const structureId = await createStructure(db(), { memberIn: [2026, 2027] });
      const decider = await createUser(db(), { affiliations: { [structureId]: ['hr_validator'] } });
      const person = await createUser(db(), { affiliations: { [structureId]: [] } });
      people.push({ person, decider, structureId });
    }
    const askAndApprove = async ({ person, decider, structureId }: (typeof people)[0]) => {
      const actor = await patiently(() => actorOf(db(), person.id));
      const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
      const { id } = await patiently(() => requestEnrolment(site.dependencies, actor, request));
      const by = { role: 'hr_validator', userId: decider.id, way: 'page' } as const;
      await patiently(() => decideEnrolment(site.dependencies, id, { event: 'approve', by }));
    };
    // A file is refused where somebody changed the same session meanwhile, or too many are at it; it is then read and
    // sent again.
    const seats = async (places: string) => {
      for (;;) {
        const answer = await importFile(SESSIONS, [session({ places, attente: '20' })]);
        if (answer.status === 303) return;
        expect([409, 503]).toContain(answer.status);
      }
    };
    await Promise.all([
      ...people.map(askAndApprove),
      (async () => {
        for (const places of ['4', '3', '5']) await seats(places);
      })(),
    ]);
    expect(await countStates(db(), sessionId)).toEqual({ preregistered: 5, waitlisted: 3 });
    expect(await findFaults(db(), actionId, 2)).toEqual([]);
  }, 60_000);
});

describe('a file', () => {
  test.each<[string, string | Buffer, string]>([
    ['empty', '', 'Choisissez un fichier'],
    ['with titles alone', 'reference;titre', 'aucune ligne'],
    ['without the reference', 'titre;type\nA;B', '« reference »'.replaceAll(' ', '\u00a0')],
    ['with a column twice', 'reference;titre;titre\nA;B;C', 'deux fois'],
    ['of a spreadsheet', Buffer.from('PK\u0003\u0004xxxx'), 'C’est un classeur'],
    ['of bytes', Buffer.from([1, 2, 3, 0, 255, 7]), 'pas fait de texte'],
    ['with a quote never closed', 'reference;titre\n"A;B', 'mal formé'],
    ['with too many lines', `reference\n${'A\n'.repeat(1001)}`, 'partagez-le en plusieurs'],
    ['of a megabyte', `reference;titre\n${'A;B\n'.repeat(260_000)}`, 'partagez-le en plusieurs'],
  ])('%s is refused', async (_what, content, message) => {
    const answer = await send(ACTIONS, content);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
  });

  test('of three megabytes is not read at all', async () => {
    expect((await send(ACTIONS, `reference\n${'x'.repeat(3_000_000)}`)).status).toBe(413);
  });

  test('as Windows writes it, by commas, columns in any order and any case', async () => {
    const line = action({ titre: 'Été à l’œuvre' });
    const names = Object.keys(line).reverse();
    const content = [
      names.map((name) => name.toUpperCase()).join(','),
      names.map((name) => `"${(line as Record<string, string>)[name]}"`).join(','),
    ].join('\r\n');
    const bytes = Buffer.from(content.replace('œ', '\u009c').replace('’', '\u0092'), 'latin1');
    const shown = await send(ACTIONS, bytes);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('Été à l’œuvre');
  });

  test('the model is what the import reads, but for what is the agency’s own', async () => {
    for (const [page, kind] of [
      [ACTIONS, fileKinds.actions],
      [SESSIONS, fileKinds.sessions],
    ] as const) {
      const model = await agnes.get(`${page}/modele.csv`);
      expect(model.headers['content-type']).toContain('text/csv');
      const shown = await send(page, model.text);
      expect(shown.text).not.toContain('Colonnes laissées de côté');
      for (const { name } of kind.columns)
        if (!['siret', 'action', 'reference'].includes(name))
          expect(shown.text, name).not.toContain(`Colonne «&nbsp;${name}&nbsp;»`);
    }
  });

  test('four statements at most beside those of whoever asks, whatever the lines', async () => {
    const content = fileOf(
      Array.from({ length: 300 }, (_, index) => action({ reference: `${ref}-${index}` })),
    );
    const token = await agnes.token(ACTIONS);
    const statements = await recordStatements(async () => {
      const shown = await agnes.agent
        .post(ACTIONS)
        .field('_csrf', token)
        .attach('fichier', Buffer.from(content), 'a.csv');
      expect(count(shown.text, 'Nouvelles')).toBe(300);
      expect(shown.text).toContain('Les 100 premières, sur 300');
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(6);
  });
});

test('to whoever no longer works for the agency, nothing is written', async () => {
  const leaving = await createUser(db(), { isAgencyManager: true });
  const browser = await site.signedIn(leaving.email);
  const token = await browser.token(ACTIONS);
  await leaveAgency(db(), leaving.id);
  const answer = await browser.agent
    .post(ACTIONS)
    .field('_csrf', token)
    .field('etape', 'enregistrer')
    .field('texte', fileOf([action()]));
  expect(answer.status).toBe(403);
  expect(await savedAction()).toBeUndefined();
});
