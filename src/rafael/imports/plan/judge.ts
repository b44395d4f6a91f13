import type { Knex } from 'knex';
import { formatSiret } from '#platform/french/words.ts';
import { readFormations } from '../../export/service.ts';
import { fingerprintOf } from '../../lheo/canonical.ts';
import { cutValue, type LheoIssue } from '../../lheo/issues.ts';
import type { ReadFormation } from '../../lheo/reading/reader.ts';
import { type LheoElement, textAt } from '../../lheo/tree.ts';
import { bodySiretOf, projectOffer } from '../../offers/project/offer.ts';
import { numberOf } from '../../offers/project/split.ts';
import { firstOf, wordsAt } from '../../offers/project/values.ts';
import { type Changes, changesBetween, MOST_SHOWN } from './changes.ts';
import { type CodeLists, codeProblem, codesIn, keyOf, listOf } from './codes.ts';
import { Likenesses, likenesses, likenessKey } from './duplicates.ts';
import { issueAt, LONGEST_NUMBER, numberFaults, type Place, Repeated, repeatedMessage } from './identity.ts';
import type { KnownOffer, PlanItem } from './repository.ts';
import * as repository from './repository.ts';
import { type Kept, withTakenKept } from './seats.ts';

/** For whom a file is read. */
export interface Reader {
  /** The body that brings its own file; undefined for a file of several, where each formation names its body. */
  body?: { structureId: number; siret: string };
  /** `YYYY-MM-DD` */
  today: string;
  /** Whether what changes is told field by field: a command that shows no plan does without. */
  tellsChanges: boolean;
  /** Formations that are known to share a number with others, from a reading before. */
  repeated?: readonly (readonly Place[])[];
}

/** As many issues of one formation as are kept: a report is read by people. */
const MOST_ISSUES = 50;

/**
 * Judges the formations of a file part by part, in its order: which are new, changed or as they are in the catalogue, and
 * which are not taken and why.
 */
export class Judge {
  /** The bodies named so far. */
  readonly structureIds = new Set<number>();
  readonly repeated = new Repeated();
  readonly #reader: Reader;
  readonly #bodies = new Map<string, number | null>();
  readonly #seen = new Likenesses();
  readonly #known = new Map<number, readonly Place[]>();

  constructor(reader: Reader) {
    this.#reader = reader;
    if (reader.body) this.structureIds.add(reader.body.structureId);
    for (const places of reader.repeated ?? [])
      for (const { position } of places) this.#known.set(position, places);
  }

  /** @returns an item for each of these formations, in their order; its position is the place in the file */
  async judge(db: Knex, formations: readonly ReadFormation[]): Promise<PlanItem[]> {
    const structures = await this.#bodiesOf(db, formations);
    const items = formations.map((formation, at) => this.#begin(formation, structures[at] ?? null));
    const taken = items.flatMap((item, at) =>
      item.verdict === 'rejected' ? [] : [{ item, formation: formations[at] as ReadFormation }],
    );
    await this.#compare(db, taken);
    await this.#noteCodes(db, taken);
    await this.#noteLikeness(db, taken);
    for (const item of items) item.issues = shortened(item.issues);
    return items;
  }

  async #bodiesOf(db: Knex, formations: readonly ReadFormation[]): Promise<(number | null)[]> {
    const { body, today } = this.#reader;
    if (body)
      return formations.map(({ tree }) => (bodySiretOf(tree) === body.siret ? body.structureId : null));
    const sirets = new Set(formations.map(({ tree }) => bodySiretOf(tree)));
    const asked = [...sirets].filter((siret) => /^\d{14}$/.test(siret) && !this.#bodies.has(siret));
    const found = asked.length > 0 ? await repository.findBodies(db, asked, today) : [];
    for (const siret of asked) this.#bodies.set(siret, null);
    for (const { id, siret } of found) this.#bodies.set(siret, id);
    return formations.map(({ tree }) => this.#bodies.get(bodySiretOf(tree)) ?? null);
  }

  #begin(formation: ReadFormation, structureId: number | null): PlanItem {
    // A body's own formation whose SIRET is mistyped is not missing from its file, though it is not taken.
    const named = structureId ?? this.#reader.body?.structureId ?? null;
    const { tree, index, line, issues } = formation;
    const number = numberOf(tree);
    const all: LheoIssue[] = [...issues, ...numberFaults(formation)];
    if (structureId === null) all.push(...this.#notTheirs(formation));
    else {
      this.structureIds.add(structureId);
      const before = this.#repeatedBy(formation, structureId);
      if (before.length > 0)
        all.push(
          issueAt(formation, 'E32', repeatedMessage(before, line), { path: '@numero', value: number }),
        );
    }
    const isRejected = all.some(({ severity }) => severity === 'reject');
    return {
      position: index,
      structureId: named,
      line,
      number: firstOf(number, LONGEST_NUMBER),
      title: cutValue(textAt(tree, 'intitule-formation') ?? ''),
      verdict: isRejected ? 'rejected' : 'new',
      offerId: null,
      tree: isRejected ? null : tree,
      changes: [],
      changedFields: 0,
      issues: all,
    };
  }

  /** The formations with the same number that are known by now; none where it has none of its own. */
  #repeatedBy({ tree, index, line }: ReadFormation, structureId: number): readonly Place[] {
    const known = this.#known.get(index);
    if (known) return known.filter(({ position }) => position !== index);
    const number = numberOf(tree);
    return number === '' ? [] : this.repeated.note(structureId, number, { position: index, line });
  }

  /** Where the SIRET itself is wrong or missing, that is said already. */
  #notTheirs(formation: ReadFormation): LheoIssue[] {
    const { tree, issues } = formation;
    const siret = bodySiretOf(tree);
    if (
      siret === '' ||
      issues.some(({ code, path }) => code === 'E25' && path.includes('/SIRET-organisme-formation'))
    )
      return [];
    const message = this.#reader.body
      ? `Cette formation est celle d’un autre organisme\u00a0: votre SIRET est ${formatSiret(this.#reader.body.siret)}.`
      : 'Aucun organisme de formation en activité n’a ce SIRET.';
    const path = 'organisme-formation-responsable/SIRET-organisme-formation/SIRET';
    return [issueAt(formation, 'E30', message, { path, value: siret })];
  }

  async #compare(db: Knex, taken: readonly Taken[]): Promise<void> {
    const named = taken.map(({ item }) => ({ structureId: item.structureId as number, number: item.number }));
    const known = new Map(
      (await repository.findKnown(db, named)).map((one) => [`${one.structureId} ${one.number}`, one]),
    );
    const different = taken.flatMap(({ item, formation }) => {
      const offer = known.get(`${item.structureId} ${item.number}`);
      if (!offer) return [];
      item.offerId = offer.id;
      noteAge(formation, item, offer);
      if (offer.state !== 'archived' && offer.fingerprint.equals(fingerprintOf(formation.tree))) {
        Object.assign(item, { verdict: 'unchanged', tree: null });
        return [];
      }
      return [{ item, formation, offer }];
    });
    const ids = different.map(({ offer }) => offer.id);
    const sessions = Map.groupBy(await repository.findTaken(db, ids), ({ offerId }) => offerId);
    const isNeeded = this.#reader.tellsChanges || sessions.size > 0;
    const trees = isNeeded ? await readFormations(db, ids) : new Map<number, LheoElement>();
    for (const { item, formation, offer } of different) {
      const kept = withTakenKept(formation.tree, sessions.get(offer.id) ?? []);
      for (const note of seatNotes(formation, kept)) item.issues.push(note);
      if (
        kept.tree !== formation.tree &&
        offer.fingerprint.equals(fingerprintOf(kept.tree)) &&
        offer.state !== 'archived'
      ) {
        Object.assign(item, { verdict: 'unchanged', tree: null });
        continue;
      }
      const { shown, count } = changesOf(offer, trees.get(offer.id), kept.tree);
      Object.assign(item, { verdict: 'changed', changes: shown, changedFields: count });
    }
  }

  async #noteCodes(db: Knex, taken: readonly Taken[]): Promise<void> {
    const used = taken.map(({ formation }) => codesIn(formation.tree));
    const asked = new Map(used.flat().map((code) => [keyOf(code), { kind: listOf(code), code: code.code }]));
    const lists: CodeLists = await repository.findCodes(db, [...asked.values()]);
    for (const [at, { item, formation }] of taken.entries())
      for (const code of used[at] ?? []) {
        const problem = codeProblem(code, lists, this.#reader.today);
        if (problem)
          item.issues.push(
            issueAt(formation, problem.code, problem.message, { path: code.path, value: code.code }),
          );
      }
  }

  async #noteLikeness(db: Knex, taken: readonly Taken[]): Promise<void> {
    const fresh = taken.filter(({ item }) => item.verdict === 'new');
    const saved = await repository.findNamesakes(
      db,
      fresh.map(({ item, formation }) => ({
        structureId: item.structureId as number,
        title: wordsAt(formation.tree, 'intitule-formation'),
      })),
    );
    const inCatalogue = new Likenesses();
    for (const one of saved)
      inCatalogue.note(one.structureId, { number: one.number }, [
        { key: likenessKey(one), hours: one.hours },
      ]);
    for (const { item, formation } of taken) {
      const structureId = item.structureId as number;
      const alike = likenesses(formation.tree);
      const { number } = item;
      const before = this.#seen.find(structureId, number, alike);
      const kept = before ?? inCatalogue.find(structureId, number, alike);
      this.#seen.note(structureId, { number, line: formation.line }, alike);
      if (!kept) continue;
      const where = kept.line === undefined ? 'du catalogue' : `(ligne ${kept.line})`;
      const message = `Même intitulé, même lieu et mêmes dates que la formation ${kept.number} ${where}\u00a0: peut-être un doublon.`;
      item.issues.push(issueAt(formation, 'W48', message));
    }
  }
}

interface Taken {
  item: PlanItem;
  formation: ReadFormation;
}

function noteAge(formation: ReadFormation, item: PlanItem, offer: KnownOffer): void {
  const modified = projectOffer(formation.tree).lheoModifiedAt;
  if (!modified || !offer.modifiedAt || modified >= offer.modifiedAt) return;
  const message =
    'Le fichier dit cette formation plus ancienne que celle du catalogue\u00a0: vérifiez que c’est le bon.';
  item.issues.push(issueAt(formation, 'W47', message));
}

function* seatNotes(formation: ReadFormation, { notes }: Kept): Generator<LheoIssue> {
  for (const { actionNumber, number, message } of notes)
    yield issueAt(formation, 'W49', message, { value: `${actionNumber} / ${number}` });
}

function changesOf(offer: KnownOffer, before: LheoElement | undefined, after: LheoElement): Changes {
  const { shown, count } = before ? changesBetween(before, after) : { shown: [], count: 0 };
  if (offer.state !== 'archived') return { shown, count };
  return {
    shown: [{ label: 'État', from: 'Archivée', to: 'Sortie des archives' }, ...shown].slice(0, MOST_SHOWN),
    count: count + 1,
  };
}

function shortened(issues: readonly LheoIssue[]): LheoIssue[] {
  if (issues.length <= MOST_ISSUES) return [...issues];
  // Whatever is left out, why the formation is not taken stays.
  const inOrder = issues.toSorted(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
  return inOrder.slice(0, MOST_ISSUES);
}
