import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, fingerprintOf } from '#rafael/lheo/canonical.ts';
import { element, elementsOf, type LheoElement } from '#rafael/lheo/tree.ts';
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

  test('texts side by side in an extra are one, and an empty one is none', async () => {
    const formation = smallest('formation');
    const extra: LheoElement = { name: 'extra', children: ['', 'a', 'b', { name: 'x', children: [] }, 'c'] };
    const tree = { ...formation, children: [...elementsOf(formation), element('extras', [extra])] };
    expect((await readAll(fileOf(tree)))[0]?.tree).toEqual(canonical(tree));
  });

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

  test('an id twice in a formation, within an extra too, and none that is not of LHÉO', async () => {
    const extra =
      '<extra id="a"><p xmlns="" id="a"><q id="a"/></p><certifiante id="a">1</certifiante><x:p xmlns:x="urn:x" id="a"><debut id="b" idref="a">20270101</debut></x:p></extra>';
    const [read] = await readAll(
      fileOf(smallest('formation')).replace('</formation>', `<extras>${extra}</extras></formation>`),
    );
    const tree = read?.tree as LheoElement;
    const file = await written([tree, tree]);
    expect(await schemaFaults([file])).toEqual([[]]);
    expect(
      [...file.matchAll(/<([\w:]+)[^<>]* id="([^"]*)"/g)].map(([, name, id]) => `${name} ${id}`),
    ).toEqual([
      ...['extra a', 'p a', 'q a', 'certifiante a.2', 'x:p a', 'debut b'],
      ...['extra a.3', 'p a', 'q a', 'certifiante a.4', 'x:p a', 'debut b.2'],
    ]);
    expect([...file.matchAll(/idref="([^"]*)"/g)].map(([, id]) => id)).toEqual(['a', 'a.3']);
  });

  test('signs that XML cannot hold are left out', async () => {
    const formation = smallest('formation');
    const [, title] = formation.children as LheoElement[];
    if (title) title.text = 'a\u0000\u000b\ud800b\ufffe';
    const file = await written([formation]);
    expect(await schemaFaults([file])).toEqual([[]]);
    expect(file).toContain('<intitule-formation>ab</intitule-formation>');
    expect((await readAll(file))[0]?.tree).toEqual(canonical(formation));
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
