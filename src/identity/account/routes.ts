import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatPhone } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type Option, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { sessionsSite } from './browser-sessions/routes.ts';
import { listSessions } from './browser-sessions/service.ts';
import { emailChangeSite } from './email-change/routes.ts';
import { myDataSite } from './my-data/routes.ts';
import { passwordSite } from './password/routes.ts';
import { CIVILITIES, detailsForm, JOB_TITLES } from './schemas.ts';
import { type AccountOverview, changeDetails, getOverview } from './service.ts';

const HOUR = 60 * 60;

/** « Mon compte » (domain.md §4, guides 002 §3 and 004 « Gestion du Compte »). */
export function accountSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const changes = createLimit(dependencies.pool, 'account-details', 30, HOUR);

  formPage(site, '/mon-compte', signedIn, {
    read: ({ body }) => readForm(detailsForm, body),
    async show({ req, res, form }) {
      const { userId } = actorOf(req);
      const [account, sessions] = await Promise.all([
        getOverview(dependencies, userId),
        listSessions(dependencies, userId, req.sessionID),
      ]);
      render(res, 'identity/account/account', {
        title: 'Mon compte',
        section: 'account',
        account,
        sessions,
        form: form ?? emptyForm(valuesOf(account)),
        civilities: CIVILITIES.map((value) => ({ value, label: value })),
        jobTitles: jobTitlesWith(account.jobTitle),
      });
    },
    async submit({ req, data: { civility, last_name, first_name, job_title, phone, mobile } }) {
      const { userId } = actorOf(req);
      await changes.consume(String(userId));
      const changed = await changeDetails(dependencies, userId, {
        civility,
        lastName: last_name,
        firstName: first_name,
        jobTitle: job_title,
        phone,
        mobile,
      });
      return {
        // On the notice, for those who go through the page with the keyboard.
        to: '/mon-compte#annonce',
        flash: changed
          ? 'Vos informations sont modifiées.'
          : 'Rien n’a changé\u00a0: vos informations étaient à jour.',
      };
    },
  });

  site.use(
    emailChangeSite(dependencies),
    passwordSite(dependencies),
    sessionsSite(dependencies),
    myDataSite(dependencies),
  );
  return site;
}

const valuesOf = (account: AccountOverview): Record<string, string> => ({
  civility: account.civility,
  last_name: account.lastName,
  first_name: account.firstName,
  job_title: account.jobTitle ?? '',
  phone: formatPhone(account.phone),
  mobile: formatPhone(account.mobile),
});

// A title given before the list had its present words stays a choice.
function jobTitlesWith(present: string | null): Option[] {
  const known: readonly string[] = JOB_TITLES;
  const all = present && !known.includes(present) ? [present, ...known] : known;
  return all.map((value) => ({ value, label: value }));
}
