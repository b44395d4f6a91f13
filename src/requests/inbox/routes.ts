import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { auditWords } from '#audit/declaration.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { alreadyDecided } from '../decide.ts';
import { type Filling, fillTemplate } from '../reply-templates/rules.ts';
import { listTemplates } from '../reply-templates/service.ts';
import type { Asked, Decision, Fact, RequestKind } from '../request.ts';
import { refusalForm } from '../schemas.ts';
import { backToList, readFilter, stateOptions, writeFilter } from './filter.ts';
import { orderInWords, requestInWords, sameEmailInWords } from './presentation.ts';
import { getFile, type InboxFile, listRequests, takeDecision, undoDecision } from './service.ts';
import { timelineOf } from './timeline.ts';

const PER_PAGE = 25;
const deciding = recentlyConfirmed(agency);
/** Decisions of one manager in an hour: more than anybody reads. */
const MOST_PER_HOUR = 600;

/** The lists of the agency, each with its files and its decisions. */
export function inboxSite(dependencies: Dependencies, inboxes: readonly RequestKind[]): GatedRouter {
  const site = gatedRouter();
  const perManager = createLimit(dependencies.pool, 'agency-decisions', MOST_PER_HOUR, 60 * 60);
  const counted = costlyPages(dependencies.config);
  const words = auditWords(dependencies.features);
  const reader = (req: Request) => ({ ...actorOf(req), now: dependencies.clock.now() });
  for (const inbox of inboxes) mountInbox(inbox);
  return site;

  function mountInbox(inbox: RequestKind): void {
    const file = `${inbox.path}/:${inbox.param}`;
    const idOf = (req: Request) => idParam(req, inbox.param);

    site.get(inbox.path, agency, counted, async (req, res) => {
      const filter = readFilter(inbox, req.query as never);
      const page = pageOf(req.query, PER_PAGE);
      const requests = await listRequests(dependencies, inbox, filter, actorOf(req).userId, page);
      const pagination = page.of(requests.total);
      const query = String(writeFilter(inbox, filter, pagination.page));
      render(res, 'requests/inbox/list', {
        title: inbox.title,
        section: 'agency',
        scripts: ['js/inbox.js'],
        inbox,
        filter,
        query,
        form: emptyForm({
          q: filter.search,
          etat: writeFilter(inbox, filter).get('etat') ?? '',
          ...(inbox.narrow ? { [inbox.narrow.field]: filter.narrow ? String(filter.narrow) : '' } : {}),
        }),
        stateOptions: stateOptions(inbox),
        narrowOptions: inbox.narrow
          ?.options(dependencies.clock.now())
          .map((value) => ({ value, label: value })),
        viewHref: (everyone: boolean) => hrefOf(inbox, writeFilter(inbox, { ...filter, everyone })),
        requests: requests.rows.map((row) => requestInWords(inbox, row, reader(req))),
        total: requests.total,
        order: orderInWords(filter),
        pagination,
      });
    });

    const showFile = async (req: Request, res: Response, form?: FormState, status = 200) => {
      const row = await getFile(dependencies, inbox, idOf(req), actorOf(req).userId);
      const back = returnOf(req);
      render(res.status(status), 'requests/inbox/file', {
        title: `${inbox.title}\u00a0: ${inbox.heading(row)}`,
        section: 'agency',
        scripts: ['js/inbox.js'],
        inbox,
        request: requestInWords(inbox, row, reader(req)),
        facts: factsOf(inbox, row),
        elsewhere: row.elsewhere.map((one) => sameEmailInWords(inboxes, one)),
        timeline: timelineOf(row.events, inbox.decisions, words),
        base: `${inbox.path}/${row.id}`,
        back,
        backHref: backToList(inbox, back, row.id),
        form: form ?? emptyForm(),
        extra: await inbox.extra?.load(dependencies, row, req, form),
      });
    };

    // The file of a new structure searches the list for the one that it may be.
    site.get(file, agency, counted, (req, res) => showFile(req, res));

    // Without a new confirmation: asked for one, nobody would be back before the decision has left.
    site.post(`${file}/annuler-la-decision`, agency, async (req, res) => {
      await leadingBack(
        inbox,
        req,
        idOf(req),
        undoDecision(dependencies, inbox, { requestId: idOf(req), userId: actorOf(req).userId }),
      );
      res.flash('La décision est annulée\u00a0: rien n’a été envoyé, la demande attend de nouveau.');
      res.redirect(303, backToList(inbox, returnOf(req), idOf(req)));
    });

    const take = async (
      req: Request,
      res: Response,
      name: string,
      given: { reason?: string; parameters?: Readonly<Record<string, unknown>> },
    ) => {
      const { userId } = actorOf(req);
      await perManager.consume(String(userId));
      const requestId = idOf(req);
      const { reason = '', parameters = {} } = given;
      const input = { requestId, userId, reason, parameters };
      const taken = await leadingBack(inbox, req, requestId, takeDecision(dependencies, inbox, name, input));
      res.flash(
        taken.applied
          ? taken.text
          : `Décision enregistrée. Elle sera envoyée dans ${taken.seconds}\u00a0s\u00a0: d’ici là, vous pouvez l’annuler.`,
      );
      res.redirect(303, backToList(inbox, returnOf(req), requestId));
    };

    for (const [name, decision] of Object.entries(inbox.decisions)) {
      const address = `${file}/${decision.slug}`;
      if (decision.reasonHint === undefined) {
        site.post(address, deciding, async (req, res) => {
          const chosen = await chosenOf(inbox, decision, req, idOf(req));
          if (!chosen.ok) return showFile(req, res, chosen.form, 422);
          return take(req, res, name, { parameters: chosen.parameters });
        });
        continue;
      }
      const showReason = async (req: Request, res: Response, form: FormState, status = 200) =>
        showReasonForm(
          inbox,
          decision,
          req,
          res,
          await getFile(dependencies, inbox, idOf(req), actorOf(req).userId),
          form,
          status,
        );

      site.get(address, deciding, (req, res) => showReason(req, res, emptyForm()));

      site.post(address, deciding, async (req, res) => {
        const submitted = readForm(refusalForm, req.body);
        if (firstOf(req.body.etape) === 'modele')
          return showReason(req, res, emptyForm(submitted.form.values));
        if (!submitted.ok) return showReason(req, res, submitted.form, 422);
        return take(req, res, name, { reason: submitted.data.reason });
      });
    }
  }

  async function chosenOf(inbox: RequestKind, { choice }: Decision, req: Request, id: number) {
    if (!choice) return { ok: true, parameters: {} } as const;
    const isFilledIn = Object.keys(choice.form.shape).some((field) => req.body[field] !== undefined);
    if (!isFilledIn && choice.proposal) {
      return {
        ok: true,
        parameters: await choice.proposal(
          dependencies,
          await getFile(dependencies, inbox, id, actorOf(req).userId),
        ),
      } as const;
    }
    const submitted = readForm(choice.form, req.body);
    return submitted.ok ? ({ ok: true, parameters: submitted.data } as const) : submitted;
  }

  async function showReasonForm(
    inbox: RequestKind,
    decision: Decision,
    req: Request,
    res: Response,
    row: InboxFile,
    form: FormState,
    status: number,
  ): Promise<void> {
    if (row.state !== 'pending') throw alreadyDecided(inbox, row);
    const filling: Filling = { prenom: row.firstName, structure: row.structureName ?? '' };
    const templates = (await listTemplates(dependencies, inbox.kind)).map(({ id, title, body }) => ({
      id,
      title,
      body: fillTemplate(body, filling),
    }));
    const asked = firstOf(req.body?.modele ?? '');
    const wanted = templates.find(({ id }) => String(id) === asked);
    const isStep = firstOf(req.body?.etape ?? '') === 'modele';
    const back = returnOf(req);
    render(res.status(status), 'requests/inbox/reason', {
      title: `${decision.verb}\u00a0: ${inbox.heading(row)}`,
      section: 'agency',
      scripts: ['js/inbox.js'],
      inbox,
      decision,
      request: requestInWords(inbox, row, reader(req)),
      facts: factsOf(inbox, row),
      action: `${inbox.path}/${row.id}/${decision.slug}`,
      templates,
      chosen: asked,
      form: isStep && wanted ? emptyForm({ ...form.values, reason: wanted.body }) : form,
      back,
      backHref: backToList(inbox, back, row.id),
    });
  }
}

/** What a rule or somebody else's decision stops is told with the way back to the list. */
async function leadingBack<T>(
  inbox: RequestKind,
  req: Request,
  requestId: number,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict) {
      throw error.leadingTo(backToList(inbox, returnOf(req), requestId), 'Revenir aux demandes');
    }
    throw error;
  }
}

const factsOf = (inbox: RequestKind, row: Asked): Fact[] =>
  [...inbox.facts(row), ['Motif du refus', row.refusalReason] as const].filter(([, value]) => value);

const hrefOf = ({ path }: RequestKind, query: URLSearchParams): string =>
  query.size > 0 ? `${path}?${query}` : path;

/** The query of the list that the request came from: a hidden field of its forms, a parameter of its links. */
const returnOf = (req: Request): string =>
  firstOf(req.body?.retour ?? (req.query.retour as string | undefined) ?? '');
