import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { findSheet } from '../../attendance/repository.ts';
import { presenceLabels } from '../../attendance/rules.ts';
import type { SheetSpace } from '../../attendance/space.ts';
import { COMMON, reasonField, reasonsForm, reasonsOf } from './schemas.ts';
import { discrepancyLabels, explain, findDiscrepancies } from './service.ts';

/** « Écarts »: where marks and signatures differ, each with its reason, before the sheet is validated. */
export function discrepancyRoutes(deps: Dependencies, site: GatedRouter, space: SheetSpace): void {
  const { read, write } = space.policies;

  async function load(req: Request) {
    const sheet = await findSheet(deps.db, idParam(req, 'sessionId'));
    if (!sheet) throw new NotFound();
    space.check?.(req, sheet);
    return { sheet, discrepancies: await findDiscrepancies(deps.db, sheet.sessionId) };
  }

  formPage(site, `${space.sessions}/:sessionId/presence/ecarts`, [read, write], {
    load,
    read: ({ body }, { discrepancies }) => readForm(reasonsForm(discrepancies), body),
    show({ req, res, loaded: { sheet, discrepancies }, form }) {
      const given = Object.fromEntries(discrepancies.map((one) => [reasonField(one), one.reason ?? '']));
      render(res, 'follow-up/signing/discrepancies', {
        title: `Écarts entre présences et signatures\u00a0: ${sheet.actionTitle}, ${formatPeriod(sheet.startsAt, sheet.endsAt, deps.clock.now())}`,
        section: space.section,
        styles: ['css/spaces.css'],
        sheet,
        discrepancies,
        form: form ?? emptyForm(given),
        action: req.path,
        back: `${space.sessions}/${sheet.sessionId}/presence`,
        reasonField,
        commonField: COMMON,
        discrepancyLabels,
        presenceLabels,
      });
    },
    async submit({ req, loaded: { sheet, discrepancies }, data }) {
      const by = { role: space.role, userId: actorOf(req).userId, way: 'page' } as const;
      const explained = await explain(deps, sheet.sessionId, by, reasonsOf(discrepancies, data));
      return {
        to: `${space.sessions}/${sheet.sessionId}/presence`,
        flash:
          explained > 0
            ? `${plural(explained, 'écart est expliqué', 'écarts sont expliqués')}.`
            : 'Aucun motif nouveau\u00a0: rien ne change.',
      };
    },
  });
}
