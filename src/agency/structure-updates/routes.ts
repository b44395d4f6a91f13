import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import { rightDefinitions } from '../../access/rights.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { searchText } from '../../platform/web/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { plural } from '../../platform/words.ts';
import { overdueBefore } from '../../portal/account-requests/rules.ts';
import { refusalForm } from '../../portal/structure-requests/schemas.ts';
import {
  fieldLabels,
  fingerprintOf,
  inWords,
  isUnchanged,
  suggestedFlags,
} from '../../portal/structure-updates/rules.ts';
import { acceptanceForm } from '../../portal/structure-updates/schemas.ts';
import { acceptUpdate, getUpdateFile, refuseUpdate } from '../../portal/structure-updates/service.ts';
import { daysWaiting } from '../structure-requests/presentation.ts';
import { filterOf, filters, stateLabels } from './presentation.ts';
import { findStructureUpdates } from './repository.ts';

const PER_PAGE = 25;
const LIST = '/agence/mises-a-jour';
const FILE = `${LIST}/:updateId`;
const searchBox = searchText(100);

/** « Demandes de mise à jour » of structures, for the agency: old beside new, accepted or refused with a reason. */
export function agencyStructureUpdatesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db, clock } = dependencies;

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const filter = filterOf(firstOf(req.query.etat as string));
    const q = searchBox.parse(req.query.q);
    const wanted = { state: filter.state, search: q, overdueBefore: overdueBefore(clock.now()) };
    const requests = await findStructureUpdates(db, wanted, page);
    res.render('agency/structure-updates/list', {
      title: 'Demandes de mise à jour',
      section: 'agency',
      requests,
      filters,
      filter,
      q,
      list: LIST,
      stateLabels,
      fieldLabels,
      ageOf: (at: Date) => daysWaiting(at, clock.now()),
      pagination: page.of(requests.total),
    });
  });

  const showFile = async (req: Request, res: Response, form?: FormState, status = 200) => {
    const { update, heldRights } = await getUpdateFile(dependencies, idParam(req, 'updateId'));
    const flags = suggestedFlags(update.flags, update.changes);
    res.status(status).render('agency/structure-updates/file', {
      title: `Mise à jour\u00a0: ${update.structureName}`,
      section: 'agency',
      update,
      heldRights: heldRights.map((one) => ({ ...one, ...rightDefinitions[one.right] })),
      lines: update.changes.map((one) => ({
        label: fieldLabels[one.field],
        from: inWords(one.field, one.from),
        to: inWords(one.field, one.to),
        // What somebody else has corrected in between.
        today:
          update.state !== 'pending' || isUnchanged(one.field, update.today[one.field], one.from)
            ? undefined
            : inWords(one.field, update.today[one.field]),
        isThere: update.state === 'pending' && isUnchanged(one.field, update.today[one.field], one.to),
      })),
      seen: fingerprintOf(update.today),
      isOverdue: update.state === 'pending' && update.requestedAt < overdueBefore(clock.now()),
      form:
        form ??
        emptyForm({
          ...(flags.isTrainingBody ? { is_training_body: '1' } : {}),
          ...(flags.mayPreregister ? { may_preregister: '1' } : {}),
        }),
      stateLabels,
      list: LIST,
    });
  };

  site.get(FILE, agency, (req, res) => showFile(req, res));

  site.post(`${FILE}/accepter`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(acceptanceForm, req.body);
    if (!submitted.ok) return showFile(req, res, submitted.form, 422);
    const { is_training_body: isTrainingBody, may_preregister: mayPreregister } = submitted.data;
    const { name, lost } = await acceptUpdate(dependencies, decisionOf(req), {
      flags: { isTrainingBody, mayPreregister },
      seen: firstOf(req.body.seen),
    });
    const taken = lost > 0 ? ` ${plural(lost, 'droit retiré', 'droits retirés')}.` : '';
    res.flash(`Les renseignements de ${name} sont à jour. Ses référents sont prévenus.${taken}`);
    res.redirect(303, LIST);
  });

  site.post(`${FILE}/refuser`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) return showFile(req, res, submitted.form, 422);
    const { name } = await refuseUpdate(dependencies, decisionOf(req), submitted.data.reason);
    res.flash(`La demande pour ${name} est refusée. Le motif est envoyé par e-mail.`);
    res.redirect(303, LIST);
  });

  return site;
}

const decisionOf = (req: Request) => ({
  requestId: idParam(req, 'updateId'),
  byUserId: actorOf(req).userId,
});
