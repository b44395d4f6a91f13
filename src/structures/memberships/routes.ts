import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { charterOf, currentCharter } from './charter.ts';
import { openYears } from './rules.ts';
import { membershipForm } from './schemas.ts';
import { listCandidates, requestMembership } from './service.ts';

/** « Adhérer à Cap Métiers » (domain.md §5): a référent asks for a structure of theirs; others read who can. */
export function membershipsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  const show = async (req: Request, res: Response, form: FormState, status = 200) => {
    const candidates = await listCandidates(dependencies, actorOf(req).userId);
    const years = openYears(dependencies.clock.now());
    res.status(status).render('structures/memberships/request', {
      title: 'Adhérer à Cap Métiers',
      section: 'structures',
      form,
      years,
      candidates,
      charter: currentCharter,
      coveredUntil: candidates.every(({ memberYears }) => years.every((year) => memberYears.includes(year)))
        ? years.at(-1)
        : undefined,
      canAsk: candidates.some(({ memberYears, requestedYears }) =>
        years.some((year) => !memberYears.includes(year) && !requestedYears.includes(year)),
      ),
    });
  };

  site.get('/adhesion', signedIn, (req, res) =>
    show(req, res, emptyForm({ year: String(openYears(dependencies.clock.now()).at(-1)) })),
  );

  site.post('/adhesion', signedIn, async (req, res) => {
    const submitted = readForm(membershipForm, req.body);
    if (!submitted.ok) return show(req, res, submitted.form, 422);
    const { structure, year, charter_version: charterVersion } = submitted.data;
    try {
      await requestMembership(dependencies, {
        structureId: structure,
        year,
        charterVersion,
        person: actorOf(req),
      });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return show(req, res, withError(submitted.form, 'year', error.message), 422);
    }
    res.flash(`La demande d’adhésion pour ${year} est envoyée. Vous recevrez la décision par e-mail.`);
    res.redirect(303, '/mes-structures');
  });

  site.get('/adhesion/charte/:version', signedIn, (req, res) => {
    const charter = charterOf(String(req.params.version));
    if (!charter) throw new NotFound();
    res.render('structures/memberships/charter', {
      title: 'La charte de l’adhésion',
      section: 'structures',
      charter,
      current: currentCharter.version,
      isCurrent: charter === currentCharter,
    });
  });

  return site;
}
