import type { Request, Response } from 'express';
import { z } from 'zod';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { DocumentRefused, pdfInWords } from '#platform/files/pdf.ts';
import { plural } from '#platform/french/words.ts';
import { optionalText, text } from '#platform/web/forms/fields.ts';
import { FormRefused, formPage, saidAt, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { getAction } from '../actions/service.ts';
import { findDocument, findDocuments, sendDocument } from './reading/service.ts';
import { addDocuments, MOST_DOCUMENTS, moveDocument, removeDocument, renameDocument } from './service.ts';

const LIST = '/agence/catalogue/actions/:actionId/documents';
const ONE = `${LIST}/:attachmentId`;
/** The addresses to which documents are sent, for the reading of files. */
export const DOCUMENTS_SENT = /^\/agence\/catalogue\/actions\/\d+\/documents$/;
const LONGEST_TITLE = 120;
/** Sendings of one manager in an hour: reading the files costs. */
const MOST_PER_HOUR = 60;
const deciding = recentlyConfirmed(agency);

const newForm = z.object({ titre: optionalText(LONGEST_TITLE) });
const titleForm = z.object({ titre: text('Donnez un titre au document.', LONGEST_TITLE) });

/** The documents of an action: its programme as a PDF. */
export function actionDocumentsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perPerson = createLimit(deps.pool, 'action-documents', MOST_PER_HOUR, 60 * 60);
  const listOf = (actionId: number) => `/agence/catalogue/actions/${actionId}/documents`;
  const keyOf = (req: Request) => [idParam(req, 'actionId'), idParam(req, 'attachmentId')] as const;

  const show = async (req: Request, res: Response, form: FormState = emptyForm(), renaming?: number) => {
    const action = await getAction(deps, idParam(req, 'actionId'));
    const documents = await findDocuments(deps.db, action.id);
    render(res, 'training/action-documents/list', {
      title: `Documents\u00a0: ${action.title}`,
      section: 'agency',
      styles: ['css/spaces.css'],
      action,
      list: listOf(action.id),
      documents,
      most: MOST_DOCUMENTS,
      pdfInWords,
      form,
      // The form in which something is wrong: that of a title, or that which adds.
      renaming,
    });
  };

  // Asked here rather than once a file is chosen, which would have to be chosen again.
  formPage(site, LIST, deciding, {
    read: ({ body }) => readForm(newForm, body),
    show: ({ req, res, form }) => show(req, res, form),
    async submit({ req, data }) {
      const actionId = idParam(req, 'actionId');
      const files = req.sentFiles?.fichier ?? [];
      if (files.length === 0) throw new FormRefused('fichier', 'Choisissez un fichier PDF.');
      if (files.length > 1 && data.titre) {
        const message = 'Un titre est pour un seul fichier\u00a0: laissez-le vide pour en ajouter plusieurs.';
        throw new FormRefused('titre', message);
      }
      if (files.length > MOST_DOCUMENTS) {
        throw new FormRefused('fichier', `Ajoutez ${MOST_DOCUMENTS} fichiers au plus à la fois.`);
      }
      await perPerson.consume(String(req.user?.userId)).catch(saidOnForm);
      const documents = files.map(({ name, bytes }) => ({
        title: data.titre ?? titleOf(name),
        content: bytes,
      }));
      const added = await addDocuments(deps, actionId, documents)
        .catch(saidAt('fichier', DocumentRefused))
        .catch(saidAt('fichier', Conflict, 409));
      const known = files.length - added;
      return {
        to: listOf(actionId),
        flash: [
          added > 0 ? `${plural(added, 'document est ajouté', 'documents sont ajoutés')}.` : '',
          known > 0 ? `${plural(known, 'était déjà là', 'étaient déjà là')}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
        kind: added > 0 ? 'success' : 'warning',
      };
    },
  });

  site.get(ONE, agency, async (req, res) => {
    const document = await findDocument(deps.db, ...keyOf(req));
    if (!document) throw new NotFound();
    await sendDocument(deps, req, res, document, 'private');
  });

  site.post(ONE, deciding, async (req, res) => {
    const [actionId, id] = keyOf(req);
    const submitted = readForm(titleForm, req.body);
    if (!submitted.ok) return show(req, res.status(422), submitted.form, id);
    await renameDocument(deps, actionId, id, submitted.data.titre);
    res.flash('Le titre est enregistré.');
    res.redirect(303, listOf(actionId));
  });

  for (const [name, by] of [
    ['monter', -1],
    ['descendre', 1],
  ] as const)
    site.post(`${ONE}/${name}`, deciding, async (req, res) => {
      const [actionId, id] = keyOf(req);
      await moveDocument(deps, actionId, id, by);
      res.redirect(303, `${listOf(actionId)}#document-${id}`);
    });

  site.post(`${ONE}/retirer`, deciding, async (req, res) => {
    const [actionId, id] = keyOf(req);
    await removeDocument(deps, actionId, id);
    res.flash('Le document est supprimé\u00a0: plus personne ne peut le télécharger.');
    res.redirect(303, listOf(actionId));
  });

  return site;
}

/** A title out of the name of a file: without its end, nor what shows nothing. */
function titleOf(name: string): string {
  const parsed = optionalText(LONGEST_TITLE).safeParse(
    firstOf(name.replace(/\.pdf$/i, '')).slice(-LONGEST_TITLE),
  );
  return (parsed.success && parsed.data) || 'Document';
}
