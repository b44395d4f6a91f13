import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasRightBeyondBeneficiary,
  mayGrant,
  mayRevoke,
  RIGHTS,
  type Right,
  type RightsHolder,
  rightDefinitions,
  rightsOnAcceptance,
} from '#access/rights.ts';

const plain = { isTrainingBody: false, mayPreregister: false };
const trainingBody = { isTrainingBody: true, mayPreregister: false };
const prescriber = { isTrainingBody: false, mayPreregister: true };
const holder = (rights: Right[], structure = plain, referentCount = 2): RightsHolder => ({
  rights,
  structure,
  referentCount,
});

describe('« + » (domain.md §2)', () => {
  test.each<[string, Right, RightsHolder, true | RegExp]>([
    ['référent, anywhere', 'referent', holder(['beneficiary']), true],
    ['employeur, anywhere', 'hr_validator', holder(['beneficiary']), true],
    ['what is held already', 'hr_validator', holder(['hr_validator']), /déjà/],
    ['prestataire in a training body', 'provider', holder([], trainingBody), true],
    ['prestataire elsewhere', 'provider', holder([], prescriber), /organismes de formation/],
    ['gestionnaire OF in a training body', 'of_general', holder([], trainingBody), true],
    ['gestionnaire OF elsewhere', 'of_general', holder([], prescriber), /organismes de formation/],
    ['a second gestionnaire OF', 'of_general', holder(['of_catalogue'], trainingBody), /retirez d’abord/],
    ['prescripteur where preregistering is allowed', 'prescriber_2', holder([], prescriber), true],
    ['prescripteur elsewhere', 'prescriber_2', holder([], trainingBody), /habilitées à préinscrire/],
    ['a second prescripteur', 'prescriber_3', holder(['prescriber_1'], prescriber), /retirez d’abord/],
    [
      'one of each family',
      'prescriber_3',
      holder(['of_general'], { isTrainingBody: true, mayPreregister: true }),
      true,
    ],
  ])('%s', (_what, right, who, expected) => {
    const verdict = mayGrant(right, who);
    if (expected === true) expect(verdict).toBe(true);
    else expect(verdict).toMatch(expected);
  });
});

describe('« – » (domain.md §2)', () => {
  test.each<[string, Right, RightsHolder, true | RegExp]>([
    ['employeur', 'hr_validator', holder(['hr_validator']), true],
    ['what is not held', 'hr_validator', holder([]), /n’a pas/],
    ['bénéficiaire, never', 'beneficiary', holder(['beneficiary']), /automatique/],
    ['one référent of two', 'referent', holder(['referent'], plain, 2), true],
    ['the last référent', 'referent', holder(['referent'], plain, 1), /au moins un référent/],
    ['a right that the structure no longer has', 'provider', holder(['provider'], plain), true],
  ])('%s', (_what, right, who, expected) => {
    const verdict = mayRevoke(right, who);
    if (expected === true) expect(verdict).toBe(true);
    else expect(verdict).toMatch(expected);
  });
});

test('the first person of a structure runs it, the next ones are bénéficiaires', () => {
  expect(rightsOnAcceptance(true).sort()).toEqual(['beneficiary', 'hr_validator', 'referent']);
  expect(rightsOnAcceptance(false)).toEqual(['beneficiary']);
});

test('the icon is blue with any right beyond bénéficiaire', () => {
  expect(hasRightBeyondBeneficiary(['beneficiary'])).toBe(false);
  expect(hasRightBeyondBeneficiary([])).toBe(false);
  expect(hasRightBeyondBeneficiary(['beneficiary', 'provider'])).toBe(true);
});

describe('whatever is clicked, in any order, by anybody', () => {
  const structures = fc.record({ isTrainingBody: fc.boolean(), mayPreregister: fc.boolean() });
  const clicks = fc.array(
    fc.record({
      person: fc.nat(2),
      kind: fc.constantFrom('grant' as const, 'revoke' as const),
      right: fc.constantFrom(...RIGHTS),
    }),
    { maxLength: 60 },
  );

  test('the rules of domain.md §2 hold', () => {
    fc.assert(
      fc.property(structures, clicks, (structure, sequence) => {
        const people: Set<Right>[] = [
          new Set(rightsOnAcceptance(true)),
          new Set(rightsOnAcceptance(false)),
          new Set(rightsOnAcceptance(false)),
        ];
        for (const { person, kind, right } of sequence) {
          const rights = people[person] as Set<Right>;
          const who: RightsHolder = {
            rights: [...rights],
            structure,
            referentCount: people.filter((one) => one.has('referent')).length,
          };
          const verdict = (kind === 'grant' ? mayGrant : mayRevoke)(right, who);
          // A refusal says why; at most one of « + » and « – » is ever allowed.
          if (verdict !== true) expect(verdict.length).toBeGreaterThan(10);
          expect(mayGrant(right, who) === true && mayRevoke(right, who) === true).toBe(false);
          if (verdict === true && kind === 'grant') rights.add(right);
          if (verdict === true && kind === 'revoke') rights.delete(right);
        }
        expect(people.some((rights) => rights.has('referent'))).toBe(true);
        for (const rights of people) {
          expect(rights.has('beneficiary')).toBe(true);
          for (const group of ['of', 'prescriber']) {
            const held = [...rights].filter((right) => rightDefinitions[right].group === group);
            expect(held.length).toBeLessThanOrEqual(1);
          }
          for (const right of rights) {
            const { onlyWhere } = rightDefinitions[right];
            if (onlyWhere === 'training_body') expect(structure.isTrainingBody).toBe(true);
            if (onlyWhere === 'may_preregister') expect(structure.mayPreregister).toBe(true);
          }
        }
      }),
    );
  });
});
