import { expect, test } from 'vitest';
import { dictionaries } from '#rafael/lheo/shape/dictionaries.ts';
import { attributesOf, shapes } from '#rafael/lheo/shape/shape.ts';
import { hasLheoSchema, lheoSchema } from '../../support/lheo.ts';

interface SchemaElement {
  attributes: Record<string, string>;
  children?: { name: string; min: string; max: string }[];
  base?: string;
  facets?: Record<string, string>;
  codes?: string[];
}

/** What the schema says of each element, read by its own regular form. */
function schemaElements(): Map<string, SchemaElement> {
  const schema = lheoSchema();
  const found = new Map<string, SchemaElement>();
  for (const [, name = ''] of schema.matchAll(/<xs:element name="([\w-]+)"/g)) {
    const part = (tag: string, suffix: string) =>
      new RegExp(`<xs:${tag} name="${name}-${suffix}">(.*?)</xs:${tag}>`, 's').exec(schema)?.[1] ?? '';
    const attributes = Object.fromEntries(
      [...part('attributeGroup', 'attributes').matchAll(/name="([\w-]+)" type="([\w:]+)"/g)].map(
        ([, a, t]) => [a, t],
      ),
    );
    const sequence = part('complexType', 'subtype');
    const simple = part('simpleType', 'subtype');
    const children = [
      ...sequence.matchAll(/ref="lheo:([\w-]+)"(?: minOccurs="(\w+)" maxOccurs="(\w+)")?/g),
    ].map(([, child = '', min = '0', max = 'unbounded']) => ({ name: child, min, max }));
    found.set(name, {
      attributes,
      ...(children.length > 0 ? { children } : {}),
      ...(simple
        ? {
            base: /base="([\w:]+)"/.exec(simple)?.[1] ?? '',
            facets: Object.fromEntries(
              [...simple.matchAll(/<xs:(\w+Length|length) value="(\d+)"/g)].map(([, f, v]) => [f, v]),
            ),
            codes: [...simple.matchAll(/<xs:enumeration value="(\w+)"/g)].map(([, code = '']) => code),
          }
        : {}),
    });
  }
  return found;
}

test.skipIf(!hasLheoSchema)('every element is what the schema says', () => {
  const schema = schemaElements();
  expect([...shapes.keys()].sort()).toEqual([...schema.keys()].sort());
  expect(shapes.size).toBe(170);
  for (const [name, { attributes, children, base, facets, codes }] of schema) {
    const shape = shapes.get(name);
    expect([...attributesOf(name)].sort(), name).toEqual(Object.keys(attributes).sort());
    expect(
      shape?.children?.map(
        (child) => `${child.name} ${child.min} ${Number.isFinite(child.max) ? child.max : 'unbounded'}`,
      ),
      name,
    ).toEqual(children?.map((child) => `${child.name} ${child.min} ${child.max}`));
    if (shape?.value?.kind === 'text') {
      expect([base, Number(facets?.minLength ?? 0), Number(facets?.maxLength)], name).toEqual([
        'xs:string',
        shape.value.min,
        shape.value.max,
      ]);
    } else if (shape?.value?.kind === 'code') {
      expect([...dictionaries[shape.value.dictionary].keys()].sort(), name).toEqual(codes?.toSorted());
    } else if (shape?.value?.kind === 'date') {
      expect([base, facets?.length], name).toEqual(['xs:token', '8']);
    } else if (shape?.value?.kind === 'integer') {
      expect(base, name).toMatch(/integer|long|int/);
    }
  }
});

test('no part of the shape can be changed', () => {
  for (const shape of shapes.values()) {
    expect(Object.isFrozen(shape)).toBe(true);
    expect(shape.children === undefined || Object.isFrozen(shape.children)).toBe(true);
  }
});
