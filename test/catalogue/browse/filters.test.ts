import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSearch } from '#catalogue/browse/schemas.ts';
import { searchForm } from '#catalogue/browse/search/form.ts';
import { searchCatalogue } from '#catalogue/browse/service.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession, setKind } from '../../support/catalogue.ts';
import { createStructure, setStructure } from '../../support/people.ts';

let site: TestSite;
let now: Date;
let near: number;
let far: number;

async function add(
  title: string,
  options: Partial<Parameters<typeof createAction>[1]>,
  sessions: (Partial<Parameters<typeof createSession>[1]> & { city?: string; department?: string })[],
): Promise<number> {
  const { db } = site.dependencies;
  const action = await createAction(db, { providerId: near, title, ...options });
  for (const { city = 'Pessac', department = '33', ...session } of sessions) {
    await createSession(db, {
      actionId: action.id,
      now,
      ...session,
      fields: { city, department, ...session.fields },
    });
  }
  return action.id;
}

async function search(address: string) {
  const query = readSearch(fieldsOf(address));
  const outcome = await searchCatalogue(site.dependencies, query);
  return {
    ...outcome,
    titles: outcome.found.actions.map(({ title }) => title).sort(),
    form: searchForm(query, outcome.lists, outcome.found),
  };
}

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  now = site.clock.now();
  const { db } = site.dependencies;
  near = await createStructure(db, { isTrainingBody: true, name: 'Près' });
  far = await createStructure(db, { isTrainingBody: true, name: 'Loin' });
  await add('Bordeaux', { theme: 'vae' }, [{ city: 'Bordeaux', startsInDays: 10 }]);
  await add('Libourne', { theme: 'handicap' }, [{ city: 'LIBOURNE', startsInDays: 20 }]);
  await add('Périgueux', { theme: 'vae', kind: 'webinaire', providerId: far }, [
    { city: 'Périgueux', department: '24', startsInDays: 30 },
    { city: 'Limoges', department: '87', startsInDays: 31 },
  ]);
  await add('Pauillac', { theme: 'vae' }, [{ city: 'Pauillac', startsInDays: 40 }]);
  await add('Pau', { theme: 'vae' }, [{ city: 'Pau', department: '64', startsInDays: 50 }]);
  // A town that the list of places does not know, and one of the same name elsewhere.
  await add('Saint-Genès', { theme: 'vae' }, [{ city: 'Saint-Genès-de-Lombaud', startsInDays: 60 }]);
  await add('Langon', { theme: 'pedagogie' }, [{ city: 'Langon', startsInDays: 65 }]);
  await add('Plein', { theme: 'vae' }, [{ city: 'Bordeaux', capacity: 0, startsInDays: 70 }]);
});
afterAll(() => site.close());

describe('around a city', () => {
  test.each<[string, string[]]>([
    ['lieu=Bordeaux', ['Bordeaux', 'Plein']],
    // Libourne is 27 km away, Pauillac 42, Périgueux 110.
    ['lieu=Bordeaux&rayon=20', ['Bordeaux', 'Plein']],
    ['lieu=bordeaux&rayon=30', ['Bordeaux', 'Libourne', 'Plein']],
    ['lieu=Bordeaux&rayon=50', ['Bordeaux', 'Langon', 'Libourne', 'Pauillac', 'Plein']],
    // Langon and Libourne are 34 and 35 km away, in the corners of the square that surrounds the circle.
    ['lieu=L%C3%A9ognan&rayon=30', ['Bordeaux', 'Plein']],
    ['lieu=St-Junien&rayon=50', ['Périgueux']],
    // The town itself, not those whose names begin alike.
    ['lieu=Pau', ['Pau']],
    // No session there, and nobody looks elsewhere for a town that is known.
    ['lieu=Cenon', []],
    ['lieu=Cenon&rayon=10', ['Bordeaux', 'Plein']],
    // Without a town there is nothing to be around of.
    ['lieu=Gironde&rayon=100', ['Bordeaux', 'Langon', 'Libourne', 'Pauillac', 'Plein', 'Saint-Genès']],
    ['lieu=Bordeaux&rayon=12', ['Bordeaux', 'Plein']],
  ])('%s', async (address, expected) => {
    const { titles, found } = await search(address);
    expect(titles).toEqual(expected);
    expect(found.isCentreKnown).toBe(true);
  });

  test('of an unknown place is its name alone, and the page says so', async () => {
    const { titles, found } = await search('lieu=saint+genes&rayon=50');
    expect(titles).toEqual(['Saint-Genès']);
    expect(found.isCentreKnown).toBe(false);
    const page = await site.visitor().get('/parcourspro/actions?lieu=saint+genes&rayon=50');
    expect(page.text).toContain('la recherche porte sur ce nom seul');
  });

  test('a town is the same whichever way « saint » is written', async () => {
    const { rows } = await site.dependencies.db.raw(
      `select place_key('Ste-Anne-St-Priest') = place_key('Sainte Anne (Saint Priest)') as same`,
    );
    expect(rows).toEqual([{ same: true }]);
  });

  test('counts kilometres as maps do', async () => {
    const { rows } = await site.dependencies.db.raw(
      `select round(kilometres(48.8566, 2.3522, 44.8378, -0.5792)::numeric, 0)::int as km`,
    );
    expect(Math.abs(rows[0].km - 499)).toBeLessThan(2);
  });

  test('every town of the list lies in the region, in its own département’s reach', async () => {
    const { rows } = await site.dependencies.db.raw(
      `select a.name from communes a
        where a.latitude not between 42.7 and 47.2 or a.longitude not between -1.9 and 2.7
           or kilometres(a.latitude, a.longitude,
                (select avg(latitude) from communes where department = a.department),
                (select avg(longitude) from communes where department = a.department)) > 95`,
    );
    expect(rows).toEqual([]);
  });
});

describe('dates and provider', () => {
  test.each<[string, string[]]>([
    ['du=2026-11-22&au=2026-12-02', ['Libourne', 'Périgueux']],
    // Both days are part of it: sessions start on 12 and 22 November.
    ['du=2026-11-12&au=2026-11-22', ['Bordeaux', 'Libourne']],
    ['du=2026-12-30', ['Langon', 'Plein', 'Saint-Genès']],
    ['au=2026-11-12', ['Bordeaux']],
    ['du=2026-12-02&au=2026-11-22', []],
    [
      'du=2026-02-31&au=demain',
      ['Bordeaux', 'Langon', 'Libourne', 'Pau', 'Pauillac', 'Plein', 'Périgueux', 'Saint-Genès'],
    ],
    ['organisme=2147483647', []],
  ])('%s', async (address, expected) => {
    expect((await search(address)).titles).toEqual(expected);
  });

  test('a period that ends before it begins is explained', async () => {
    const page = await site.visitor().get('/parcourspro/actions?du=2026-12-02&au=2026-11-22');
    expect(page.status).toBe(200);
    expect(page.text).toContain('La fin de la période est avant son début');
  });

  test('a provider is named by its chip, and stays chosen where nothing is left', async () => {
    const { titles, chips } = await search(`organisme=${far}`);
    expect(titles).toEqual(['Périgueux']);
    expect(chips.map(({ label }) => label)).toEqual(['Loin']);
    const none = await search(`organisme=${far}&lieu=Pau`);
    expect(none.form.providers[0]).toEqual({ value: String(far), label: 'Loin (0)' });
  });
});

describe('counts per value', () => {
  test('tell what each value would leave, the other filters kept', async () => {
    const { form, found } = await search('theme=vae&lieu=Gironde');
    expect(found.total).toBe(4);
    const labels = (choices: { label: string }[]) => choices.map(({ label }) => label);
    expect(labels(form.themes)).toContain('Faciliter les parcours / VAE (4)');
    expect(labels(form.themes)).toContain('Handicap et inclusion (1)');
    expect(labels(form.kinds).slice(0, 2)).toEqual(['Formation (4)', 'Parcours d’autoformation (0)']);
    expect(labels(form.accesses)).toEqual(['Réservées aux adhérents (4)', 'Ouvertes à tous (0)']);
    expect(labels(form.providers)).toEqual(['Près (4)']);
    // The place aside: an action of two départements counts in both.
    expect(found.facets.departments).toEqual({ '24': 1, '33': 4, '64': 1, '87': 1 });
  });

  test.each(['', 'q=pauillac', 'places=1', 'theme=vae', 'type=webinaire&lieu=24', 'modalite=distanciel'])(
    'are those that one finds: %s',
    async (address) => {
      const { form, lists } = await search(address);
      for (const [name, choices] of [
        ['theme', form.themes],
        ['type', form.kinds],
        ['modalite', form.modalities],
        ['acces', form.accesses],
        ['organisme', form.providers],
      ] as const) {
        for (const { value, label } of choices) {
          const others = new URLSearchParams(address);
          others.set(name, value);
          const { found } = await search(others.toString());
          expect(`${name} ${label}`).toBe(`${name} ${label.replace(/\([^)]*\)$/, `(${found.total})`)}`);
        }
      }
      expect(lists.kinds).toHaveLength(11);
    },
  );
});

describe('labels', () => {
  test('that change are found under their new words, and no longer under the old', async () => {
    const { db } = site.dependencies;
    await setStructure(db, far, { name: 'Zinnia conseil' });
    expect((await search('q=zinnia')).titles).toEqual(['Périgueux']);
    await setKind(db, 'webinaire', { label: 'Visioconférence' });
    expect((await search('q=visioconf%C3%A9rence')).titles).toEqual(['Périgueux']);
    expect((await search('q=visioconferance')).titles).toEqual(['Périgueux']);
    expect((await search('q=%22webinaire%22')).titles).toEqual([]);
  });
});
