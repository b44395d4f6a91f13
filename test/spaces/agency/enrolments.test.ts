import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '#enrolment/states.ts';
import { readFilter, viewOptions } from '#spaces/agency/enrolments/filter.ts';
import { emailOf } from '../../../bench/catalogue/fill.ts';
import { recordAsked, tablesReadThrough } from '../../../bench/catalogue/plans.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createSiteAtSize } from '../../support/at-size.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createStructure, createUser, nextSiret } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

const LIST = '/agence/inscriptions';

describe('the list of requests', () => {
  let site: TestSite;
  let agnes: Visitor;
  let siret: string;
  const sessions: number[] = [];
  beforeAll(async () => {
    site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
    const { db } = site.dependencies;
    agnes = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
    siret = nextSiret();
    const alone = await createStructure(db, { name: 'Mairie d’Éauze', siret, memberIn: [2026] });
    const led = await createStructure(db, { name: 'Mission locale', memberIn: [2026] });
    await createUser(db, { affiliations: { [led]: ['hr_validator'] } });
    const providerId = await createStructure(db, { isTrainingBody: true });
    await createUser(db, { affiliations: { [providerId]: ['provider'] } });
    for (const [title, startsInDays] of [
      ['Accompagner la VAE', 30],
      ['Découvrir le numérique', 60],
    ] as const) {
      const { id: actionId } = await createAction(db, { providerId, title });
      sessions.push(await createSession(db, { actionId, now: site.clock.now(), startsInDays }));
    }
    let index = 0;
    const ask = async (
      [firstName, lastName]: [string, string],
      structureId: number,
      session: number,
      state: State,
      daysAgo: number,
    ) => {
      index += 1;
      const person = await createUser(db, {
        firstName,
        lastName,
        email: `personne-${index}@ville.example`,
        affiliations: { [structureId]: [] },
      });
      const sessionId = sessions[session] as number;
      const at = new Date(+site.clock.now() - daysAgo * DAY);
      await createEnrolment(db, { sessionId, userId: person.id, structureId, state, at });
    };
    await ask(['Ada', 'Martin'], led, 0, 'requested', 1);
    await ask(['Inès', 'Été'], led, 1, 'requested', 30);
    await ask(['Seule', 'Ici'], alone, 0, 'requested', 2);
    await ask(['Bob', '<script>alert(1)</script>'], led, 0, 'enrolled', 3);
    await ask(['Chloé', 'Refus'], alone, 1, 'refused_by_hr', 4);
  });
  afterAll(() => site.close());

  const people = ['Ada Martin', 'Inès Été', 'Seule Ici', 'Bob', 'Chloé Refus'];
  const shown = async (query: string) => {
    const { status, text } = await agnes.get(LIST + query);
    expect(status).toBe(200);
    expect(text).not.toContain('<script>alert');
    return people.filter((name) => text.includes(`>${name}`));
  };

  test.each<[string, string[]]>([
    ['', ['Ada Martin', 'Inès Été', 'Seule Ici']],
    ['?etat=agence', ['Seule Ici']],
    ['?etat=retard', ['Inès Été']],
    ['?etat=inscrits', ['Bob']],
    ['?etat=refuses-employeur', ['Chloé Refus']],
    ['?etat=toutes', people],
    ['?etat=n%27importe', ['Ada Martin', 'Inès Été', 'Seule Ici']],
    ['?q=martin+ada', ['Ada Martin']],
    ['?q=ete', ['Inès Été']],
    ['?q=personne-4@ville&etat=toutes', ['Bob']],
    ['?q=mairie+eauze&etat=toutes', ['Seule Ici', 'Chloé Refus']],
    ['?action=VAE&etat=toutes', ['Ada Martin', 'Seule Ici', 'Bob']],
    ['?action=numerique&q=mairie&etat=toutes', ['Chloé Refus']],
    ['?q=%25%25%25', []],
    ['?q=___', []],
    ['?q=%27%3B--', []],
    ['?q=a', ['Ada Martin', 'Inès Été', 'Seule Ici']],
    ['?seance=abc&etat=toutes', people],
    ['?seance=99999999&etat=toutes', []],
    ['?q=%00%01%02%03', []],
    [`?q=${'x'.repeat(5000)}`, []],
  ])('%s', async (query, expected) => {
    // A NUL is left out of what is searched: nothing is then typed.
    expect(await shown(query)).toEqual(
      query.includes('%00') ? ['Ada Martin', 'Inès Été', 'Seule Ici'] : expected,
    );
  });

  test('of one session, by SIRET', async () => {
    expect(await shown(`?seance=${sessions[1]}&etat=toutes`)).toEqual(['Inès Été', 'Chloé Refus']);
    expect(await shown(`?q=${siret}&etat=toutes`)).toEqual(['Seule Ici', 'Chloé Refus']);
    const { text } = await agnes.get(`${LIST}?seance=${sessions[1]}&q=ete`);
    expect(text).toContain(`name="seance" value="${sessions[1]}"`);
    expect(text).toContain('value="ete"');
  });

  test('what only the agency can decide comes first, then the oldest', async () => {
    const { text } = await agnes.get(LIST);
    const places = ['Seule Ici', 'Inès Été', 'Ada Martin'].map((name) => text.indexOf(`>${name}`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain('L’agence décide');
    expect(text).toContain('en retard');
  });

  test('four statements at most', async () => {
    await agnes.get(LIST);
    const statements = await recordStatements(() => agnes.get(`${LIST}?q=martin&action=vae&etat=toutes`));
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
  });

  test('each choice of the list is read', () => {
    const views = viewOptions.map(({ value }) => readFilter({ etat: value }).view);
    expect(new Set(views).size).toBe(viewOptions.length);
  });
});

describe('at size', () => {
  let site: TestSite;
  let agnes: Visitor;
  beforeAll(async () => {
    site = await createSiteAtSize();
    const { db } = site.dependencies;
    agnes = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
  }, 120_000);
  afterAll(() => site.close());

  test('no page of the agency about requests and sessions reads a large table through', async () => {
    const { db } = site.dependencies;
    const { id: session } = await db('sessions').orderBy('seats_held', 'desc').first('id');
    const { id: action } = await db('actions').orderBy('id', 'desc').first('id');
    const name = encodeURIComponent(
      (
        await db('users')
          .where({ email: emailOf(7) })
          .first()
      ).last_name,
    );
    const faults: string[] = [];
    for (const path of [
      LIST,
      ...viewOptions.map(({ value }) => `${LIST}?etat=${value}`),
      `${LIST}?q=${name}&etat=toutes`,
      `${LIST}?q=${encodeURIComponent(emailOf(7))}&etat=toutes`,
      `${LIST}?action=parcours&etat=toutes`,
      `${LIST}?seance=${session}&etat=toutes`,
      `/agence/inscriptions/ajouter?qui=${name}&seance=${session}`,
      `/agence/sessions/${session}`,
      `/agence/sessions/${session}/annuler`,
      `/agence/sessions/${session}/presence`,
      `/agence/catalogue/actions/${action}/sessions`,
      `/agence/catalogue/actions/${action}/documents`,
    ]) {
      const sent = await recordAsked(async () => {
        expect((await agnes.get(path)).status, path).toBe(200);
      });
      if (sent.length > 4) faults.push(`${path}: ${sent.length} statements`);
      for (const one of sent)
        for (const table of await tablesReadThrough(db, one)) faults.push(`${path}: ${table}`);
    }
    expect(faults).toEqual([]);
  }, 120_000);
});
