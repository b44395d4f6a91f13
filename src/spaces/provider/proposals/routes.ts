import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit, limitedForm, TooManyTries } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { PENDING } from '#requests/request.ts';
import { sessionProposal } from '#training/proposals/request.ts';
import {
  changesOf,
  changesSomething,
  compared,
  readProposed,
  sessionInWords,
  shownSession,
} from '#training/proposals/rules.ts';
import { changeProposalForm, newProposalForm, typedProposal } from '#training/proposals/schemas.ts';
import {
  findActionOf,
  findProposable,
  findProposals,
  getProposal,
  type ProposableAction,
  propose,
  whyNotChangeable,
  withdrawProposal,
} from '#training/proposals/service.ts';
import { NEW_SESSION, previewOf, sessionFields, withRepetition } from '#training/sessions/form.ts';
import { getSession, type ManagedSession } from '#training/sessions/service.ts';
import { providerDoer, providerIdOf } from '../access.ts';
import { readFormKey } from '../messages/schemas.ts';

const LIST = '/parcourspro/prestataire/propositions';
const PER_PAGE = 20;
/** Proposals of one person in an hour: each writes to every manager. */
const MOST_PER_HOUR = 30;
const WEEKDAYS = ['Lundi', 'Mardi', 'Mercredi', 'Jeudi', 'Vendredi', 'Samedi', 'Dimanche'];

/** « Mes propositions »: what a training body proposes to the agency, and what became of it. */
export function proposalsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('provider');
  const perPerson = createLimit(deps.pool, 'session-proposals', MOST_PER_HOUR, 60 * 60);

  site.get(LIST, policy, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const proposals = await findProposals(deps.db, providerIdOf(req), page);
    render(res, 'spaces/provider/proposals/list', {
      title: 'Mes propositions',
      section: 'provider',
      proposals,
      badgeOf,
      list: LIST,
      pagination: page.of(proposals[0]?.total ?? 0),
    });
  });

  interface Target {
    action: ProposableAction;
    session?: ManagedSession;
    address: string;
  }

  /** The action, or the session, of the address; somebody else's does not exist. */
  async function targetOf(req: Request): Promise<Target | undefined> {
    const providerId = providerIdOf(req);
    const sessionId = firstOf(req.query.session as string);
    const actionId = firstOf(req.query.action as string);
    if (sessionId === '' && actionId === '') return undefined;
    if (sessionId !== '') {
      const id = parseRowId(sessionId);
      const action = id === undefined ? undefined : await findActionOf(deps.db, providerId, id);
      if (!action || id === undefined) throw new NotFound();
      const session = await getSession(deps, { actionId: action.id, id });
      return { action, session, address: `${LIST}/nouvelle?session=${id}` };
    }
    const id = parseRowId(actionId);
    const [action] = id === undefined ? [] : await findProposable(deps.db, providerId, id);
    if (!action) throw new NotFound();
    return { action, address: `${LIST}/nouvelle?action=${action.id}` };
  }

  const titleOf = ({ action, session }: Target) =>
    `${session ? 'Proposer un changement' : 'Proposer une session'}\u00a0: ${action.title}`;

  const showForm = (res: Response, target: Target, form: FormState, status = 200) =>
    render(res.status(status), 'spaces/provider/proposals/form', {
      title: titleOf(target),
      section: 'provider',
      ...target,
      session: target.session,
      form,
      refusal: target.session && whyNotChangeable(target.session, deps.clock.now()),
      weekdays: WEEKDAYS,
      list: LIST,
    });

  site.get(`${LIST}/nouvelle`, policy, async (req, res) => {
    const target = await targetOf(req);
    if (!target) {
      return render(res, 'spaces/provider/proposals/choose', {
        title: 'Proposer une session',
        section: 'provider',
        actions: await findProposable(deps.db, providerIdOf(req)),
        list: LIST,
      });
    }
    const { reference: _theirs, ...fields } = target.session ? sessionFields(target.session) : NEW_SESSION;
    showForm(res, target, emptyForm(fields as Record<string, string>));
  });

  site.post(`${LIST}/nouvelle`, policy, async (req, res) => {
    const target = await targetOf(req);
    if (!target) throw new NotFound();
    const { action, session } = target;
    const step = firstOf(req.body.etape);
    const values = typedProposal(req.body);
    if (step === 'modifier') return showForm(res, target, emptyForm(values));
    if (step === 'calculer') {
      const worked = withRepetition(req.body);
      const form = { values: { ...values, ...worked.values }, errors: worked.errors };
      return showForm(res, target, form, Object.keys(worked.errors).length > 0 ? 422 : 200);
    }
    const submitted = readForm(session ? changeProposalForm : newProposalForm, req.body);
    if (!submitted.ok) return showForm(res, target, { values, errors: submitted.form.errors }, 422);
    const read = readProposed(submitted.form.values, action.modality, deps, session);
    if (!read.ok) return showForm(res, target, { values, errors: read.errors }, 422);
    if (session && !changesSomething(changesOf(session, read.content))) {
      const errors = {
        '': 'Rien n’est changé\u00a0: modifiez au moins une date, le lieu, les places ou les inscriptions.',
      };
      return showForm(res, target, { values, errors }, 422);
    }
    const formKey = readFormKey(req.body);
    if (step !== 'confirmer' || !formKey) {
      return render(res, 'spaces/provider/proposals/check', {
        title: `Vérifier la proposition\u00a0: ${action.title}`,
        section: 'provider',
        ...target,
        session,
        form: { values, errors: {} },
        lines: session ? [] : sessionInWords(read.content),
        changes: session ? compared(shownSession(session), read.content) : [],
        warnings: read.slots.map(previewOf).filter(({ warning }) => warning !== ''),
        comment: submitted.data.commentaire,
        formKey: randomUUID(),
      });
    }
    const { commentaire: _apart, ...form } = submitted.form.values;
    try {
      await perPerson.consume(String(actorOf(req).userId));
      const providerId = providerIdOf(req);
      const input = { action, providerId, sessionId: session?.id, form, formKey };
      const id = await propose(deps, providerDoer(req), { ...input, comment: submitted.data.commentaire });
      res.flash(
        id === undefined
          ? 'Cette proposition était déjà envoyée\u00a0: elle n’est pas partie une seconde fois.'
          : 'La proposition est envoyée à Cap Métiers\u00a0: vous recevrez la réponse par e-mail.',
      );
    } catch (error) {
      if (error instanceof TooManyTries) {
        return showForm(res, target, limitedForm(res, { values, errors: {} }, error), 429);
      }
      if (!(error instanceof Conflict)) throw error;
      return showForm(res, target, { values, errors: { '': error.message } }, 409);
    }
    res.redirect(303, LIST);
  });

  site.get(`${LIST}/:proposalId`, policy, async (req, res) => {
    const proposal = await getProposal(deps.db, idParam(req, 'proposalId'), providerIdOf(req));
    render(res, 'spaces/provider/proposals/proposal', {
      title: `Proposition\u00a0: ${proposal.actionTitle}`,
      section: 'provider',
      proposal,
      badge: badgeOf(proposal),
      list: LIST,
    });
  });

  site.post(`${LIST}/:proposalId/retirer`, policy, async (req, res) => {
    const { userId, firstName, lastName } = actorOf(req);
    const by = { userId, name: `${firstName} ${lastName}` };
    await withdrawProposal(deps, by, { id: idParam(req, 'proposalId'), providerId: providerIdOf(req) });
    res.flash('La proposition est retirée.');
    res.redirect(303, LIST);
  });

  return site;
}

/** Where a proposal stands, as the agency's list says it. */
const badgeOf = ({ state }: { state: string }) => sessionProposal.outcomes[state] ?? PENDING;
