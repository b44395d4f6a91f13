import { z } from 'zod';
import { actingAs } from '#access/policies.ts';
import {
  addDocument,
  findDocuments,
  getDocument,
  MOST_DOCUMENTS,
  removeDocument,
} from '#follow-up/documents/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DocumentRefused, pdfInWords } from '#platform/files/pdf.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { optionalText } from '#platform/web/forms/fields.ts';
import { formPage, saidAt, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { providerDoer, providerSessionOf, sessionPath, sessionTitle } from '../access.ts';

const DOCUMENTS = '/parcourspro/prestataire/seances/:sessionId/documents';
/** Files of one person in an hour: more than anybody gives, fewer than fill a disk. */
const MOST_PER_HOUR = 60;

const documentForm = z.object({ titre: optionalText(120) });

/** The documents that a training body gives to the people of a session. */
export function documentRoutes(deps: Dependencies, site: GatedRouter): void {
  const policy = actingAs('provider');
  const perPerson = createLimit(deps.pool, 'session-documents', MOST_PER_HOUR, 60 * 60);

  formPage(site, DOCUMENTS, policy, {
    load: (req) => providerSessionOf(deps, req),
    read({ body, sentFiles }) {
      const read = readForm(documentForm, body);
      const [file, ...others] = sentFiles?.fichier ?? [];
      if (!file || others.length > 0) {
        const message = file ? 'Envoyez un seul fichier à la fois.' : 'Choisissez un fichier PDF.';
        return { ok: false, form: withError(read.form, 'fichier', message) };
      }
      return read.ok ? { ...read, data: { ...read.data, file } } : read;
    },
    async show({ res, loaded: session, form = emptyForm() }) {
      const documents = await findDocuments(deps.db, session.id);
      return render(res, 'spaces/provider/session-documents', {
        title: `Documents\u00a0: ${sessionTitle(session, deps.clock.now())}`,
        section: 'provider',
        session,
        documents,
        canAdd: !session.cancelledAt && documents.length < MOST_DOCUMENTS,
        most: MOST_DOCUMENTS,
        pdfInWords,
        base: sessionPath(session.id),
        form,
      });
    },
    async submit({ req, loaded: { id }, data: { titre, file } }) {
      const doer = providerDoer(req);
      // Before the file is read, which costs.
      await perPerson.consume(String(doer.userId)).catch(saidOnForm);
      const document = { title: titre ?? titleOf(file.name), content: file.bytes };
      const added = addDocument(deps, id, doer, document);
      return {
        to: `${sessionPath(id)}/documents`,
        flash: (await added.catch(saidAt('fichier', DocumentRefused)))
          ? 'Le document est ajouté\u00a0: les inscrits le trouvent dans leur espace personnel.'
          : 'Ce document était déjà là\u00a0: rien n’a changé.',
      };
    },
  });

  site.get(`${DOCUMENTS}/:documentId`, policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    const { title, content } = await getDocument(deps.db, session.id, idParam(req, 'documentId'));
    sendPdf(res, content, `${title}.pdf`);
  });

  site.post(`${DOCUMENTS}/:documentId/retirer`, policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    await removeDocument(deps, session.id, providerDoer(req), idParam(req, 'documentId'));
    res.flash('Le document est retiré\u00a0: plus personne ne peut le télécharger.');
    res.redirect(303, `${sessionPath(session.id)}/documents`);
  });
}

/** A title out of the name of a file: without its end, nor what shows nothing. */
function titleOf(name: string): string {
  const parsed = optionalText(120).safeParse(name.replace(/\.pdf$/i, '').slice(-120));
  return (parsed.success && parsed.data) || 'Document';
}
