import type { Request, Response } from 'express';
import { recordAudit } from '#audit/service.ts';
import type { Cell } from '#platform/csv/csv.ts';
import { linesOf, sendCsv } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import type { FormState } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { type PageOf, render, type Views } from '#platform/web/views/render.ts';
import { asValidator, type HrProfile, profileOf } from './profile.ts';

/** As many lines as one file holds: more than any structure has in a year. */
export const MOST_EXPORTED = 10_000;

/** A list of « Valideur RH »: its page, what it is narrowed to, and « Exporter ». */
export interface HrList<View extends keyof Views, Filter, Row extends { total: number }> {
  path: string;
  title: string;
  view: View;
  /** Which tab of `hr/nav` it is. */
  tab: string;
  perPage: number;
  /** Reads the address, or the form that exports what it shows. */
  read(fields: unknown): { ok: true; form: FormState; filter: Filter } | { ok: false; form: FormState };
  find(profile: HrProfile, filter: Filter, page: { offset: number; limit: number }): Promise<Row[]>;
  /** Reads what its page shows besides, by one statement at most. @returns what adds it to what every list shows */
  extras(form: FormState): Promise<(shared: ListPage) => PageOf<View>>;
  file: { name: string; columns: readonly string[]; line(row: Row, filter: Filter): Cell[] };
}

/** What {@link listRoutes} gives the page of every list; a page may leave some of it unused. */
type ListPage = Pick<
  PageOf<'spaces/employer/waiting'>,
  'title' | 'section' | 'styles' | 'tab' | 'list' | 'form' | 'isFiltered' | 'rows' | 'pagination'
>;

/** The two routes of a list. A filter that is not understood shows its errors and no row. */
export function listRoutes<View extends keyof Views, Filter, Row extends { total: number }>(
  deps: Dependencies,
  site: GatedRouter,
  list: HrList<View, Filter, Row>,
): void {
  const show = async (req: Request, res: Response, read: ReturnType<typeof list.read>, status: number) => {
    const slice = pageOf(req.query, list.perPage);
    const [rows, fill] = await Promise.all([
      read.ok ? list.find(profileOf(req), read.filter, slice) : [],
      list.extras(read.form),
    ]);
    const page = fill({
      title: `${list.title} – Valideur RH`,
      section: 'hr',
      styles: ['css/spaces.css'],
      tab: list.tab,
      list: { path: list.path, exportPath: exportPathOf(list.path) },
      form: read.form,
      isFiltered: Object.values(read.form.values).some(Boolean),
      rows,
      pagination: slice.of(rows[0]?.total ?? 0),
    });
    render(res.status(status), list.view, page);
  };

  const counted = costlyPages(deps.config);
  site.get(list.path, asValidator, counted, async (req, res) => {
    const read = list.read(req.query);
    await show(req, res, read, read.ok ? 200 : 422);
  });

  // A POST: the journal notes who took the list away.
  site.post(exportPathOf(list.path), asValidator, counted, async (req, res) => {
    const read = list.read(req.body);
    if (!read.ok) return show(req, res, read, 422);
    const profile = profileOf(req);
    const rows = await list.find(profile, read.filter, { offset: 0, limit: MOST_EXPORTED });
    const at = deps.clock.now();
    await recordAudit(deps.db, {
      action: 'hr_list.exported',
      at,
      structureId: profile.structureId,
      details: { entries: rows.length },
    });
    const { name, columns, line } = list.file;
    await sendCsv(
      res,
      `${name}-${isoDay(at)}.csv`,
      columns,
      linesOf(rows, (row) => line(row, read.filter)),
    );
  });
}

const exportPathOf = (path: string) =>
  path === '/parcourspro/valideur' ? `${path}/demandes/export.csv` : `${path}/export.csv`;
