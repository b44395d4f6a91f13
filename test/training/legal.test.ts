import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveAction } from '#training/actions/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, kindOf, newestAction } from '../support/catalogue.ts';
import { lastEntry } from '../support/journal.ts';
import { createStructure, createUser } from '../support/people.ts';

/** What the documents of a training say of an action, and which kinds of action give a certificat de réalisation. */
let site: TestSite;
let manager: Visitor;
let actionId: number;
let page: string;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-02T09:00:00Z' });
  manager = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
  const providerId = await createStructure(db(), { isTrainingBody: true });
  actionId = (await createAction(db(), { providerId })).id;
  page = `/agence/catalogue/actions/${actionId}`;
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
const legalOf = (id: number) => db()('action_legal').where({ action_id: id }).first();
const LEGAL = {
  nature: 'vae',
  moyens: 'Salle équipée\r\nSupport',
  suivi: 'Émargement',
  evaluation: 'Questionnaire',
  sanction: 'Attestation',
  cofinancement: '1',
};

/** The form as the page holds it, with some fields changed. */
async function save(changes: Record<string, string>) {
  const { text } = await manager.get(page);
  const fields = await db()('actions').where({ id: actionId }).first();
  return manager.submit(page, {
    titre: fields.title,
    type: String(fields.kind_id),
    theme: String(fields.theme_id),
    modalite: fields.modality,
    duree: String(fields.duration_days),
    objectifs: fields.objectives || 'Objectifs',
    structure_id: String(fields.provider_id),
    version: /name="version" value="(\d+)"/.exec(text)?.[1] ?? '',
    ...changes,
  });
}

test('the agency writes what the convention says of an action, and finds it again', async () => {
  expect((await manager.get(page)).text).toContain('Pour les documents de formation');
  expect((await save(LEGAL)).status).toBe(303);
  expect(await legalOf(actionId)).toMatchObject({
    nature: 'vae',
    means: 'Salle équipée\nSupport',
    follow_up: 'Émargement',
    evaluation: 'Questionnaire',
    sanction: 'Attestation',
    is_cofinanced: true,
  });
  const { text } = await manager.get(page);
  expect(text).toMatch(/<option value="vae" selected>/);
  expect(/<input[^>]*name="cofinancement"[^>]*>/.exec(text)?.[0]).toContain(' checked');
  expect(text).toContain('Émargement</textarea>');
});

test('what is too long, or is no nature, is said on the form', async () => {
  for (const [wrong, message] of [
    [{ sanction: 'a'.repeat(501) }, '500 caractères au plus'],
    [{ moyens: 'a'.repeat(2001) }, '2\u202f000 caractères au plus'],
    [{ nature: 'autre' }, 'Choisissez la nature de l’action.'],
  ] as const) {
    const refused = await save({ ...LEGAL, ...wrong });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(message);
  }
  expect((await legalOf(actionId)).nature).toBe('vae');
});

test('a copy says the same, and a file of actions leaves it as it is', async () => {
  await manager.submit(`${page}/copier`, {}, page);
  const copy = await newestAction(db());
  expect(await legalOf(copy.id)).toMatchObject({ nature: 'vae', means: 'Salle équipée\nSupport' });
  const row = await db()('actions').where({ id: copy.id }).first();
  await saveAction(
    site.dependencies,
    { id: copy.id, version: row.lock_version },
    {
      title: 'Par un fichier',
      kindId: row.kind_id,
      themeId: row.theme_id,
      providerId: row.provider_id,
      modality: row.modality,
      durationDays: 1,
      trainer: '',
      objectives: '',
      audience: '',
      prerequisites: '',
      programme: '',
      reference: null,
    },
  );
  expect(await legalOf(copy.id)).toMatchObject({ nature: 'vae', is_cofinanced: true });
});

test('a kind gives a certificat de réalisation or not, and the change is read before it is saved', async () => {
  const { id } = await kindOf(db(), 'formation');
  const kind = `/agence/catalogue/types/${id}`;
  const isTraining = async () => (await db()('action_kinds').where({ id }).first()).is_training;
  expect(await isTraining()).toBe(true);
  expect((await manager.get('/agence/catalogue/types')).text).toContain('Attestation de participation');
  const { text } = await manager.get(kind);
  const fields = {
    label: 'Formation',
    acces: 'reserve',
    total: '1',
    formation: '1',
    validations: 'employeur_et_prestataire',
    version: /name="version" value="(\d+)"/.exec(text)?.[1] ?? '',
  };
  const shown = await manager.submit(kind, fields);
  expect(shown.text).toContain('ne donnent plus de certificat de réalisation');
  expect(await isTraining()).toBe(true);
  await manager.submit(kind, { ...fields, etape: 'confirmer' }, kind);
  expect(await isTraining()).toBe(false);
  expect((await lastEntry(db(), 'kind.updated'))?.details).toMatchObject({ isTraining: false });
});
