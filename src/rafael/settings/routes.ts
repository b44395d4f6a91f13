import { z } from 'zod';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { differences, versionOf } from '#platform/versions.ts';
import { checkbox } from '#platform/web/forms/fields.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { type RafaelSettings, readRafaelSettings, saveRafaelSettings } from './service.ts';

/** Where the agency sets RafaelPro. */
export const RAFAEL_SETTINGS = '/agence/rafaelpro/reglages';

const settingsForm = z.object({ flux_public: checkbox(), depublier: checkbox() });
const labels = {
  flux_public: 'Ouvrir le flux public de l’offre de formation',
  depublier: 'Dépublier les formations que personne ne confirme',
};
const fieldsOf = ({ publicFeed, unpublishesUnconfirmed }: RafaelSettings) => ({
  flux_public: publicFeed ? '1' : '',
  depublier: unpublishesUnconfirmed ? '1' : '',
});

/** « Réglages de RafaelPro ». */
export function rafaelSettingsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  formPage(site, RAFAEL_SETTINGS, [agency, recentlyConfirmed(agency)], {
    load: () => readRafaelSettings(dependencies.db),
    read: ({ body }) => readForm(settingsForm, body),
    show: ({ req, res, loaded: saved, form, isStale }) =>
      render(res, 'rafael/settings/form', {
        title: 'Réglages de RafaelPro',
        section: 'agency',
        form: form ?? emptyForm(fieldsOf(saved)),
        labels,
        action: RAFAEL_SETTINGS,
        version: form && !isStale ? versionOf(req.body) : saved.version,
        isStale,
        stale:
          form && isStale
            ? differences(form, fieldsOf(saved), labels, (_name, value) => (value ? 'Oui' : 'Non'))
            : [],
        feedAddress: `${dependencies.config.publicUrl}/rafaelpro/offres.xml`,
      }),
    async submit({ req, data }) {
      await saveRafaelSettings(dependencies, versionOf(req.body), {
        publicFeed: data.flux_public,
        unpublishesUnconfirmed: data.depublier,
      });
      return { to: RAFAEL_SETTINGS, flash: 'Les réglages de RafaelPro sont enregistrés.' };
    },
  });

  return site;
}
