import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatDay } from '#platform/french/time.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import { newsState } from '../news/rules.ts';
import { newsToday, presentNews } from '../news/service.ts';
import { newsBadges } from './presentation.ts';
import { LONGEST_TEXT, LONGEST_TITLE, type NewsDraft, newsForm } from './schemas.ts';
import { addNews, editNews, getKeptNews, type KeptNews, listAllNews, removeNews } from './service.ts';

const PER_PAGE = 25;
const LIST = '/agence/actualites';
const ONE = `${LIST}/:newsId`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const deciding = recentlyConfirmed(agency);

/** Of which piece of news the form is: a new one, under the key by which it is kept once, or the version that was opened. */
type FormOf = Pick<PageOf<'editorial/newsroom/form'>, 'title' | 'action' | 'newsId' | 'version' | 'formKey'>;

/** What the page of the form shows beside it. */
interface Around {
  status?: number;
  preview?: NewsDraft;
  /** What somebody else has saved meanwhile. */
  theirs?: KeptNews;
  isGone?: boolean;
}

/** « Actualités »: what the agency tells on « Accueil », written, changed and taken away. */
export function agencyNewsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { clock } = dependencies;
  const keyOf = (req: Request) => ({
    id: idParam(req, 'newsId'),
    version: parseRowId(firstOf(req.body.version)),
  });
  const wantsPreview = (req: Request) => firstOf(req.body.etape) === 'apercu';

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const news = await listAllNews(dependencies, page);
    render(res, 'editorial/newsroom/list', {
      title: 'Actualités',
      section: 'agency',
      news,
      badges: newsBadges,
      pagination: page.of(news.total),
    });
  });

  const showForm = (res: Response, page: FormOf, form: FormState, around: Around) =>
    render(res.status(around.status ?? 200), 'editorial/newsroom/form', {
      section: 'agency',
      longest: { title: LONGEST_TITLE, text: LONGEST_TEXT },
      form,
      preview: around.preview && present(around.preview),
      theirs: around.theirs && { ...present(around.theirs), ...changeOf(around.theirs) },
      isGone: around.isGone ?? false,
      ...page,
    });

  const showNew = (res: Response, form: FormState, formKey: string, around: Around = {}) =>
    showForm(
      res,
      { title: 'Nouvelle actualité', action: LIST, newsId: undefined, version: undefined, formKey },
      form,
      around,
    );

  const showEdit = (
    res: Response,
    { id, version }: { id: number; version: number | undefined },
    form: FormState,
    around: Around = {},
  ) =>
    showForm(
      res,
      {
        title: 'Modifier une actualité',
        action: `${LIST}/${id}`,
        newsId: id,
        version,
        formKey: undefined,
      },
      form,
      around,
    );

  site.get(`${LIST}/nouvelle`, agency, (_req, res) =>
    showNew(res, emptyForm({ online_from: newsToday(clock) }), randomUUID()),
  );

  site.post(LIST, deciding, async (req, res) => {
    const sent = firstOf(req.body.cle);
    const formKey = UUID.test(sent) ? sent : randomUUID();
    const submitted = readForm(newsForm, req.body);
    if (!submitted.ok) return showNew(res, submitted.form, formKey, { status: 422 });
    if (wantsPreview(req)) return showNew(res, submitted.form, formKey, { preview: submitted.data });
    await addNews(dependencies, actorOf(req).userId, submitted.data, formKey);
    tellSaved(res, submitted.data);
  });

  site.get(ONE, agency, async (req, res) => {
    const kept = await getKeptNews(dependencies, idParam(req, 'newsId'));
    const { title, body, link, online_from, online_until } = kept;
    showEdit(
      res,
      kept,
      emptyForm({ title, body, link: link ?? '', online_from, online_until: online_until ?? '' }),
    );
  });

  site.post(ONE, deciding, async (req, res) => {
    const key = keyOf(req);
    const submitted = readForm(newsForm, req.body);
    if (!submitted.ok) {
      await refuseUnknown(key.id, submitted.form);
      return showEdit(res, key, submitted.form, { status: 422 });
    }
    if (wantsPreview(req)) return showEdit(res, key, submitted.form, { preview: submitted.data });
    const change = await editNews(dependencies, actorOf(req).userId, key, submitted.data);
    if (change.outcome === 'gone') {
      return showNew(res, submitted.form, randomUUID(), { status: 409, isGone: true });
    }
    if (change.outcome === 'changed') {
      const { current } = change;
      return showEdit(res, current, submitted.form, { status: 409, theirs: current });
    }
    tellSaved(res, submitted.data);
  });

  // A number that names nothing is no page; something typed is given back all the same.
  const refuseUnknown = async (id: number, { values }: FormState) => {
    if (!values.title && !values.body) await getKeptNews(dependencies, id);
  };

  const tellSaved = (res: Response, draft: NewsDraft) => {
    const days = { onlineFrom: draft.online_from, onlineUntil: draft.online_until };
    const where = {
      scheduled: `elle sera en ligne le ${formatDay(draft.online_from)}`,
      online: 'elle est en ligne',
      past: 'son dernier jour est passé, elle n’est pas en ligne',
    }[newsState(days, newsToday(clock))];
    res.flash(`L’actualité «\u00a0${draft.title}\u00a0» est enregistrée\u00a0: ${where}.`);
    res.redirect(303, LIST);
  };

  const showDeletion = (res: Response, news: KeptNews, hasChanged = false) =>
    render(res.status(hasChanged ? 409 : 200), 'editorial/newsroom/delete', {
      title: 'Supprimer une actualité',
      section: 'agency',
      news,
      hasChanged,
    });

  site.get(`${ONE}/supprimer`, agency, async (req, res) =>
    showDeletion(res, await getKeptNews(dependencies, idParam(req, 'newsId'))),
  );

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    const change = await removeNews(dependencies, actorOf(req).userId, keyOf(req));
    if (change.outcome === 'gone') throw new NotFound('Cette actualité est déjà supprimée.');
    if (change.outcome === 'changed') return showDeletion(res, change.current, true);
    res.flash('L’actualité est supprimée.');
    res.redirect(303, LIST);
  });

  return site;
}

/** As people will read it, under a title of the third level. */
const present = ({ title, body, link, online_from }: NewsDraft) =>
  presentNews({ id: 0, title, body, link, onlineFrom: online_from }, 3);

const changeOf = ({ updatedBy, updatedAt }: KeptNews) => ({ updatedBy, updatedAt });
