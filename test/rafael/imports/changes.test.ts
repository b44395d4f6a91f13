import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween, MOST_SHOWN } from '#rafael/imports/plan/changes.ts';
import { fingerprintOf } from '#rafael/lheo/canonical.ts';
import { childOf, childrenOf, element, type LheoElement, withChildren, withText } from '#rafael/lheo/tree.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { anyOf } from '../../support/lheo.ts';

const formation = formationAt(5, '32922456200234', 2027);
const [action = element('action')] = childrenOf(formation, 'action');
const [session = element('session')] = childrenOf(action, 'session');
const withSessions = (sessions: LheoElement[]) =>
  withChildren(formation, 'action', [
    withChildren(action, 'session', sessions),
    ...childrenOf(formation, 'action').slice(1),
  ]);
const told = (after: LheoElement) => changesBetween(formation, after).shown;

describe('what an import changes, in the words of people', () => {
  test('a text, from what it is to what it becomes, cut', () => {
    const [change] = told(withText(formation, 'intitule-formation', 'x'.repeat(200)));
    expect(change).toMatchObject({ label: 'Intitulé', from: expect.stringContaining('parcours 5') });
    expect(change?.to).toHaveLength(60);
  });

  test('a code by its meaning, a date as people write it', () => {
    const moved = withChildren(session, 'periode', [
      element('periode', [element('debut', '20270400'), element('fin', '99999999')]),
    ]);
    const closed = withText(moved, 'etat-recrutement', '2');
    const sessions = [closed, ...childrenOf(action, 'session').slice(1)];
    expect(told(withSessions(sessions))).toMatchObject([
      { label: 'Action F5-1 › Session F5-1-1 › Période › Début', to: 'avril 2027' },
      { label: 'Action F5-1 › Session F5-1-1 › Période › Fin', to: 'non connue' },
      { label: 'Action F5-1 › Session F5-1-1 › État du recrutement', from: 'Ouvert', to: 'Fermé' },
    ]);
  });

  test('a session that comes, goes, or changes its place is found by its number', () => {
    const sessions = childrenOf(action, 'session');
    const added = { ...session, attributes: { numero: 'S-9' } };
    expect(told(withSessions([added, ...sessions.slice(1)]))).toMatchObject([
      { label: 'Action F5-1 › Session S-9', to: expect.stringMatching(/^\d\d\/\d\d\/2027 – /) },
      { label: 'Action F5-1 › Session F5-1-1', from: expect.any(String) },
    ]);
    expect(told(withSessions(sessions.toReversed()))).toEqual([
      { label: 'Action F5-1 › Ordre des sessions', from: 'F5-1-1, F5-1-2', to: 'F5-1-2, F5-1-1' },
    ]);
  });

  test('codes that come several times are one field', () => {
    const domain = childOf(formation, 'domaine-formation') as LheoElement;
    const codes = ['46278', '15081'].map((code) => element('code-FORMACODE', code, { ref: 'V14' }));
    const after = withChildren(formation, 'domaine-formation', [
      withChildren(domain, 'code-FORMACODE', codes),
    ]);
    expect(told(after)).toMatchObject([{ label: 'Domaine › Formacodes', to: '46278, 15081' }]);
  });

  test('beyond some fields only their number is told', () => {
    const before = element('formation', [element('intitule-formation', 'x')], { numero: 'A' });
    const actions = Array.from({ length: 30 }, (_, at) => element('action', [], { numero: `A${at}` }));
    const { shown, count } = changesBetween(before, withChildren(before, 'action', actions));
    expect(shown).toHaveLength(MOST_SHOWN);
    expect(count).toBe(30);
  });
});

test('whatever the two trees, something is told exactly where they differ', () => {
  fc.assert(
    fc.property(anyOf('formation', 'F'), anyOf('formation', 'F'), (before, after) => {
      const isSame = fingerprintOf(before).equals(fingerprintOf(after));
      expect(changesBetween(before, after).count === 0).toBe(isSame);
      expect(changesBetween(before, before).count).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('whatever single element changes, something is told', () => {
  const mutated = (tree: LheoElement, at: { left: number }): LheoElement => {
    at.left -= 1;
    if (at.left === 0)
      return tree.text === undefined
        ? { ...tree, attributes: { ...tree.attributes, info: `${tree.attributes?.info}!` } }
        : { ...tree, text: `${tree.text}!` };
    if (!tree.children) return tree;
    return {
      ...tree,
      children: tree.children.map((child) => (typeof child === 'string' ? child : mutated(child, at))),
    };
  };
  fc.assert(
    fc.property(anyOf('formation', 'F'), fc.integer({ min: 1, max: 60 }), (tree, place) => {
      const at = { left: place };
      const changed = mutated(tree, at);
      fc.pre(at.left <= 0);
      expect(changesBetween(tree, changed).count).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});
