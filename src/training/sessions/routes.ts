import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Stale, versionOf } from '#platform/versions.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { getAction, type ManagedAction } from '../actions/service.ts';
import { deleteDraft, getDraft, saveDraft } from './drafts.ts';
import { NEW_SESSION, previewOf, sessionFields, typedValues, withRepetition } from './form.ts';
import { buildSession, mayRewrite } from './rules.ts';
import { sessionForm } from './schemas.ts';
import {
  addSession,
  getSession,
  listSessions,
  ReferenceTaken,
  removeSession,
  rewriteSession,
  type SessionKey,
} from './service.ts';

const LIST = '/agence/catalogue/actions/:actionId/sessions';
const NEW = `${LIST}/nouvelle`;
const ONE = `${LIST}/:draftSessionId`;
const PER_PAGE = 25;
const periods = [
  { value: '', period: 'all', label: 'Toutes' },
  { value: 'a-venir', period: 'coming', label: 'En cours et à venir' },
  { value: 'passees', period: 'past', label: 'Passées ou annulées' },
] as const;
const deciding = recentlyConfirmed(agency);

/** The sessions of an action: half-days that repeat, read before they are saved. */
export function sessionsSite(dependencies: Dependencies): GatedRouter {
  const { clock } = dependencies;
  const site = gatedRouter();
  const actionOf = (req: Request) => getAction(dependencies, idParam(req, 'actionId'));
  const listOf = (action: { id: number }) => `/agence/catalogue/actions/${action.id}/sessions`;
  const keyOf = (req: Request): SessionKey => ({
    actionId: idParam(req, 'actionId'),
    id: idParam(req, 'draftSessionId'),
  });

  site.get(LIST, agency, async (req, res) => {
    const action = await actionOf(req);
    const page = pageOf(req.query, PER_PAGE);
    const asked = firstOf(req.query.periode as string);
    const period = periods.find(({ value }) => value === asked) ?? (periods[0] as (typeof periods)[0]);
    const sessions = await listSessions(dependencies, action.id, period.period, page);
    render(res, 'training/sessions/list', {
      title: `Sessions\u00a0: ${action.title}`,
      section: 'agency',
      action,
      list: listOf(action),
      sessions,
      period: period.value,
      periods,
      // On the first page alone: they are few, and not of any date.
      drafts: page.offset === 0 ? action.drafts : [],
      pagination: page.of(sessions[0]?.total ?? 0),
    });
  });

  interface FormPage {
    title: string;
    address: string;
    version: number;
    sessionId?: number;
    /** The draft that a new session comes from. */
    draftId?: number;
    /** True, or why the session may not be written anew; undefined for a new one. */
    verdict?: true | string;
  }

  const showForm = (res: Response, action: ManagedAction, form: FormState, page: FormPage, status = 200) =>
    render(res.status(status), 'training/sessions/form', {
      section: 'agency',
      action,
      list: listOf(action),
      form,
      isStale: status === 409,
      verdict: undefined,
      draftId: undefined,
      weekdays: ['Lundi', 'Mardi', 'Mercredi', 'Jeudi', 'Vendredi', 'Samedi', 'Dimanche'],
      ...page,
    });

  /**
   * What both forms do with what was sent: work out half-days, show again, or show what would be saved.
   * @returns what to save, once it was read and confirmed
   */
  const submit = (req: Request, res: Response, action: ManagedAction, page: FormPage) => {
    const step = firstOf(req.body.etape);
    if (step === 'calculer') {
      const form = withRepetition(req.body);
      showForm(res, action, form, page, Object.keys(form.errors).length > 0 ? 422 : 200);
      return undefined;
    }
    const values = typedValues(req.body);
    if (step === 'modifier') {
      showForm(res, action, emptyForm(values), page);
      return undefined;
    }
    const submitted = readForm(sessionForm, req.body);
    const built = submitted.ok
      ? buildSession(submitted.data, action.modality, clock.now())
      : { ok: false as const, errors: submitted.form.errors };
    if (!built.ok) {
      showForm(res, action, { values, errors: built.errors }, page, 422);
      return undefined;
    }
    if (step === 'confirmer') return { content: built.content, values };
    const slots = built.slots.map(previewOf);
    render(res, 'training/sessions/check', {
      title: 'Vérifier la session',
      section: 'agency',
      action,
      form: { values, errors: {} },
      address: page.address,
      version: page.version,
      draftId: page.draftId,
      slots,
      hours: slots.reduce(
        (sum, slot) => sum + (slot.endsAt.getTime() - slot.startsAt.getTime()) / 3_600_000,
        0,
      ),
      content: built.content,
    });
    return undefined;
  };

  const newPage = (action: ManagedAction): FormPage => ({
    title: 'Nouvelle session',
    address: `${listOf(action)}/nouvelle`,
    version: 0,
  });

  site.get(NEW, agency, async (req, res) => {
    const action = await actionOf(req);
    const id = parseRowId(firstOf(req.query.copie as string));
    const draftId = parseRowId(firstOf(req.query.brouillon as string));
    if (draftId) {
      const { fields } = await getDraft(dependencies, action.id, draftId);
      return showForm(res, action, emptyForm(fields), { ...newPage(action), draftId });
    }
    const values = id
      ? sessionFields(await getSession(dependencies, { actionId: action.id, id }))
      : NEW_SESSION;
    showForm(
      res,
      action,
      emptyForm({ ...values, ...(id ? { ouverture: '', cloture: '', reference: '' } : {}) }),
      newPage(action),
    );
  });

  site.post(NEW, deciding, async (req, res) => {
    const action = await actionOf(req);
    const draftId = parseRowId(firstOf(req.body.brouillon));
    const page = { ...newPage(action), draftId };
    if (firstOf(req.body.etape) === 'brouillon') {
      await saveDraft(dependencies, action.id, typedValues(req.body), draftId);
      res.flash('Le brouillon est gardé. Il n’est pas dans le catalogue.');
      return res.redirect(303, listOf(action));
    }
    const ready = submit(req, res, action, page);
    if (!ready) return;
    try {
      const id = await addSession(dependencies, action.id, ready.content, draftId);
      res.flash('La session est créée.');
      res.redirect(303, `/agence/sessions/${id}`);
    } catch (error) {
      if (!(error instanceof ReferenceTaken)) throw error;
      return showForm(res, action, withError(emptyForm(ready.values), 'reference', error.message), page, 422);
    }
  });

  const editPage = async (req: Request, action: ManagedAction) => {
    const session = await getSession(dependencies, keyOf(req));
    const page: FormPage = {
      title: 'Modifier une session',
      address: `${listOf(action)}/${session.id}`,
      version: session.version,
      sessionId: session.id,
      verdict: mayRewrite(session, clock.now()),
    };
    return { session, page };
  };

  site.get(ONE, agency, async (req, res) => {
    const action = await actionOf(req);
    const { session, page } = await editPage(req, action);
    showForm(res, action, emptyForm(sessionFields(session)), page);
  });

  site.post(ONE, deciding, async (req, res) => {
    const action = await actionOf(req);
    const { page } = await editPage(req, action);
    const version = versionOf(req.body);
    const ready = submit(req, res, action, { ...page, version });
    if (!ready) return;
    try {
      await rewriteSession(dependencies, keyOf(req), version, ready.content);
    } catch (error) {
      if (error instanceof ReferenceTaken) {
        const form = withError(emptyForm(ready.values), 'reference', error.message);
        return showForm(res, action, form, { ...page, version }, 422);
      }
      if (!(error instanceof Stale)) throw error;
      return showForm(res, action, emptyForm(ready.values), page, 409);
    }
    res.flash('La session est enregistrée.');
    res.redirect(303, `/agence/sessions/${keyOf(req).id}`);
  });

  site.post(`${LIST}/brouillons/:draftId/supprimer`, deciding, async (req, res) => {
    const actionId = idParam(req, 'actionId');
    await deleteDraft(dependencies, actionId, idParam(req, 'draftId'));
    res.flash('Le brouillon est supprimé.');
    res.redirect(303, `/agence/catalogue/actions/${actionId}/sessions`);
  });

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    const key = keyOf(req);
    await removeSession(dependencies, key);
    res.flash('La session est supprimée.');
    res.redirect(303, `/agence/catalogue/actions/${key.actionId}/sessions`);
  });

  return site;
}
