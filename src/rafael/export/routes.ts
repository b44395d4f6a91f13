import { z } from 'zod';
import { keepsCatalogue, rafaelSeatOf } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import { checkbox } from '#platform/web/forms/fields.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { sendPieces } from '#platform/web/pieces.ts';
import { render } from '#platform/web/views/render.ts';
import { exportCatalogue, showContacts, showsContacts } from './service.ts';

const CATALOGUE = '/rafaelpro/catalogue';
const SHARING = `${CATALOGUE}/diffusion`;
const sharingForm = z.object({ contacts: checkbox() });

/** What a body takes away of its catalogue, and what it lets everybody read. */
export function offerExportSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  // A download that the journal notes.
  site.post(`${CATALOGUE}/export.xml`, keepsCatalogue, costlyPages(dependencies.config), async (req, res) => {
    const { structureId } = rafaelSeatOf(req);
    const pieces = await exportCatalogue(dependencies, structureId);
    if (!pieces) {
      res.flash(
        'Rien à exporter\u00a0: aucune formation du catalogue n’est complète, avec une session.',
        'warning',
      );
      return res.redirect(303, CATALOGUE);
    }
    const name = `catalogue-lheo-${isoDay(dependencies.clock.now())}.xml`;
    await sendPieces(res, pieces, () => res.attachment(name).type('application/xml'));
  });

  formPage(site, SHARING, keepsCatalogue, {
    load: (req) => showsContacts(dependencies, rafaelSeatOf(req).structureId),
    read: ({ body }) => readForm(sharingForm, body),
    show: ({ res, loaded, form }) =>
      render(res, 'rafael/export/sharing', {
        title: 'Diffusion de vos formations',
        section: 'rafael-catalogue',
        form: form ?? emptyForm({ contacts: loaded ? '1' : '' }),
        action: SHARING,
        back: CATALOGUE,
      }),
    async submit({ req, data }) {
      await showContacts(dependencies, rafaelSeatOf(req).structureId, data.contacts);
      return { to: SHARING, flash: 'Votre choix est enregistré.' };
    },
  });

  return site;
}
