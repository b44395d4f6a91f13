import { z } from 'zod';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { choice, longText, searchText } from '#platform/web/forms/fields.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { codeParam } from '../asking/routes.ts';
import { findModels } from '../models/service.ts';
import { causeLabels, reviewedBadge } from '../presentation.ts';
import { badgeAddresses, issuableAt } from './addresses.ts';
import { findKeys } from './key-repository.ts';
import { rotateKey } from './keys.ts';
import { findIssued } from './repository.ts';
import { AGENCY_CAUSES, type AgencyCause, getBadge, reachOf, revokeBadge } from './service.ts';

const HOME = '/agence/badges';
const ISSUED = `${HOME}/delivres`;
const PER_PAGE = 25;
const deciding = recentlyConfirmed(agency);

/** « Révoquer »: the cause is public, the words are for the person, while there is somebody to read them. */
const causeForm = z.object({ cause: choice(AGENCY_CAUSES, 'Choisissez la cause.') });
const revocationForm = causeForm.extend({
  motif: longText('Expliquez pourquoi\u00a0: la personne le lira.', 2000),
});

/** « Open badges » of the agency: models, what was issued, the key that signs. */
export function agencyBadgesSite(deps: Dependencies): GatedRouter {
  const { config, db } = deps;
  const site = gatedRouter();
  const rotations = createLimit(deps.pool, 'badge-keys', 10, 60 * 60);

  site.get(HOME, agency, async (_req, res) => {
    const [models, keys] = await Promise.all([findModels(db), findKeys(db)]);
    render(res, 'follow-up/badges/home', {
      title: 'Open badges',
      section: 'agency',
      models,
      keys,
      issuable: issuableAt(config),
      issuer: badgeAddresses(config.publicUrl).issuer,
    });
  });

  site.post(`${HOME}/cle`, deciding, async (req, res) => {
    await rotations.consume(String(actorOf(req).userId));
    await rotateKey(deps);
    res.flash(
      'La clé est renouvelée\u00a0: elle signe les badges à venir. Ceux d’avant se vérifient toujours.',
    );
    res.redirect(303, `${HOME}#cle`);
  });

  site.get(ISSUED, agency, costlyPages(config), async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const search = searchText(100).parse(req.query.q);
    const rows = await findIssued(db, { search, offset: page.offset, limit: page.limit });
    const pagination = page.of(rows[0]?.total ?? 0);
    render(res, 'follow-up/badges/issued', {
      title: 'Badges délivrés',
      section: 'agency',
      form: emptyForm({ q: search }),
      rows: rows.map((row) => ({ ...row, badge: reviewedBadge(row) })),
      causeLabels,
      pagination,
    });
  });

  formPage(site, `${ISSUED}/:badgeCode/revoquer`, [agency, deciding], {
    async load(req) {
      const badge = await getBadge(db, codeParam(req));
      if (badge.revokedAt) throw new Conflict('Ce badge est déjà révoqué.');
      return { ...badge, reach: await reachOf(db, badge) };
    },
    read: ({ body }, { reach }): ReadForm<{ cause: AgencyCause; motif?: string }> =>
      readForm(reach === 'forgotten' ? causeForm : revocationForm, body),
    show: ({ res, loaded: badge, form = emptyForm() }) =>
      render(res, 'follow-up/badges/revoke', {
        title: 'Révoquer un badge',
        section: 'agency',
        form,
        badge,
        back: ISSUED,
        causes: AGENCY_CAUSES.map((value) => ({ value, label: causeLabels[value] })),
      }),
    async submit({ req, loaded: { code }, data: { cause, motif: words = '' } }) {
      const { userId } = actorOf(req);
      const isTold = await revokeBadge(deps, code, { userId, cause, words }).catch(saidAt('', Conflict, 409));
      return {
        to: ISSUED,
        flash: isTold
          ? 'Le badge est révoqué\u00a0: sa page le dit, et la personne en est informée.'
          : 'Le badge est révoqué\u00a0: sa page le dit. La personne n’a plus de compte\u00a0: rien ne lui est envoyé.',
      };
    },
  });

  return site;
}
