import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSearch } from '#catalogue/browse/schemas.ts';
import { searchCatalogue } from '#catalogue/browse/service.ts';
import type { State } from '#enrolment/states.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { type ActionRow, createAction, createSession } from '../../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createStructure } from '../../support/people.ts';

let database: TestDatabase;
let now: Date;
let providerId: number;

type Session = Partial<Parameters<typeof createSession>[1]> & {
  city?: string;
  department?: string;
  remote?: boolean;
};

/** An action with its sessions; `fields` are what it has beside the defaults. */
async function add(
  title: string,
  options: Partial<Parameters<typeof createAction>[1]> = {},
  sessions: Session[] = [{}],
  fields: Partial<ActionRow> = {},
): Promise<number[]> {
  const { db } = database.dependencies;
  const action = await createAction(db, {
    providerId,
    title,
    theme: 'qualite',
    ...options,
    fields: { ...options.fields, ...fields },
  });
  const ids: number[] = [];
  for (const { city = 'Pessac', department = '33', remote, fields, slot, ...session } of sessions) {
    const where = remote ? { city: null, department: null } : { city, department };
    const how = remote ? ({ modality: 'remote', place: '', address: '', city: '' } as const) : {};
    ids.push(
      await createSession(db, {
        actionId: action.id,
        now,
        ...session,
        fields: { ...where, ...fields },
        slot: { ...how, ...slot },
      }),
    );
  }
  return ids;
}

/** Fills seats of a session with people in a state. */
async function fill(sessionId: number, states: State[]): Promise<void> {
  for (const state of states) await createEnrolment(database.dependencies.db, { sessionId, state });
}

async function search(address: string) {
  const { found } = await searchCatalogue(database.dependencies, readSearch(fieldsOf(address)));
  return { ...found, titles: found.actions.map((action) => action.title) };
}
const titles = async (address: string) => (await search(address)).titles;

beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-11-02T10:00:00Z' });
  now = database.clock.now();
  providerId = await createStructure(database.dependencies.db, {
    isTrainingBody: true,
    name: 'Coopérative des savoirs',
    acronym: 'CODESA',
  });
  await add('Accompagner le financement des parcours individuels', {}, [{ startsInDays: 20 }], {
    objectives: 'Maîtriser les dispositifs\nPositionner son rôle de conseiller',
    modality: 'mixed',
  });
  await add(
    'La VAE à l’œuvre : accueillir et orienter',
    { kind: 'webinaire' },
    [{ startsInDays: 10, remote: true }],
    {
      modality: 'remote',
    },
  );
  await add('Handicap : lever les freins à l’emploi', { kind: 'journee', theme: 'handicap' }, [
    { startsInDays: 40, city: 'La Rochelle', department: '17' },
    { startsInDays: 60, city: 'Angoulême', department: '16' },
  ]);
  await add(
    'Atelier entre pairs',
    { kind: 'codeveloppement' },
    [{ startsInDays: 15, city: 'Saint-Médard-en-Jalles', department: '33' }],
    { programme: 'Le numérique inclusif, en pratique', trainer: 'Zoé Kowalczyk' },
  );
  // What nobody should find by default.
  await add('Brouillon sur le handicap', { published: false });
  await add('Archive sur le handicap', {}, [{}], { archived_at: now });
  await add('Le handicap, avant', {}, [{ startsInDays: -20, opensInDays: -60 }]);
  await add('Le handicap annulé', {}, [{ cancelled: true }]);
  await add('Le handicap plus tard', {}, [{}], { published_at: new Date(now.getTime() + 1000) });
});
afterAll(() => database.drop());

const FINANCE = 'Accompagner le financement des parcours individuels';
const VAE = 'La VAE à l’œuvre : accueillir et orienter';
const HANDICAP = 'Handicap : lever les freins à l’emploi';
const PAIRS = 'Atelier entre pairs';

describe('words', () => {
  test.each<[string, string[]]>([
    ['VAE', [VAE]],
    ['vae', [VAE]],
    ['V.A.E.', [VAE]],
    ['oeuvre', [VAE]],
    ['ŒUVRE', [VAE]],
    ['lèver des frein', [HANDICAP]],
    ['financer un parcours', [FINANCE]],
    ['l’orientation', [VAE]],
    ['conseiller', [FINANCE]],
    ['conseillers', [FINANCE]],
    ['numerique', [PAIRS]],
    ['kowalczyk', [PAIRS]],
    ['webinaire', [VAE]],
    ['webinaire droit', [VAE]],
    ['"lever les freins"', [HANDICAP]],
    ['"freins lever"', []],
    ['orienter OR freins', [VAE, HANDICAP]],
    ['accueillir -orienter', []],
    ['xyzzyxk', []],
    ['de la', []],
    ['!!! & | <-> :*', []],
  ])('%s', async (words, expected) => {
    const { titles, total, isApproximate } = await search(`q=${encodeURIComponent(words)}&tri=date`);
    expect(titles).toEqual(expected);
    expect(total).toBe(expected.length);
    expect(isApproximate).toBe(false);
  });

  test.each([
    ['financment parcour', FINANCE],
    ['acompagner', FINANCE],
    ['hanidcap', HANDICAP],
    ['financem', FINANCE],
    ['co-développement', PAIRS],
    ['webinere', VAE],
  ])('%s, misspelt', async (words, expected) => {
    const { titles, isApproximate } = await search(`q=${encodeURIComponent(words)}`);
    expect(titles[0]).toBe(expected);
    expect(isApproximate).toBe(true);
  });

  test('a word taken out is not brought back by its resemblance', async () => {
    expect(await titles('q=-handicap&tri=date')).toEqual([VAE, PAIRS, FINANCE]);
  });

  test('the provider is found by name and sigle', async () => {
    expect(await titles('q=codesa')).toHaveLength(4);
    expect(await titles('q=cooperative')).toHaveLength(4);
  });
});

describe('filters', () => {
  test.each<[string, string[]]>([
    ['', [VAE, PAIRS, FINANCE, HANDICAP]],
    ['theme=handicap', [HANDICAP]],
    ['type=webinaire', [VAE]],
    ['modalite=mixte', [FINANCE]],
    ['modalite=distanciel', [VAE]],
    ['acces=reserve', [PAIRS, FINANCE]],
    ['acces=ouvert', [VAE, HANDICAP]],
    ['lieu=33', [PAIRS, FINANCE]],
    ['lieu=Charente', [HANDICAP]],
    ['lieu=larochelle', [HANDICAP]],
    ['lieu=la+rochelle', [HANDICAP]],
    ['lieu=Rochelle', [HANDICAP]],
    ['lieu=st+medard', [PAIRS]],
    ['lieu=angouleme', [HANDICAP]],
    ['lieu=Angoulème', [HANDICAP]],
    ['lieu=à+distance', [VAE]],
    ['lieu=Paris', []],
    ['theme=nul&type=nul&modalite=nul&acces=nul&lieu=%25', [VAE, PAIRS, FINANCE, HANDICAP]],
    ['q=handicap&acces=ouvert&lieu=17&theme=handicap&type=journee&modalite=presentiel&places=1', [HANDICAP]],
    ['q=handicap&acces=reserve', []],
  ])('%s', async (address, expected) => {
    expect(await titles(address)).toEqual(expected);
  });

  test('the card shows the session that answers the search, and how many do', async () => {
    const { actions } = await search('lieu=Angoul%C3%AAme');
    expect(actions[0]).toMatchObject({ sessionCount: 1, session: { city: 'Angoulême' } });
    const all = await search('theme=handicap');
    expect(all.actions[0]).toMatchObject({ sessionCount: 2, session: { city: 'La Rochelle' } });
  });

  test('actions without a session to come are shown on request, last', async () => {
    expect(await titles('q=handicap&passees=1&tri=date')).toEqual([
      HANDICAP,
      'Le handicap annulé',
      'Le handicap, avant',
    ]);
    expect(await titles('q=handicap&passees=1&lieu=33')).toEqual([]);
  });
});

describe('seats', () => {
  beforeAll(async () => {
    const seats = { capacity: 2, waitingCapacity: 1 };
    const [full] = await add('Places : complet', { theme: 'numerique' }, [seats]);
    await fill(full as number, [
      'enrolled',
      'preregistered',
      'withdrawn',
      'refused_by_hr',
      'session_cancelled',
    ]);
    const [asked] = await add('Places : une libre, demandes au complet', { theme: 'numerique' }, [seats]);
    await fill(asked as number, ['enrolled', 'requested', 'waitlisted']);
    const [free] = await add('Places : une libre', { theme: 'numerique' }, [seats]);
    await fill(free as number, ['preregistered', 'requested', 'expired']);
    await add('Places : closes', { theme: 'numerique' }, [{ ...seats, closesInDays: -1 }]);
    await add('Places : à ouvrir', { theme: 'numerique' }, [{ ...seats, opensInDays: 2 }]);
    const [first] = await add('Places : deuxième session', { theme: 'numerique' }, [
      { ...seats, startsInDays: 5 },
      { ...seats, startsInDays: 50, city: 'Agen', department: '47' },
    ]);
    await fill(first as number, ['attended', 'absent']);
  });

  test('only sessions in which a place is left and can be asked for', async () => {
    const { actions } = await search('theme=numerique&places=1');
    expect(actions.map(({ title }) => title)).toEqual([
      'Places : à ouvrir',
      'Places : une libre',
      'Places : deuxième session',
    ]);
    expect(actions.at(-1)?.session).toMatchObject({ city: 'Agen', seatsHeld: 0, live: 0 });
  });

  test('seats held and live requests are counted apart', async () => {
    const { actions } = await search('theme=numerique');
    const counts = Object.fromEntries(
      actions.map(({ title, session }) => [title, [session?.seatsHeld, session?.live, session?.waitlisted]]),
    );
    expect(counts).toMatchObject({
      'Places : complet': [2, 2, 0],
      'Places : une libre, demandes au complet': [1, 3, 1],
      'Places : une libre': [1, 2, 0],
      'Places : deuxième session': [2, 0, 0],
    });
  });

  test('what can no longer be asked for comes last', async () => {
    expect((await titles('theme=numerique')).at(-1)).toBe('Places : closes');
  });
});

describe('order and pages', () => {
  beforeAll(async () => {
    await add('Mentorat', { theme: 'alternance' }, [{ startsInDays: 90 }], {
      objectives: 'Le tutorat en entreprise',
    });
    await add('Le tutorat', { theme: 'alternance' }, [{ startsInDays: 100 }]);
    await add('Parrainage', { theme: 'alternance' }, [{ startsInDays: 80 }], {
      programme: 'Du tutorat au parrainage',
    });
    for (let index = 1; index <= 27; index += 1) {
      await add(`Serie ${String(index).padStart(2, '0')}`, { theme: 'pedagogie' }, [
        { startsInDays: 10 + index },
      ]);
    }
  });

  test('words in the title come before those in the text, or by date on request', async () => {
    const byRelevance = ['Le tutorat', 'Mentorat', 'Parrainage'];
    expect(await titles('q=tutorat')).toEqual(byRelevance);
    expect(await titles('q=tutorat&tri=pertinence')).toEqual(byRelevance);
    expect(await titles('q=tutorat&tri=date')).toEqual(['Parrainage', 'Mentorat', 'Le tutorat']);
  });

  test('twelve to a page, none twice, none lost', async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => search(`theme=pedagogie&page=${page}`)));
    expect(pages.map((page) => page.titles.length)).toEqual([12, 12, 3]);
    expect(pages.every((page) => page.total === 27)).toBe(true);
    const all = pages.flatMap((page) => page.titles);
    expect(all).toEqual(all.toSorted());
    expect(new Set(all).size).toBe(27);
  });

  test.each(['4', '99', '2147483647'])('page %s, beyond the end, is the last one', async (page) => {
    expect(await search(`theme=pedagogie&page=${page}`)).toMatchObject({ page: 3, total: 27 });
    expect(await search(`q=xyzzyxk&page=${page}`)).toMatchObject({ page: 1, total: 0 });
  });
});

test('letters that only spaces keep apart are no word: « C à distance », but « C G T »', async () => {
  await add('Programmer en langage C', {}, [{}], { objectives: 'Suivre les séances devant son écran' });
  await add('Le syndicat CGT', {}, [{}], { objectives: 'Suivre à distance' });
  expect(await titles('q=langage C à écran')).toEqual(['Programmer en langage C']);
  expect(await titles('q=langage c')).toEqual(['Programmer en langage C']);
  expect(await titles('q=C G T à distance')).toEqual(['Le syndicat CGT']);
});
