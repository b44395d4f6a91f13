import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { findUndelivered } from './repository.ts';
import { lateBefore, sendAgain } from './service.ts';

const PER_PAGE = 25;

/** E-mails that did not leave, and the way to send them again (domain.md §9). */
export function agencyEmailsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/agence/courriels', agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const emails = await findUndelivered(dependencies.db, lateBefore(dependencies.clock.now()), page);
    render(res, 'spaces/agency/emails/undelivered', {
      title: 'E-mails non distribués',
      section: 'agency',
      emails,
      pagination: page.of(emails.total),
    });
  });

  site.post('/agence/courriels/:emailId/renvoyer', recentlyConfirmed(agency), async (req, res) => {
    const { recipient } = await sendAgain(dependencies, idParam(req, 'emailId'));
    res.flash(`L’e-mail à ${recipient} part de nouveau. S’il échoue encore, il reviendra dans cette liste.`);
    res.redirect(303, '/agence/courriels');
  });

  return site;
}
