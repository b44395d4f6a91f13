import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOfAttribute } from '#rafael/lheo/shape/attributes.ts';
import type { LheoElement } from '#rafael/lheo/tree.ts';
import { fileOf, hasLheoSchema, readAll, rejects, schemaFaults, smallest } from '../../support/lheo.ts';

const formation = smallest('formation');
const fileWith = (extra: string) =>
  fileOf(formation).replace('</formation>', `<extras>${extra}</extras></formation>`);

test('what stands in an extra is kept as it is, with the namespaces that it needs', async () => {
  const file = fileWith(
    '<extra xmlns:p="urn:p" xmlns:o="urn:o" o:e="3" numero="1">un<p:a p:b="1" c="2">deux<p:d xml:lang="fr"/></p:a><q xmlns="urn:q"><r/></q><certifiante>1</certifiante>trois</extra>',
  );
  const [read] = await readAll(file);
  const again = fileOf(read?.tree as LheoElement);
  expect(again).toContain(
    '<extra numero="1" o:e="3" xmlns:o="urn:o">un<p:a c="2" p:b="1" xmlns:p="urn:p">deux<p:d xml:lang="fr"/></p:a><q xmlns="urn:q"><r/></q><certifiante>1</certifiante>trois</extra>',
  );
  expect((await readAll(again))[0]?.tree).toEqual(read?.tree);
});

test.skipIf(!hasLheoSchema)(
  'what stands in an extra is judged as the schema judges it, and written as it takes it',
  async () => {
    const extras = [
      '<extra><inconnu/></extra>',
      '<extra><action/></extra>',
      '<extra><certifiante>1</certifiante></extra>',
      '<extra><certifiante>9</certifiante></extra>',
      '<extra><certifiante xmlns="">9</certifiante></extra>',
      '<extra><inconnu><certifiante>9</certifiante></inconnu></extra>',
      '<extra><x:p xmlns:x="urn:x"><certifiante>9</certifiante></x:p></extra>',
      '<extra><x:p xmlns:x="urn:x"><periode> <debut>20270101</debut> <fin>20270102</fin></periode></x:p></extra>',
      '<extra><periode><debut xmlns="">20270101</debut><fin>20270102</fin></periode></extra>',
      '<extra><periode><debut>20270101</debut></periode></extra>',
      '<extra><p xmlns=""><certifiante>9</certifiante></p></extra>',
      '<extra><p xmlns=""><certifiante xmlns="http://lheo.gouv.fr/2.3">9</certifiante></p></extra>',
      '<extra><certifiante info="x">1</certifiante></extra>',
      '<extra><certifiante couleur="x">1</certifiante></extra>',
      '<extra><extra couleur="x"><extra>texte</extra></extra></extra>',
      '<extra xmlns:x="urn:x" x:a="1"><p xmlns="" x:b="2"/></extra>',
    ];
    const bySchema = await schemaFaults(extras.map(fileWith));
    const read = (await Promise.all(extras.map((extra) => readAll(fileWith(extra))))).flat();
    const taken = read.map(({ issues }) => rejects(issues).length === 0);
    expect(extras.filter((_, at) => taken[at])).toEqual(extras.filter((_, at) => bySchema[at]?.length === 0));
    const again = read.flatMap(({ tree }, at) => (taken[at] ? [fileOf(tree)] : []));
    expect(await schemaFaults(again)).toEqual(again.map(() => []));
  },
);

test.skipIf(!hasLheoSchema)('an attribute that is taken is one that the schema takes', async () => {
  const some = (signs: string) =>
    fc.sample(fc.string({ unit: fc.constantFrom(...signs), maxLength: 9 }), { numRuns: 300, seed: 1 });
  const values = [
    ...some('aab/#?%[]é \\1@.-:').map((one) => ['uri', one] as const),
    ...some('aéª漢Ω1_-.:·').map((one) => ['id', one] as const),
    ...[
      '0000-01-01T00:00:00',
      '2027-02-29T00:00:00',
      '2028-02-29T24:00:00',
      '2027-01-01T24:00:01',
      '2027-01-01T00:00:00+14:30',
      '02027-01-01T00:00:00',
      ' 2027-01-01T00:00:00',
      '2027-01-01',
    ].map((one) => ['horodatage-creation', one] as const),
  ];
  const bySchema = await schemaFaults(
    values.map(([name, value]) => fileOf({ ...formation, attributes: { numero: '1', [name]: value } })),
  );
  const isTaken = ([name, value]: (typeof values)[number]) => !faultOfAttribute('formation', name, value);
  const takenByBoth = values.filter((one, at) => isTaken(one) && bySchema[at]?.length === 0);
  expect(values.filter(isTaken)).toEqual(takenByBoth);
  // And not because nearly all is refused.
  const takenBySchema = values.filter((_, at) => bySchema[at]?.length === 0);
  expect(takenByBoth.length).toBeGreaterThan(takenBySchema.length * 0.7);
});
