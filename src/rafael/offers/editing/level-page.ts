import type { Request } from 'express';
import { keepsCatalogue } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { differences, versionOf } from '#platform/versions.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { type FormState, firstOf, type ReadForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import type { Keeper } from '../catalogue/service.ts';
import { levelFaults } from '../forms/faults.ts';
import { fieldsOf, type Parts, rowsOf } from '../forms/fields/fields.ts';
import { othersOf } from '../forms/others.ts';
import { countsIn, readLevel, shownLevel, type Typed } from '../forms/reading.ts';
import { type Choices, labelsOf, shownParts, wordsOf } from '../forms/shown.ts';
import { writtenLevel } from '../forms/writing.ts';
import { findCodes } from './codes.ts';
import { keeperOf } from './ours.ts';

/** A page with the form of one level: what is loaded for it, and what saving does. */
export interface LevelPage<Loaded extends LoadedLevel> {
  parts: Parts;
  load(req: Request, keeper: Keeper): Promise<Loaded>;
  /** What the page is, and what stands beside the form. */
  page(loaded: Loaded): Pick<PageOf<'rafael/offers/form'>, 'title' | 'about' | 'back' | 'session'>;
  /** @returns where to go on to @throws Stale, FormRefused */
  save(saving: {
    loaded: Loaded;
    keeper: Keeper;
    version: number;
    /** The level as it is kept, with what was typed. */
    change(level: LheoElement): LheoElement;
  }): Promise<{ to: string; flash: string }>;
}

/** What any of these pages loads. */
export interface LoadedLevel {
  /** The level as it is kept, or as it begins. */
  level: LheoElement;
  /** Of the formation. */
  version: number;
  /** Whether others see it: then nothing that LHÉO wants may be missing. */
  isPublished: boolean;
  choices?: Choices;
}

/** The button « Ajouter » of some rows; undefined where the form is sent to be saved. */
const addedTo = (parts: Parts, req: Request) =>
  rowsOf(parts).find(({ name }) => name === firstOf(req.body?.ajouter));

/** The two routes of a form of one level. */
export function levelPage<Loaded extends LoadedLevel>(
  { db }: Pick<Dependencies, 'db'>,
  site: GatedRouter,
  path: string,
  { parts, ...page }: LevelPage<Loaded>,
): void {
  /** With blank rows more, where they are asked for. */
  const withRows = (req: Request, level: LheoElement, form: FormState): FormState => {
    const added = addedTo(parts, req);
    if (!added) return form;
    const counts = countsIn(parts, req.body);
    const shown = shownLevel(parts, level, {
      ...counts,
      [added.name]: (counts[added.name] ?? 0) + added.blank,
    });
    const count = `${added.name}_lignes`;
    return { values: { ...shown.values, ...form.values, [count]: shown.values[count] ?? '' }, errors: {} };
  };

  formPage<Typed, Loaded>(site, path, keepsCatalogue, {
    load: (req) => page.load(req, keeperOf(req)),
    read(req, { level, isPublished }): ReadForm<Typed> {
      const read = readLevel(parts, level, req.body);
      // Rows are added whatever the others say yet.
      if (addedTo(parts, req)) return { ok: true, data: {}, form: withRows(req, level, read.form) };
      if (!read.ok) return read;
      const errors = errorsOf(parts, writtenLevel(parts, level, read.data), isPublished);
      return Object.keys(errors).length === 0 ? read : { ok: false, form: { ...read.form, errors } };
    },
    show({ req, res, loaded, form, isStale }) {
      const kept = shownLevel(parts, loaded.level);
      const filled = form ?? kept;
      render(res, 'rafael/offers/form', {
        section: 'rafael-catalogue',
        form: filled,
        version: form && !isStale ? versionOf(req.body) : loaded.version,
        parts: shownParts(parts, loaded.level, filled, loaded.choices),
        others: othersOf(parts, loaded.level),
        isPublished: loaded.isPublished,
        isStale,
        stale:
          form && isStale
            ? differences(form, kept.values, labelsOf(parts, filled), (name, value) =>
                wordsOf(parts, name, value),
              )
            : [],
        ...page.page(loaded),
      });
    },
    async submit({ req, loaded, data, again }) {
      if (addedTo(parts, req)) return again();
      const typed = await findCodes(db, fieldsOf(parts), data);
      refuseUnchosen(loaded.choices ?? {}, typed);
      return page.save({
        loaded,
        keeper: keeperOf(req),
        version: versionOf(req.body),
        change: (level) => writtenLevel(parts, level, typed),
      });
    },
  });
}

/** What is wrong with a level, by field; what is only missing may wait while it is a draft. */
function errorsOf(parts: Parts, level: LheoElement, isPublished: boolean): Record<string, string> {
  const isNeeded = new Set(
    fieldsOf(parts).flatMap(({ name, isAlwaysNeeded }) => (isAlwaysNeeded ? [name] : [])),
  );
  // Words of codes are looked for once the rest is right.
  const isLookedFor = new Set(fieldsOf(parts).flatMap(({ name, lookup }) => (lookup ? [name] : [])));
  const errors: Record<string, string> = {};
  for (const { field, message, isMissing } of levelFaults(parts, level)) {
    const isTold = isMissing ? isPublished || isNeeded.has(field) : !isLookedFor.has(field);
    // What no field says was brought by a file, and taken.
    if (field && isTold) errors[field] ??= message;
  }
  return errors;
}

function refuseUnchosen(choices: Choices, typed: Typed): void {
  for (const [name, options] of Object.entries(choices)) {
    const [chosen] = typed[name] ?? [];
    if (chosen && !options.some(({ value }) => value === chosen))
      throw new FormRefused(name, 'Ce choix n’est pas, ou plus, dans la liste.');
  }
}
