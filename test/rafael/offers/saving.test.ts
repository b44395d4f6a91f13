import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonical } from '#rafael/lheo/canonical.ts';
import { childOf, childrenOf, element, type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import { joinFormation } from '#rafael/offers/project/split.ts';
import { saveFormation, saveFormations } from '#rafael/offers/saving/save.ts';
import type { Saved } from '#rafael/offers/saving/types.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { smallest } from '../../support/lheo.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let database: TestDatabase;
let body: number;
let userId: number;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(database.owner, { isTrainingBody: true });
  userId = (await createUser(database.owner)).id;
});
afterAll(() => database.drop());

const save = (tree: LheoElement, options: { publish?: boolean; structureId?: number } = {}) =>
  database.dependencies.db.transaction((trx) =>
    saveFormation(
      trx,
      { structureId: options.structureId ?? body, tree },
      { source: 'import', userId, now: database.clock.now(), publish: options.publish ?? false },
    ),
  );
const offerOf = async (id: number) => database.owner('offers').where({ id }).first();
const sessionsOf = (offerId: number) =>
  database
    .owner('offer_sessions')
    .where({ offer_id: offerId })
    .orderBy('external_number')
    .select('external_number', 'state', 'capacity', 'id');

let serial = 0;
function nextNumber(): string {
  serial += 1;
  return `N${serial}`;
}

/** A formation of a number of its own, with so many sessions in its action. */
function formationWith(sessions: number, number = nextNumber()): LheoElement {
  const tree = smallest('formation', number);
  const action = childOf(tree, 'action') as LheoElement;
  const some = Array.from({ length: sessions }, (_, at) => smallest('session', `S${at + 1}`));
  return withChildren(tree, 'action', [withChildren(action, 'session', some)]);
}
const changed = (tree: LheoElement, title = 'Autre titre') =>
  withChildren(tree, 'intitule-formation', [element('intitule-formation', title)]);

test('a new formation is kept whole, each level without the one below', async () => {
  const tree = formationWith(2);
  const { verdict, offerId } = await save(tree);
  expect(verdict).toBe('new');
  const { lheo } = await offerOf(offerId);
  const actions = await database.owner('offer_actions').where({ offer_id: offerId }).orderBy('position');
  const sessions = await database.owner('offer_sessions').where({ offer_id: offerId }).orderBy('position');
  const kept = joinFormation({
    offer: lheo,
    actions: actions.map((one) => ({ action: one.lheo, sessions: sessions.map(({ lheo }) => lheo) })),
  });
  expect(canonical(kept)).toEqual(canonical(tree));
  expect(await offerOf(offerId)).toMatchObject({
    state: 'draft',
    title: 'aaa',
    version: 1,
    created_by: userId,
    confirmed_at: database.clock.now(),
  });
});

test('the same again writes nothing, and asks one statement more than its lock', async () => {
  const tree = formationWith(2);
  const { offerId } = await save(tree);
  const { xmin } = await database.owner('offers').where({ id: offerId }).first(database.owner.raw('xmin'));
  const statements = await recordStatements(() => save(tree));
  expect(
    statements.filter((sql) => /insert|update (?!of)|delete/i.test(sql.replace(/for no key update/g, ''))),
  ).toEqual([]);
  expect((await save(tree)).verdict).toBe('unchanged');
  expect(await database.owner('offers').where({ id: offerId }).first(database.owner.raw('xmin'))).toEqual({
    xmin,
  });
});

test('a change raises the version and keeps who made it first', async () => {
  const tree = formationWith(1);
  const { offerId } = await save(tree, { publish: true });
  expect((await save(changed(tree))).verdict).toBe('changed');
  expect(await offerOf(offerId)).toMatchObject({ state: 'published', title: 'Autre titre', version: 2 });
});

test('the number of another body is another formation', async () => {
  const tree = formationWith(1);
  const other = await createStructure(database.owner, { isTrainingBody: true });
  const mine = await save(tree);
  const theirs = await save(changed(tree), { structureId: other });
  expect(theirs).toMatchObject({ verdict: 'new' });
  expect(await offerOf(mine.offerId)).toMatchObject({ title: 'aaa' });
});

test('what is worth a look is counted, and again with each change', async () => {
  const tree = withChildren(formationWith(1), 'objectif-formation', [element('objectif-formation', '-')]);
  const { offerId } = await save(tree);
  expect(await offerOf(offerId)).toMatchObject({ warnings: 1 });
  await save(withChildren(tree, 'objectif-formation', [element('objectif-formation', 'Bâtir')]));
  expect(await offerOf(offerId)).toMatchObject({ warnings: 0 });
});

describe('what a formation does not have any more', () => {
  test('is archived, and comes back', async () => {
    const tree = formationWith(3);
    const { offerId } = await save(tree);
    const fewer = withChildren(tree, 'action', [
      withChildren(
        childOf(tree, 'action') as LheoElement,
        'session',
        childrenOf(childOf(tree, 'action') as LheoElement, 'session').slice(0, 1),
      ),
    ]);
    await save(fewer);
    expect((await sessionsOf(offerId)).map(({ state }) => state)).toEqual(['open', 'archived', 'archived']);
    await save(tree);
    expect((await sessionsOf(offerId)).map(({ state }) => state)).toEqual(['open', 'open', 'open']);
  });

  test('stays where somebody has a seat or waits for one', async () => {
    const tree = formationWith(3);
    const { offerId } = await save(tree);
    const [first, second] = await sessionsOf(offerId);
    await database.owner('offer_sessions').where({ id: first?.id }).update({ seats_held: 2 });
    await database.owner('offer_sessions').where({ id: second?.id }).update({ waiting: 1 });
    await save(withChildren(tree, 'action', [{ ...smallest('action', 'autre') }]));
    const actions = await database.owner('offer_actions').where({ offer_id: offerId }).orderBy('id');
    expect(actions.map(({ archived_at }) => archived_at)).toEqual([null, null]);
    expect((await sessionsOf(offerId)).map((one) => `${one.external_number} ${one.state}`)).toEqual([
      'autre-1 open',
      'S1 open',
      'S2 open',
      'S3 archived',
    ]);
  });
});

test('no session gets fewer places than are held', async () => {
  const withPlaces = (tree: LheoElement, places: string) => {
    const action = childOf(tree, 'action') as LheoElement;
    const cycle = element('cycle', [element('type-cycle', '0'), element('capacite-simultanee', places)]);
    return withChildren(tree, 'action', [
      withChildren(
        action,
        'session',
        childrenOf(action, 'session').map((one) => withChildren(one, 'cycle', [cycle])),
      ),
    ]);
  };
  const tree = formationWith(1);
  const { offerId } = await save(withPlaces(tree, '10'));
  const [session] = await sessionsOf(offerId);
  await database.owner('offer_sessions').where({ id: session?.id }).update({ seats_held: 6 });
  await save(withPlaces(tree, '5'));
  expect(await sessionsOf(offerId)).toMatchObject([{ capacity: 10 }]);
  await save(withPlaces(tree, '6'));
  expect(await sessionsOf(offerId)).toMatchObject([{ capacity: 6 }]);
});

test('meetings follow the file, save those where somebody is expected', async () => {
  const meeting = (day: string) =>
    element('recrutement', [
      element('modalite-recrutement', '9'),
      element('periode', [element('debut', day), element('fin', day)]),
    ]);
  const withMeetings = (tree: LheoElement, ...days: string[]) => {
    const action = childOf(tree, 'action') as LheoElement;
    const [session] = childrenOf(action, 'session');
    return withChildren(tree, 'action', [
      withChildren(action, 'session', [
        withChildren(session as LheoElement, 'recrutement', days.map(meeting)),
      ]),
    ]);
  };
  const meetingsOf = (offerId: number) =>
    database
      .owner('information_meetings as m')
      .join('offer_sessions as s', 's.id', 'm.session_id')
      .where('s.offer_id', offerId)
      .orderBy('m.starts_at')
      .select('m.id', 'm.taken', database.owner.raw(`to_char(m.starts_at, 'MMDD') as day`));
  const tree = formationWith(1);
  const { offerId } = await save(withMeetings(tree, '20270110', '20270111', '20270112'));
  const [first, second] = await meetingsOf(offerId);
  await database.owner('information_meetings').where({ id: first.id }).update({ taken: 1 });
  await save(withMeetings(tree, '20270111', '20270113'));
  const after = await meetingsOf(offerId);
  expect(after.map(({ day }) => day)).toEqual(['0110', '0111', '0113']);
  expect(after[1]?.id).toBe(second.id);
});

test('two saves of one formation at once make one', async () => {
  const tree = formationWith(1);
  const verdicts = await Promise.all([save(tree), save(tree), save(changed(tree))]);
  expect(verdicts.filter(({ verdict }) => verdict === 'new')).toHaveLength(1);
  expect(new Set(verdicts.map(({ offerId }) => offerId)).size).toBe(1);
});

test('many are kept by as many statements as one', async () => {
  const trees = Array.from({ length: 40 }, () => formationWith(2));
  const saving = { source: 'import', userId, now: database.clock.now(), publish: true } as const;
  let saved: Saved[] = [];
  const statements = await recordStatements(async () => {
    saved = await database.dependencies.db.transaction((trx) =>
      saveFormations(
        trx,
        trees.map((tree) => ({ structureId: body, tree })),
        saving,
      ),
    );
  });
  expect(saved.map(({ verdict }) => verdict)).toEqual(trees.map(() => 'new'));
  expect(statements.filter((sql) => !/^(begin|commit)/i.test(sql)).length).toBeLessThanOrEqual(8);
});
