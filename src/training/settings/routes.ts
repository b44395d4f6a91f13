import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import { differences, Stale, versionOf } from '#platform/versions.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { settingsFields, settingsForm, settingsLabels, settingsOf } from './schemas.ts';
import { getSettings, previewSettings, type SavedSettings, saveSettings } from './service.ts';

const PAGE = '/agence/catalogue/reglages';

/** « Règles d’inscription »: typed, read again in plain words, then saved. */
export function settingsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const today = () => isoDay(dependencies.clock.now());

  // A staggered opening that is over is nothing any more.
  const fieldsOf = (saved: SavedSettings) =>
    settingsFields(
      saved.staggeredUntil && saved.staggeredUntil < today()
        ? { ...saved, staggeredUntil: null, staggeredRequests: null }
        : saved,
    );

  formPage(site, PAGE, [agency, recentlyConfirmed(agency)], {
    load: () => getSettings(dependencies),
    read: ({ body }) => readForm(settingsForm, body),
    show: ({ req, res, loaded: saved, form, isStale }) =>
      render(res, 'training/settings/form', {
        title: 'Règles d’inscription',
        section: 'agency',
        form: form ?? emptyForm(fieldsOf(saved)),
        version: form && !isStale ? versionOf(req.body) : saved.version,
        stale: form && isStale ? differences(form, fieldsOf(saved), settingsLabels) : [],
        isStale,
        action: PAGE,
        labels: settingsLabels,
      }),
    async submit({ req, res, loaded: saved, data, form, again }) {
      const version = versionOf(req.body);
      const step = firstOf(req.body.etape);
      if (step === 'modifier') return again();
      const settings = settingsOf(data);
      if (settings.staggeredUntil && settings.staggeredUntil < today()) {
        throw new FormRefused(
          'echelonnee_jusqu_au',
          'Cette date est passée\u00a0: choisissez un jour à venir, ou videz les deux champs.',
        );
      }
      if (version !== saved.version) throw new Stale();
      const changes = step === 'confirmer' ? [] : await previewSettings(dependencies, saved, settings);
      if (changes.length > 0) {
        return render(res, 'training/confirm', {
          title: 'Vérifier les règles d’inscription',
          section: 'agency',
          form,
          version,
          action: PAGE,
          changes,
          note: 'Les nouvelles règles valent dès l’enregistrement, pour les demandes à venir.',
        });
      }
      await saveSettings(dependencies, version, settings);
      return { to: '/agence/catalogue', flash: 'Les règles d’inscription sont enregistrées.' };
    },
  });

  return site;
}
