import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type Png, type PngLimits, readPng } from '#platform/files/png.ts';
import { differences, versionOf } from '#platform/versions.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter, Policy } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { profileLabels, type TrainingBodyProfile } from './rules.ts';
import { profileForm, profileNames, profileOf, profileValues, regions } from './schemas.ts';
import { getProfile, getStamp, saveProfile, saveStamp } from './service.ts';

/** The largest picture of a stamp: wider than any printer of documents needs. */
const STAMP: PngLimits = { bytes: 200_000, width: 2000, height: 1000 };

/** Reads the picture of a stamp, for the addresses to which one is sent. */
export const stampBody = (mayUpload: (req: Request) => boolean) => filesBody(STAMP.bytes, mayUpload);

/** Where the profile of a training body stands, and for whom. */
export interface ProfilePlace {
  /** The route of the page. */
  path: string;
  policy: { read: Policy; write: Policy };
  section: 'agency' | 'provider';
  structureOf(req: Request): number;
  /** Its address for this request. */
  addressOf(req: Request): string;
  back: { href: string; label: string };
  /** What the profile keeps from being issued: told by whoever issues. */
  heldBack(profile: TrainingBodyProfile): { document: string; missing: string[] }[];
}

const labels = Object.fromEntries(
  Object.entries(profileNames).map(([field, name]) => [
    name,
    profileLabels[field as keyof typeof profileLabels],
  ]),
);

/** The pages of a profile: what the body says of itself once, for its documents, and the picture of its stamp. */
export function profilePages(deps: Dependencies, site: GatedRouter, place: ProfilePlace): void {
  const { path, policy, structureOf, addressOf } = place;
  const load = (req: Request) => getProfile(deps, structureOf(req));

  formPage(site, path, [policy.read, policy.write], {
    load,
    read: ({ body }) => readForm(profileForm, body),
    show({ req, res, loaded: profile, form, isStale }) {
      render(res, 'structures/training-body-profile/profile', {
        title:
          place.section === 'agency' ? `Profil\u00a0: ${profile.structureName}` : 'Profil de l’organisme',
        section: place.section,
        page: addressOf(req),
        back: place.back,
        profile,
        heldBack: place.heldBack(profile),
        form: form ?? emptyForm(profileValues(profile)),
        version: form && !isStale ? versionOf(req.body) : profile.version,
        isStale,
        stale: form && isStale ? differences(form, profileValues(profile), labels) : [],
        labels,
        regions: regions.map((value) => ({ value, label: value })),
      });
    },
    async submit({ req, data }) {
      const change = { structureId: structureOf(req), version: versionOf(req.body), by: actorOf(req).userId };
      await saveProfile(deps, change, profileOf(data));
      return {
        to: addressOf(req),
        flash: 'Le profil est enregistré. Les prochains documents le reprendront.',
      };
    },
  });

  // Asked who they are here rather than once a file is chosen, which would have to be chosen again.
  formPage(site, `${path}/cachet`, policy.write, {
    load,
    read: ({ sentFiles }): ReadForm<Png> => {
      const [file, ...others] = sentFiles?.fichier ?? [];
      if (!file || others.length > 0) {
        const fichier = file ? 'Envoyez une seule image.' : 'Choisissez une image PNG.';
        return { ok: false, form: { values: {}, errors: { fichier } } };
      }
      const picture = readPng(file.bytes, STAMP);
      return 'fault' in picture
        ? { ok: false, form: { values: {}, errors: { fichier: picture.fault } } }
        : { ok: true, data: picture, form: emptyForm() };
    },
    show({ req, res, loaded: profile, form = emptyForm() }) {
      render(res, 'structures/training-body-profile/stamp', {
        title: 'Image du cachet',
        section: place.section,
        page: addressOf(req),
        profile,
        form,
        limits: STAMP,
      });
    },
    async submit({ req, data: { bytes } }) {
      await saveStamp(deps, { structureId: structureOf(req), by: actorOf(req).userId }, bytes);
      return { to: `${addressOf(req)}/cachet`, flash: 'L’image du cachet est enregistrée.' };
    },
  });

  site.post(`${path}/cachet/retirer`, policy.write, async (req, res) => {
    await saveStamp(deps, { structureId: structureOf(req), by: actorOf(req).userId }, null);
    res.flash('L’image du cachet est retirée.');
    res.redirect(303, `${addressOf(req)}/cachet`);
  });

  site.get(`${path}/cachet.png`, policy.read, async (req, res) => {
    const picture = await getStamp(deps, structureOf(req));
    res
      .type('image/png')
      .set('Cache-Control', 'private, no-store')
      .set('X-Content-Type-Options', 'nosniff')
      .set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
      .send(picture);
  });
}
