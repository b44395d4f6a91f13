import type { Request } from 'express';
import { actorOf, holds } from '#access/actor.ts';
import { deciderOfStructure, memberOfStructure, referentOfStructure, signedIn } from '#access/policies.ts';
import { hasRightBeyondBeneficiary, RIGHTS, type Right, rightDefinitions } from '#access/rights.ts';
import { sendCsv } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { parisYear } from '#platform/french/time.ts';
import { deName } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { emailSignals } from '#requests/email-signals/rules.ts';
import { overdueBefore, waitedInWords } from '#requests/waiting.ts';
import { vouchedInWords } from '../account-requests/vouched.ts';
import { selectionValue } from '../affiliations/selection.ts';
import { membershipBadge } from '../memberships/service.ts';
import { kindLabel } from './kinds.ts';
import { asksFirst, mayHandOver, meaningOfRevoking } from './rules.ts';
import { peopleQuery, rightFilter, rightsForm } from './schemas.ts';
import {
  changeRight,
  exportPeople,
  getMemberRights,
  handOverReferent,
  listMyStructures,
  listPeople,
  type WaitingRequest,
} from './service.ts';

const STRUCTURES_PER_PAGE = 20;
const PEOPLE_PER_PAGE = 25;
const PERSON = '/mes-structures/:structureId/personnes/:userId';

/** « Mes structures », the people of one, and their rights (domain.md §4, guide 002 §2). */
export function structuresSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  site.get('/mes-structures', signedIn, async (req, res) => {
    const actor = actorOf(req);
    const page = pageOf(req.query, STRUCTURES_PER_PAGE);
    const now = dependencies.clock.now();
    const overdue = overdueBefore(now);
    const { structures, requests, mine } = await listMyStructures(dependencies, actor.userId, page);
    render(res, 'structures/people/my-structures', {
      title: 'Mes structures',
      section: 'structures',
      structures,
      requests,
      mine,
      selectionValue,
      signalsOf: ({ email, domains }: { email: string; domains: string[] }) => emailSignals(email, domains),
      vouchedFor: (one: WaitingRequest) => vouchedInWords(one, one),
      isReferent: actor.affiliations.some(({ rights }) => rights.includes('referent')),
      kindLabel,
      membershipBadge,
      year: parisYear(now),
      waitingFor: (since: Date) => ({ age: waitedInWords(since, now), isOverdue: since < overdue }),
      rightDefinitions,
      pagination: page.of(structures.total),
    });
  });

  site.get('/mes-structures/:structureId', memberOfStructure, counted, async (req, res) => {
    const actor = actorOf(req);
    const structureId = idParam(req, 'structureId');
    const filter = filterOf(req.query);
    const page = pageOf(req.query, PEOPLE_PER_PAGE);
    const { structure, people } = await listPeople(dependencies, structureId, filter, page);
    render(res, 'structures/people/people', {
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

  // A POST: the journal notes who took the list away.
  site.post('/mes-structures/:structureId/export.csv', deciderOfStructure, counted, async (req, res) => {
    const filter = filterOf(req.body);
    const { structure, columns, parts } = await exportPeople(
      dependencies,
      idParam(req, 'structureId'),
      filter,
    );
    await sendCsv(res, `personnes-${structure.siret}.csv`, columns, parts);
  });

  formPage(site, PERSON, [referentOfStructure, deciderOfStructure], {
    read: ({ body }) => readForm(rightsForm, body),
    async show({ req, res, form = emptyForm() }) {
      const { structureId, userId } = personOf(req);
      const { member, lines } = await getMemberRights(dependencies, structureId, userId);
      render(res, 'structures/people/rights', {
        title: `Droits ${deName(`${member.firstName} ${member.lastName}`)}`,
        section: 'structures',
        member,
        form,
        asksFirst,
        mayHandOver: holds(actorOf(req), 'referent', member.structureId) && member.id !== actorOf(req).userId,
        groups: ['portal', 'ParcoursPro', 'RafaelPro'].map((application) => ({
          title: application === 'portal' ? 'Portail' : application,
          lines: lines
            .filter(({ right }) => rightDefinitions[right].application === application)
            .map((line) => ({ ...line, ...rightDefinitions[line.right] })),
        })),
      });
    },
    async submit({ req, data: { change } }) {
      const actor = actorOf(req);
      const { structureId, userId } = personOf(req);
      const target = { structureId, userId, byUserId: actor.userId };
      const { label, name } = await changeRight(dependencies, target, change);
      // Whoever has just given up their own right to edit cannot see this screen any more.
      const leaves =
        change.kind === 'revoke' &&
        change.right === 'referent' &&
        userId === actor.userId &&
        !actor.isAgencyManager;
      const list = `/mes-structures/${structureId}`;
      return {
        // Back on the line that has changed, for those who go through the page with the keyboard.
        to: leaves ? list : `${list}/personnes/${userId}#${lineOf(change.right)}`,
        flash: `Le droit «\u00a0${label}\u00a0» est ${change.kind === 'grant' ? 'donné à' : 'retiré à'} ${name}.`,
      };
    },
  });

  site.get(`${PERSON}/retirer/:right`, referentOfStructure, async (req, res) => {
    const right = RIGHTS.find((known) => known === req.params.right);
    const { structureId, userId } = personOf(req);
    const { member, lines } = await getMemberRights(dependencies, structureId, userId);
    const line = lines.find((one) => one.right === right);
    if (!right || !line?.held) throw new NotFound();
    const screen = `/mes-structures/${structureId}/personnes/${userId}`;
    const heading = `Retirer le droit «\u00a0${rightDefinitions[right].label}\u00a0»`;
    render(res, 'structures/people/confirm', {
      title: heading,
      section: 'structures',
      member,
      heading,
      verdict: line.verdict,
      meaning: meaningOfRevoking(
        right,
        userId === actorOf(req).userId,
        `${member.firstName} ${member.lastName}`,
      ),
      action: screen,
      change: `-${right}`,
      submit: 'Retirer ce droit',
      back: `${screen}#${lineOf(right)}`,
    });
  });

  site.get(
    '/mes-structures/:structureId/personnes/:heirId/transmettre',
    referentOfStructure,
    async (req, res) => {
      const actor = actorOf(req);
      const [structureId, heirId] = [idParam(req, 'structureId'), idParam(req, 'heirId')];
      const { member } = await getMemberRights(dependencies, structureId, heirId);
      const verdict = mayHandOver(holds(actor, 'referent', structureId), heirId === actor.userId);
      if (verdict !== true) throw new Conflict(verdict);
      const screen = `/mes-structures/${structureId}/personnes/${heirId}`;
      render(res, 'structures/people/confirm', {
        title: 'Transmettre le rôle de référent',
        section: 'structures',
        member,
        heading: 'Transmettre le rôle de référent',
        verdict,
        meaning: `${member.firstName} ${member.lastName} devient référent à votre place\u00a0: vous ne pourrez plus accepter de demandes ni donner de droits pour cette structure. Un e-mail le dit à chacun de vous.`,
        action: `${screen}/transmettre`,
        submit: 'Transmettre le rôle de référent',
        back: screen,
      });
    },
  );

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

const personOf = (req: Request) => ({
  structureId: idParam(req, 'structureId'),
  userId: idParam(req, 'userId'),
});

const lineOf = (right: Right): string => `droit-${right}`;

const filterOf = ({ q, droit }: Request['query']) => ({
  search: peopleQuery.parse(q),
  right: rightFilter.parse(droit),
});
