import type { Knex } from 'knex';
import { parisDay } from '#platform/french/time.ts';
import { daysAgo } from './calendar.ts';
import { insertAll } from './insert.ts';
import { type Place, placeNamed, placesByDepartment, STREETS } from './places.ts';
import { createRandom } from './random.ts';
import { inventedSiret } from './sirets.ts';
import {
  models,
  type StructureKind,
  type StructureModel,
  territories,
  villages,
} from './structure-models.ts';
import { type NamedStructure, namedStructures } from './structures-named.ts';

/** A structure of the demo, as the rest of the demo needs it. */
export interface Structure {
  id: number;
  /** The name that the demo's own data call it by; those made in series are `<département>-<rank of the model>`. */
  key: string;
  name: string;
  kind: StructureKind;
  isTrainingBody: boolean;
  mayPreregister: boolean;
}

interface StructureRow {
  siret: string;
  name: string;
  acronym: string | null;
  brand: string | null;
  ape_code: string | null;
  kind: StructureKind;
  address: string;
  postcode: string;
  city: string;
  department: string;
  is_training_body: boolean;
  may_preregister: boolean;
  is_head_office: boolean;
  closed_on: string | null;
  created_at: Date;
}

type Draft = { key: string; row: StructureRow };

/** Inserts the structures of the demo: those with a part in it, and eighteen per département around them. */
export async function insertStructures(trx: Knex.Transaction, now: Date): Promise<Structure[]> {
  const drafts = [...namedDrafts(now), ...serialDrafts(now)];
  const ids = await insertAll(
    trx,
    'structures',
    drafts.map(({ row }) => row),
  );
  return drafts.map(({ key, row }, index) => ({
    id: ids[index] as number,
    key,
    name: row.name,
    kind: row.kind,
    isTrainingBody: row.is_training_body,
    mayPreregister: row.may_preregister,
  }));
}

function namedDrafts(now: Date): Draft[] {
  const companies = namedStructures.filter((one) => !one.branchOf).map((one) => one.key);
  return namedStructures.map((structure, index) => {
    const head = structure.branchOf ?? structure.key;
    const branches = namedStructures.filter((one) => one.branchOf === head);
    const establishment = structure.branchOf ? branches.indexOf(structure) + 2 : 1;
    const siret = inventedSiret(companies.indexOf(head) + 1, establishment);
    return { key: structure.key, row: namedRow(structure, siret, daysAgo(now, 1500 - index * 10), now) };
  });
}

function namedRow(structure: NamedStructure, siret: string, createdAt: Date, now: Date): StructureRow {
  const { name, kind, address, closedDaysAgo } = structure;
  const closedOn = closedDaysAgo && parisDay(now).subtract({ days: closedDaysAgo }).toString();
  return {
    siret,
    name,
    acronym: structure.acronym ?? null,
    brand: structure.brand ?? null,
    ape_code: structure.ape ?? null,
    kind,
    address,
    ...placeNamed(structure.city),
    is_training_body: structure.isTrainingBody ?? false,
    may_preregister: structure.mayPreregister ?? false,
    is_head_office: !structure.branchOf,
    closed_on: closedOn || null,
    created_at: createdAt,
  };
}

function serialDrafts(now: Date): Draft[] {
  const random = createRandom(12);
  const drafts: Draft[] = [];
  [...placesByDepartment].forEach(([department, places], departmentRank) => {
    models.forEach((model, modelRank) => {
      // 29 and 23 are prime: within one model, no two départements get the same name.
      const names = model.where === 'territory' ? territories : villages;
      const where = names[(modelRank * 3 + departmentRank * 5) % names.length] as string;
      drafts.push({
        key: `${department}-${modelRank}`,
        row: {
          ...serialRow(model, where, places[modelRank % places.length] as Place),
          siret: inventedSiret(namedStructures.length + 1 + departmentRank * models.length + modelRank),
          brand: model.brand && random.chance(0.7) ? model.brand(where) : null,
          address: `${random.integer(1, 120)} ${random.pick(STREETS)}`,
          created_at: daysAgo(now, random.integer(700, 2200)),
        },
      });
    });
  });
  return drafts;
}

function serialRow(model: StructureModel, where: string, place: Place) {
  const name = model.name(where);
  return {
    name,
    acronym: model.hasAcronym ? initials(name) : null,
    ape_code: model.ape,
    kind: model.kind,
    ...place,
    is_training_body: model.isTrainingBody ?? false,
    may_preregister: model.mayPreregister ?? false,
    is_head_office: true,
    closed_on: null,
  };
}

const LINKING_WORDS = /^(de|du|des|d|la|le|les|l|et|pour|sur)$/i;

/** « Centre communal d’action sociale d’Échalune » → « CCASE ». */
function initials(name: string): string {
  return name
    .split(/[\s’&-]+/)
    .filter((word) => word && !LINKING_WORDS.test(word))
    .map((word) => word.charAt(0).normalize('NFD').charAt(0).toUpperCase())
    .join('');
}
