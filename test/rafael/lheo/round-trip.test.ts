import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, fingerprintOf } from '#rafael/lheo/canonical.ts';
import type { LheoElement } from '#rafael/lheo/tree.ts';
import { writeLheo } from '#rafael/lheo/writer.ts';
import {
  anyOf,
  fileOf,
  hasLheoSchema,
  readAll,
  rejects,
  schemaFaults,
  smallest,
} from '../../support/lheo.ts';

describe('what was written is read again', () => {
  test('any tree, extras and attributes included, whatever the pieces that it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyOf('formation'), { minLength: 1, maxLength: 2 }),
        fc.constantFrom(1, 2, 3, 7, 64, 1000, 65_536),
        async (formations, size) => {
          const read = await readAll(fileOf(...formations), size);
          expect(read.map(({ tree }) => tree)).toEqual(formations.map(canonical));
          expect(read.flatMap(({ issues }) => rejects(issues))).toEqual([]);
          expect(read.map(({ tree }) => fingerprintOf(tree))).toEqual(formations.map(fingerprintOf));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('the moment of an export is no change', () => {
    const formation = smallest('formation');
    const exported = {
      ...formation,
      attributes: { ...formation.attributes, 'horodatage-export': '2027-01-01T00:00:00Z' },
    };
    expect(fingerprintOf(exported)).toEqual(fingerprintOf(formation));
    const other = { ...formation, attributes: { ...formation.attributes, info: 'other' } };
    expect(fingerprintOf(other)).not.toEqual(fingerprintOf(formation));
  });
});

describe.skipIf(!hasLheoSchema)('the schema takes what is written', () => {
  test('any valid tree', async () => {
    const formations = fc.sample(anyOf('formation'), { numRuns: 60, seed: 1 });
    expect(await schemaFaults(formations.map((one) => fileOf(one)))).toEqual(formations.map(() => []));
  }, 60_000);

  test('several formations with the same ids, and references to what is not there', async () => {
    const one = withId(smallest('formation', 'A'), 'a1', 'a1');
    const two = withId(smallest('formation', 'B'), 'a1', 'a1');
    const lost = withId(smallest('formation', 'C'), 'c', 'elsewhere');
    const file = await written([one, two, lost]);
    expect(await schemaFaults([file])).toEqual([[]]);
    expect(file).toContain('id="a1.2"');
    expect(file).toContain('idref="a1.2"');
    expect(file).not.toContain('elsewhere');
  });

  test('signs that XML cannot hold are left out', async () => {
    const formation = smallest('formation');
    const [, title] = formation.children as LheoElement[];
    if (title) title.text = 'a\u0000\u000b\ud800b\ufffe';
    const file = await written([formation]);
    expect(await schemaFaults([file])).toEqual([[]]);
    expect(file).toContain('<intitule-formation>ab</intitule-formation>');
  });
});

function withId(formation: LheoElement, id: string, idref: string): LheoElement {
  const [first, ...others] = formation.children as LheoElement[];
  return {
    ...formation,
    attributes: { ...formation.attributes, idref },
    children: [{ ...(first as LheoElement), attributes: { id } }, ...others],
  };
}

async function written(formations: LheoElement[]): Promise<string> {
  let file = '';
  const some = (async function* () {
    yield* formations;
  })();
  for await (const piece of writeLheo(some, new Date())) file += piece;
  return file;
}
