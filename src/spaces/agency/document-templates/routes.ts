import type { Request } from 'express';
import { z } from 'zod';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { previewTemplate } from '#follow-up/documents/templates/preview.ts';
import { changedPassages, comparedLines, templateFaults } from '#follow-up/documents/templates/rules.ts';
import {
  dropDraft,
  getTemplates,
  type KindTemplates,
  listTemplates,
  NotPublishable,
  publishDraft,
  saveDraft,
} from '#follow-up/documents/templates/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { longText, parseRowId } from '#platform/web/forms/fields.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { fieldsInWords, kindInWords, kindOfSlug } from './presentation.ts';

const LIST = '/agence/modeles-de-documents';
const KIND = `${LIST}/:document`;
const LONGEST = 20_000;
const deciding = recentlyConfirmed(agency);

const templateForm = z.object({ body: longText('Écrivez le modèle.', LONGEST) });

/** « Modèles de documents »: what the documents of a training say around what is filled in. */
export function documentTemplatesSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(deps.config);
  const kindOf = (req: Request) => kindOfSlug(req.params.document);
  const load = (req: Request) => getTemplates(deps, kindOf(req));
  /** The revision on which a form was opened; 0 where there was no draft. */
  const revisionOf = (req: Request) => parseRowId(firstOf(req.body.revision)) ?? 0;
  const writingOf = (req: Request) => ({
    kind: kindOf(req),
    revision: revisionOf(req),
    by: actorOf(req).userId,
  });
  const pageOf = (req: Request) => `${LIST}/${kindInWords(kindOf(req)).slug}`;

  site.get(LIST, agency, async (_req, res) => {
    const templates = await listTemplates(deps);
    render(res, 'spaces/agency/document-templates/list', {
      title: 'Modèles de documents',
      section: 'agency',
      list: LIST,
      kinds: templates.map((one) => ({ ...one, ...kindInWords(one.kind) })),
    });
  });

  formPage(site, KIND, [agency, deciding], {
    load,
    read: ({ body }) => readForm(templateForm, body),
    show({ req, res, loaded: { kind, current, draft, published }, form, isStale }) {
      const saved = draft ?? current;
      render(res, 'spaces/agency/document-templates/kind', {
        title: kindInWords(kind).label,
        section: 'agency',
        list: LIST,
        page: pageOf(req),
        kind: kindInWords(kind),
        fields: fieldsInWords(kind),
        current,
        draft,
        published,
        faults: draft ? faultsOf(kind, draft.body) : [],
        form: form ?? emptyForm({ body: saved.body }),
        longest: LONGEST,
        revision: form && !isStale ? revisionOf(req) : (draft?.revision ?? 0),
        isStale,
        stale:
          form && isStale ? [{ label: draft ? 'Brouillon' : 'Version en service', saved: saved.body }] : [],
      });
    },
    async submit({ req, data }) {
      await saveDraft(deps, writingOf(req), data.body);
      return { to: pageOf(req), flash: 'Le brouillon est enregistré. Rien ne change avant sa publication.' };
    },
  });

  formPage(site, `${KIND}/publier`, [agency, deciding], {
    load,
    read: () => readForm(z.object({}), {}),
    show({ req, res, loaded: { kind, current, draft }, form = emptyForm(), isStale }) {
      if (!draft) throw new NotFound();
      render(res, 'spaces/agency/document-templates/publish', {
        title: `Publier\u00a0: ${kindInWords(kind).label}`,
        section: 'agency',
        page: pageOf(req),
        form,
        isStale,
        current,
        draft,
        passages: changedPassages(comparedLines(current.body, draft.body)),
        faults: faultsOf(kind, draft.body),
      });
    },
    async submit({ req }) {
      const version = await publishDraft(deps, writingOf(req)).catch(saidAt('', NotPublishable));
      return {
        to: pageOf(req),
        flash: `La version ${version} est en service pour les prochains documents.`,
      };
    },
  });

  site.post(`${KIND}/abandonner`, deciding, async (req, res) => {
    await dropDraft(deps, writingOf(req));
    res.flash('Le brouillon est abandonné. La version en service n’a pas changé.');
    res.redirect(303, pageOf(req));
  });

  site.get(`${KIND}/versions/:templateVersion`, agency, async (req, res) => {
    const { kind, current, published } = await load(req);
    const number = idParam(req, 'templateVersion');
    const shown = published.find(({ version }) => version === number);
    if (!shown) throw new NotFound();
    const before = published.find(({ version }) => version < number);
    render(res, 'spaces/agency/document-templates/version', {
      title: `${kindInWords(kind).label}, version ${number}`,
      section: 'agency',
      page: pageOf(req),
      shown,
      isCurrent: shown.id === current.id,
      before,
      passages: before ? changedPassages(comparedLines(before.body, shown.body)) : [],
    });
  });

  site.get(`${KIND}/apercu.pdf`, agency, counted, async (req, res) => {
    const { kind, current, draft, published } = await load(req);
    const wanted = firstOf(req.query.version as string);
    const shown =
      wanted === '' ? (draft ?? current) : published.find(({ version }) => String(version) === wanted);
    if (!shown) throw new NotFound();
    sendPdf(
      res,
      await previewTemplate(deps, kind, shown.body),
      `Aperçu, ${kindInWords(kind).label}, version ${shown.version}.pdf`,
    );
  });

  return site;
}

/** The faults of a template, each with the words of its line. */
function faultsOf(kind: KindTemplates['kind'], body: string) {
  const lines = body.split('\n');
  return templateFaults(kind, body).map((fault) => ({
    ...fault,
    text: (lines[fault.line - 1] ?? '').trim(),
  }));
}
