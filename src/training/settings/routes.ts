import type { Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import { type Difference, differences, Stale, versionOf } from '#platform/versions.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { settingsFields, settingsForm, settingsLabels, settingsOf } from './schemas.ts';
import { getSettings, previewSettings, type SavedSettings, saveSettings } from './service.ts';

const PAGE = '/agence/catalogue/reglages';

/** « Règles d’inscription »: typed, read again in plain words, then saved. */
export function settingsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const today = () => isoDay(dependencies.clock.now());

  const show = (res: Response, form: FormState, version: number, status = 200, stale: Difference[] = []) =>
    res.status(status).render('training/settings/form', {
      title: 'Règles d’inscription',
      section: 'agency',
      form,
      version,
      stale,
      isStale: status === 409,
      action: PAGE,
      labels: settingsLabels,
    });

  // A staggered opening that is over is nothing any more.
  const fieldsOf = (saved: SavedSettings) =>
    settingsFields(
      saved.staggeredUntil && saved.staggeredUntil < today()
        ? { ...saved, staggeredUntil: null, staggeredRequests: null }
        : saved,
    );

  site.get(PAGE, agency, async (_req, res) => {
    const saved = await getSettings(dependencies);
    show(res, emptyForm(fieldsOf(saved)), saved.version);
  });

  site.post(PAGE, recentlyConfirmed(agency), async (req, res) => {
    const version = versionOf(req.body);
    const submitted = readForm(settingsForm, req.body);
    const step = firstOf(req.body.etape);
    if (!submitted.ok) return show(res, submitted.form, version, 422);
    if (step === 'modifier') return show(res, emptyForm(submitted.form.values), version);
    const settings = settingsOf(submitted.data);
    if (settings.staggeredUntil && settings.staggeredUntil < today()) {
      const form = withError(
        submitted.form,
        'echelonnee_jusqu_au',
        'Cette date est passée\u00a0: choisissez un jour à venir, ou videz les deux champs.',
      );
      return show(res, form, version, 422);
    }
    const saved = await getSettings(dependencies);
    if (version !== saved.version) {
      return show(
        res,
        submitted.form,
        saved.version,
        409,
        differences(submitted.form, fieldsOf(saved), settingsLabels),
      );
    }
    if (step !== 'confirmer') {
      const changes = await previewSettings(dependencies, saved, settings);
      if (changes.length > 0) {
        return res.render('training/confirm', {
          title: 'Vérifier les règles d’inscription',
          section: 'agency',
          form: submitted.form,
          version,
          action: PAGE,
          changes,
          note: 'Les nouvelles règles valent dès l’enregistrement, pour les demandes à venir.',
        });
      }
    }
    try {
      await saveSettings(dependencies, version, settings);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      const now = await getSettings(dependencies);
      return show(
        res,
        submitted.form,
        now.version,
        409,
        differences(submitted.form, fieldsOf(now), settingsLabels),
      );
    }
    res.flash('Les règles d’inscription sont enregistrées.');
    res.redirect(303, '/agence/catalogue');
  });

  return site;
}
