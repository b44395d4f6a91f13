import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { anonymisationDay, closingDay } from '#identity/account/inactivity/rules.ts';
import { offerReopening } from '#identity/forgotten-password/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisMoment } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { findInactiveAccounts, type InactiveAccount, type InactiveState } from './repository.ts';

const PER_PAGE = 25;
const LIST = '/agence/comptes-inactifs';
const STATES: Readonly<Record<string, { state: InactiveState; label: string }>> = {
  fermes: { state: 'closed', label: 'Fermés' },
  prevenus: { state: 'warned', label: 'Prévenus' },
};
const queryField = searchText(120);

/** « Comptes inactifs »: who was warned, whose account is closed, and the way back for somebody who calls. */
export function agencyInactiveAccountsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);
  const perManager = createLimit(dependencies.pool, 'agency-reopenings', 60, 60 * 60);

  site.get(LIST, agency, counted, async (req, res) => {
    const fields = req.query as Fields;
    const wanted = firstOf(fields.etat);
    const etat = Object.hasOwn(STATES, wanted) ? wanted : 'fermes';
    const { state } = STATES[etat] as { state: InactiveState };
    const q = queryField.parse(fields.q);
    const page = pageOf(fields, PER_PAGE);
    const accounts = await findInactiveAccounts(dependencies.db, { state, search: q }, page);
    render(res, 'spaces/agency/inactive-accounts/list', {
      title: 'Comptes inactifs',
      section: 'agency',
      accounts: { ...accounts, rows: accounts.rows.map((one) => ({ ...one, nextAt: nextOf(one) })) },
      state,
      q,
      form: emptyForm({ q, etat }),
      stateOptions: Object.entries(STATES).map(([value, { label }]) => ({ value, label })),
      pagination: page.of(accounts.total),
    });
  });

  site.post(`${LIST}/:closedId/rouvrir`, recentlyConfirmed(agency), async (req, res) => {
    await perManager.consume(String(actorOf(req).userId));
    const { email } = await offerReopening(dependencies, idParam(req, 'closedId'));
    res.flash(
      `Un lien pour rouvrir le compte part à ${email}. Il est valable 24 heures\u00a0: la personne y choisit un nouveau mot de passe.`,
    );
    res.redirect(303, LIST);
  });

  return site;
}

/** When the account is closed or anonymised next; null as long as the warning has not left. */
function nextOf({ closedAt, lastActiveAt, noticeFrom }: InactiveAccount): Date | null {
  const day = closedAt ? anonymisationDay(closedAt) : noticeFrom && closingDay(lastActiveAt, noticeFrom);
  return day && parisMoment(day, '12:00');
}
