import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { listSessions } from '../account/browser-sessions/service.ts';
import { type Ended, endForAgency, getAccountSecurity, searchAccounts } from './service.ts';

const LIST = '/agence/securite-des-comptes';
const PER_PAGE = 25;
const queryField = searchText(120);

/** What can be ended, by its part of the address. */
const ENDINGS: readonly { path: string; what: Ended; done: string; needsIdentity: boolean }[] = [
  { path: 'sessions', what: 'sessions', done: 'Toutes ses sessions sont fermées.', needsIdentity: false },
  { path: 'liens', what: 'links', done: 'Les liens en cours ne servent plus.', needsIdentity: false },
  {
    path: 'double-authentification',
    what: 'factor',
    done: 'La double authentification est retirée et les sessions sont fermées.',
    needsIdentity: true,
  },
  {
    path: 'cles-d-acces',
    what: 'passkeys',
    done: 'Les clés d’accès sont retirées et les sessions sont fermées.',
    needsIdentity: true,
  },
  {
    path: 'proconnect',
    what: 'identities',
    done: 'ProConnect est délié et les sessions sont fermées.',
    needsIdentity: false,
  },
];

const NONE_OPEN = 'Aucune session n’était ouverte. Une connexion en cours n’aboutira pas.';

/** What takes a protection away is asked for by somebody who says that they are the owner: the agency says it looked. */
const identityForm = z.object({
  identite: z.literal('1', { error: 'Vérifiez l’identité de la personne, puis cochez cette case.' }),
});

/** « Sécurité des comptes »: for somebody who lost a phone, or whose account somebody else may be using. */
export function accountSecuritySite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);
  const perManager = createLimit(dependencies.pool, 'agency-account-security', 60, 60 * 60);

  site.get(LIST, agency, counted, async (req, res) => {
    const fields = req.query as Fields;
    const q = queryField.parse(fields.q);
    const page = pageOf(fields, PER_PAGE);
    const accounts = q ? await searchAccounts(dependencies.db, q, page) : undefined;
    render(res, 'identity/account-security/list', {
      title: 'Sécurité des comptes',
      section: 'agency',
      accounts,
      q,
      form: emptyForm({ q }),
      pagination: page.of(accounts?.total ?? 0),
    });
  });

  const show = async (
    req: Request,
    res: Response,
    {
      form = emptyForm(),
      faulty = '',
      status = 200,
    }: { form?: FormState; faulty?: string; status?: number } = {},
  ) => {
    const userId = idParam(req, 'accountId');
    const [account, sessions] = await Promise.all([
      getAccountSecurity(dependencies, userId),
      listSessions(dependencies, userId, ''),
    ]);
    render(res.status(status), 'identity/account-security/account', {
      title: `Sécurité du compte\u00a0: ${account.firstName} ${account.lastName}`,
      section: 'agency',
      account,
      sessions,
      isOwn: userId === actorOf(req).userId,
      form,
      faulty,
    });
  };

  site.get(`${LIST}/:accountId`, agency, (req, res) => show(req, res));

  for (const { path, what, done, needsIdentity } of ENDINGS) {
    site.post(`${LIST}/:accountId/${path}`, recentlyConfirmed(agency), async (req, res) => {
      const userId = idParam(req, 'accountId');
      if (needsIdentity) {
        const submitted = readForm(identityForm, req.body);
        if (!submitted.ok) return show(req, res, { form: submitted.form, faulty: path, status: 422 });
      }
      const { userId: managerId } = actorOf(req);
      await perManager.consume(String(managerId));
      const wasOpen = await endForAgency(dependencies, { managerId, userId, what });
      res.flash(wasOpen ? `${done} La personne en est informée par e-mail.` : NONE_OPEN);
      res.redirect(303, `${LIST}/${userId}`);
    });
  }

  return site;
}
