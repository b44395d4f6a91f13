import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import type { Doer } from '#enrolment/doer.ts';
import { withInformed } from '#enrolment/notices/told.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { formatHours } from '#platform/french/words.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { discrepancyRoutes } from '../signing/discrepancies/pages.ts';
import { findRoster, findSheet, type RosterRow, type Sheet } from './repository.ts';
import { isTimed, presenceGlyphs, presenceInWords, presenceLabels, slotMinutes } from './rules.ts';
import { attendanceForm, fieldNames, marksOf, PEOPLE_PER_SHEET, peopleOf, versionOf } from './schemas.ts';
import { closeAttendance, recordAttendance, StaleSheet, whyNotClosable } from './service.ts';
import type { SheetSpace } from './space.ts';

type Slot = Sheet['slots'][0];

/** « Feuille de présence »: who was there, one half-day after the other (domain.md §8). */
export function attendanceRoutes(deps: Dependencies, site: GatedRouter, space: SheetSpace): void {
  const { policies, sessions } = space;
  const doer = (req: Request): Doer => ({ role: space.role, userId: actorOf(req).userId, way: 'page' });
  const path = (sessionId: number) => `${sessions}/${sessionId}/presence`;

  async function sheetOf(req: Request): Promise<Sheet> {
    const sheet = await findSheet(deps.db, idParam(req, 'sessionId'));
    if (!sheet) throw new NotFound();
    space.check?.(req, sheet);
    return sheet;
  }

  /** The half-day of the address, else the first that has begun and is not recorded, else the last that has begun. */
  function slotOf(req: Request, sheet: Sheet): Slot | undefined {
    const asked = parseRowId(firstOf(req.query['demi-journee'] as string));
    const begun = sheet.slots.filter(({ startsAt }) => startsAt <= deps.clock.now());
    if (asked !== undefined) return begun.find(({ id }) => id === asked);
    return begun.find(({ version }) => version === 0) ?? begun.at(-1);
  }

  interface Shown {
    form?: FormState;
    version?: number;
    warning?: string;
    status?: number;
  }

  async function show(req: Request, res: Response, sheet: Sheet, shown: Shown = {}): Promise<void> {
    const slot = slotOf(req, sheet);
    const page = pageOf(req.query, PEOPLE_PER_SHEET);
    const people = await findRoster(deps.db, sheet.sessionId, page);
    render(res.status(shown.status ?? 200), 'follow-up/attendance', {
      title: `Feuille de présence\u00a0: ${sheet.actionTitle}, ${formatPeriod(sheet.startsAt, sheet.endsAt, deps.clock.now())}`,
      section: space.section,
      styles: ['css/spaces.css'],
      back: `${sessions}/${sheet.sessionId}${space.list}`,
      sheet,
      slot,
      people,
      base: path(sheet.sessionId),
      form: shown.form ?? emptyForm(slot ? valuesOf(people, slot) : {}),
      version: shown.version ?? slot?.version ?? 0,
      warning: shown.warning ?? '',
      notClosable: whyNotClosable(sheet, deps.clock.now()),
      fieldNames,
      presenceLabels,
      presenceGlyphs,
      slotMinutes,
      isTimed: slot ? isTimed(slot) : false,
      presenceInWords,
      pagination: page.of(sheet.people),
    });
  }

  site.get(`${sessions}/:sessionId/presence`, policies.read, async (req, res) => {
    await show(req, res, await sheetOf(req));
  });

  site.post(`${sessions}/:sessionId/presence`, policies.write, async (req, res) => {
    const sheet = await sheetOf(req);
    const slot = slotOf(req, sheet);
    if (!slot) throw new Conflict('Aucune demi-journée de cette session n’a commencé.');
    const ids = peopleOf(req.body);
    const submitted = readForm(attendanceForm(ids), req.body);
    if (firstOf(req.body.tous) === '1') {
      const form = { values: withEverybody(submitted.form.values, ids), errors: {} };
      return show(req, res, sheet, { form, version: versionOf(req.body) });
    }
    if (!submitted.ok)
      return show(req, res, sheet, { form: submitted.form, version: versionOf(req.body), status: 422 });
    const data = submitted.data as Record<string, unknown>;
    const { marks, errors } = marksOf(data, ids, slot.id, slotMinutes(slot));
    if (Object.keys(errors).length > 0) {
      const form = { values: submitted.form.values, errors };
      return show(req, res, sheet, { form, version: versionOf(data), status: 422 });
    }
    if (marks.length === 0) throw new Conflict('Il n’y a personne à enregistrer.');
    try {
      await recordAttendance(deps, sheet.sessionId, doer(req), {
        slotId: slot.id,
        version: versionOf(data),
        marks,
      });
    } catch (error) {
      if (!(error instanceof StaleSheet)) throw error;
      return show(req, res, sheet, {
        form: submitted.form,
        version: error.version,
        warning: error.message,
        status: 409,
      });
    }
    res.flash('Les présences de la demi-journée sont enregistrées.');
    res.redirect(303, `${path(sheet.sessionId)}?demi-journee=${slot.id}`);
  });

  site.post(`${sessions}/:sessionId/presence/valider`, policies.write, async (req, res) => {
    const sheet = await sheetOf(req);
    const { told } = await closeAttendance(deps, sheet.sessionId, doer(req));
    res.flash(withInformed('La feuille de présence est validée', told, ['le', 'les']));
    res.redirect(303, path(sheet.sessionId));
  });

  discrepancyRoutes(deps, site, space);
}

/** What the boxes show before anybody touches them: what is recorded. */
function valuesOf(people: readonly RosterRow[], slot: Slot): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { id, marks } of people) {
    const names = fieldNames(id);
    const mark = marks.find(({ slotId }) => slotId === slot.id);
    if (mark?.presence === 'present') values[names.present] = '1';
    if (mark?.presence === 'partial' && mark.minutes) values[names.hours] = formatHours(mark.minutes);
    if (mark?.presence === 'excused') values[names.excused] = '1';
  }
  return values;
}

/** Everybody ticked whose duration or absence was not typed already: nothing of it is lost. */
function withEverybody(typed: FormState['values'], ids: readonly number[]): FormState['values'] {
  const free = ids.map(fieldNames).filter(({ hours, excused }) => !typed[hours] && !typed[excused]);
  return { ...typed, ...Object.fromEntries(free.map(({ present }) => [present, '1'])) };
}
