import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { keepsCatalogue, rafaelSeatOf } from '#access/rafael.ts';
import { differences, versionOf } from '#platform/versions.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { groupsOf, shownExtras } from '../forms/groups.ts';
import type { LevelForm } from '../forms/levels.ts';
import { BLANK_MEETINGS, MOST_MEETINGS, meetingKinds, meetingsOf } from '../forms/meetings.ts';
import type { Keeper } from './service.ts';

/** A page with the form of one level: what is loaded for it, and what saving does. */
export interface LevelPage<Loaded> {
  form: LevelForm;
  hasMeetings?: boolean;
  load(req: Request, keeper: Keeper): Promise<Loaded>;
  /** The level as it is kept, or as it begins. */
  level(loaded: Loaded): LheoElement;
  version(loaded: Loaded): number;
  /** What the page is, and what stands beside the form. */
  page(
    loaded: Loaded,
  ): Pick<PageOf<'rafael/offers/form'>, 'title' | 'about' | 'back' | 'programmes' | 'session'>;
  /** @returns where to go on to @throws Stale, FormRefused */
  save(saving: {
    loaded: Loaded;
    keeper: Keeper;
    version: number;
    change(level: LheoElement): LheoElement;
    data: Readonly<Record<string, unknown>>;
  }): Promise<{ to: string; flash: string }>;
}

/** Who writes: the person, for the body that they act for. */
export const keeperOf = (req: Request): Keeper => ({
  structureId: rafaelSeatOf(req).structureId,
  userId: actorOf(req).userId,
});

/** The two routes of a form of one level. */
export function levelPage<Loaded>(site: GatedRouter, path: string, page: LevelPage<Loaded>): void {
  const { form: level } = page;
  const linesOf = (req: Request) => {
    const sent = Number(firstOf(req.body?.rendez_vous)) || 0;
    return page.hasMeetings ? Math.min(Math.max(sent, 0), MOST_MEETINGS) : 0;
  };

  const show = (
    req: Request,
    res: Response,
    loaded: Loaded,
    form: FormState | undefined,
    isStale: boolean,
  ) => {
    const tree = page.level(loaded);
    const kept = level.values(tree);
    const filled = meetingsOf(tree).length;
    const lines = page.hasMeetings ? (form ? linesOf(req) : filled + BLANK_MEETINGS) : 0;
    const labels = {
      ...Object.fromEntries(level.fields.map(({ name, label }) => [name, label])),
      ...level.labels,
    };
    render(res, 'rafael/offers/form', {
      section: 'rafael-catalogue',
      styles: ['css/rafael.css'],
      form: form ?? emptyForm(kept),
      version: form && !isStale ? versionOf(req.body) : page.version(loaded),
      groups: groupsOf(level.fields),
      extras: shownExtras(tree),
      meetings: { count: Math.min(lines, MOST_MEETINGS), kinds: meetingKinds, mayAdd: lines < MOST_MEETINGS },
      isStale,
      stale: form && isStale ? differences(form, kept, labels) : [],
      ...page.page(loaded),
    });
  };

  formPage<Readonly<Record<string, unknown>>, Loaded>(site, path, keepsCatalogue, {
    load: (req) => page.load(req, keeperOf(req)),
    read: (req): ReadForm<Readonly<Record<string, unknown>>> => {
      const lines = linesOf(req);
      const read = readForm(level.schema(lines), req.body);
      // « Ajouter » asks for more lines, whatever the others say yet.
      if (page.hasMeetings && firstOf(req.body.etape) === 'ajouter')
        return { ok: true, data: {}, form: read.form };
      if (!read.ok) return read;
      const faults = level.faults(read.data, lines);
      return Object.keys(faults).length > 0
        ? { ok: false, form: { values: read.form.values, errors: faults } }
        : { ok: true, data: read.data, form: read.form };
    },
    show: ({ req, res, loaded, form, isStale }) => show(req, res, loaded, form, isStale),
    async submit({ req, loaded, data, again }) {
      const lines = linesOf(req);
      if (page.hasMeetings && firstOf(req.body.etape) === 'ajouter') {
        req.body.rendez_vous = String(Math.min(lines + BLANK_MEETINGS, MOST_MEETINGS));
        return again();
      }
      return page.save({
        loaded,
        keeper: keeperOf(req),
        version: versionOf(req.body),
        change: (tree) => level.apply(tree, data, lines),
        data,
      });
    },
  });
}
