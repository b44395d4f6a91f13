import type { Request, Response } from 'express';
import { actorOf, holds } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import {
  deciderOfStructure,
  memberOfStructure,
  referentOfStructure,
  signedIn,
} from '../../access/policies.ts';
import { hasRightBeyondBeneficiary, rightDefinitions } from '../../access/rights.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { parisYear } from '../../platform/time.ts';
import { emptyForm, type FormState, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { selectionValue } from '../affiliations/selection.ts';
import { emailSignals } from '../email-signals/rules.ts';
import { membershipBadge } from '../memberships/service.ts';
import { kindLabel } from './kinds.ts';
import { peopleQuery, rightFilter, rightsForm } from './schemas.ts';
import {
  changeRight,
  exportPeople,
  getMemberRights,
  handOverReferent,
  listMyStructures,
  listPeople,
} from './service.ts';

const STRUCTURES_PER_PAGE = 25;
const PEOPLE_PER_PAGE = 25;

/** « Mes structures », the people of one, and their rights (DOMAIN §4, guide 002 §2). */
export function structuresSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/mes-structures', signedIn, async (req, res) => {
    const actor = actorOf(req);
    const page = pageOf(req.query, STRUCTURES_PER_PAGE);
    const { structures, requests, mine } = await listMyStructures(dependencies, actor.userId, page);
    res.render('portal/structures/my-structures', {
      title: 'Mes structures',
      section: 'structures',
      structures,
      requests,
      mine,
      selectionValue,
      signalsOf: ({ email, domains }: { email: string; domains: string[] }) => emailSignals(email, domains),
      isReferent: actor.affiliations.some(({ rights }) => rights.includes('referent')),
      kindLabel,
      membershipBadge,
      year: parisYear(dependencies.clock.now()),
      rightDefinitions,
      pagination: page.of(structures.total),
    });
  });

  site.get('/mes-structures/:structureId', memberOfStructure, async (req, res) => {
    const actor = actorOf(req);
    const structureId = idParam(req, 'structureId');
    const filter = filterOf(req);
    const page = pageOf(req.query, PEOPLE_PER_PAGE);
    const { structure, people } = await listPeople(dependencies, structureId, filter, page);
    res.render('portal/structures/people', {
      title: structure.name,
      section: 'structures',
      structure,
      people,
      q: filter.search,
      right: filter.right,
      rightDefinitions,
      mayEdit:
        actor.isAgencyManager ||
        actor.affiliations.some((a) => a.structureId === structureId && a.rights.includes('referent')),
      hasRightBeyondBeneficiary,
      kindLabel,
      pagination: page.of(people.total),
    });
  });

  site.get('/mes-structures/:structureId/export.csv', referentOfStructure, async (req, res) => {
    const { structure, csv } = await exportPeople(dependencies, idParam(req, 'structureId'), filterOf(req));
    res.attachment(`personnes-${structure.siret}.csv`).type('text/csv').send(csv);
  });

  const showRights = async (req: Request, res: Response, form: FormState, status = 200) => {
    const { member, lines } = await getMemberRights(
      dependencies,
      idParam(req, 'structureId'),
      idParam(req, 'userId'),
    );
    res.status(status).render('portal/structures/rights', {
      title: `Droits de ${member.firstName} ${member.lastName}`,
      section: 'structures',
      member,
      form,
      mayHandOver: holds(actorOf(req), 'referent', member.structureId) && member.id !== actorOf(req).userId,
      groups: ['portal', 'ParcoursPro', 'RafaelPro'].map((application) => ({
        title: application === 'portal' ? 'Portail' : application,
        lines: lines
          .filter(({ right }) => rightDefinitions[right].application === application)
          .map((line) => ({ ...line, ...rightDefinitions[line.right] })),
      })),
    });
  };

  site.get('/mes-structures/:structureId/personnes/:userId', referentOfStructure, (req, res) =>
    showRights(req, res, emptyForm()),
  );

  site.post('/mes-structures/:structureId/personnes/:userId', deciderOfStructure, async (req, res) => {
    const submitted = readForm(rightsForm, req.body);
    if (!submitted.ok) return showRights(req, res, submitted.form, 422);
    const actor = actorOf(req);
    const target = {
      structureId: idParam(req, 'structureId'),
      userId: idParam(req, 'userId'),
      byUserId: actor.userId,
    };
    const { change } = submitted.data;
    const { label, name } = await changeRight(dependencies, target, change);
    res.flash(
      `Le droit «\u00a0${label}\u00a0» est ${change.kind === 'grant' ? 'donné à' : 'retiré à'} ${name}.`,
    );
    // Whoever has just given up their own right to edit cannot see this screen any more.
    const leaves =
      change.kind === 'revoke' &&
      change.right === 'referent' &&
      target.userId === actor.userId &&
      !actor.isAgencyManager;
    res.redirect(303, `/mes-structures/${target.structureId}${leaves ? '' : `/personnes/${target.userId}`}`);
  });

  site.post(
    '/mes-structures/:structureId/personnes/:heirId/transmettre',
    deciderOfStructure,
    async (req, res) => {
      const actor = actorOf(req);
      const structureId = idParam(req, 'structureId');
      const target = { structureId, userId: idParam(req, 'heirId'), byUserId: actor.userId };
      const { name } = await handOverReferent(dependencies, target);
      res.flash(`Le rôle de référent est transmis à ${name}. Vous n’êtes plus référent de cette structure.`);
      res.redirect(303, `/mes-structures/${structureId}`);
    },
  );

  return site;
}

const filterOf = (req: Request) => ({
  search: peopleQuery.parse(req.query.q),
  right: rightFilter.parse(req.query.droit),
});
