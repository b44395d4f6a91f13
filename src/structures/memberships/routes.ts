import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { charterOf, currentCharter } from './charter.ts';
import { openYears, yearsInWords } from './rules.ts';
import { membershipForm } from './schemas.ts';
import { listCandidates, requestMembership } from './service.ts';

/** « Adhérer à Cap Métiers » (domain.md §5): a référent asks for a structure of theirs; others read who can. */
export function membershipsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  formPage(site, '/adhesion', signedIn, {
    read: ({ body }) => readForm(membershipForm, body),
    async show({ req, res, form }) {
      const candidates = await listCandidates(dependencies, actorOf(req).userId);
      const years = openYears(dependencies.clock.now());
      render(res, 'structures/memberships/request', {
        title: 'Adhérer à Cap Métiers',
        section: 'structures',
        form: form ?? emptyForm({ year: String(years.at(-1)) }),
        years,
        candidates,
        yearsInWords,
        charter: currentCharter,
        coveredUntil: candidates.every(({ memberYears }) => years.every((year) => memberYears.includes(year)))
          ? years.at(-1)
          : undefined,
        canAsk: candidates.some(({ memberYears, requestedYears }) =>
          years.some((year) => !memberYears.includes(year) && !requestedYears.includes(year)),
        ),
      });
    },
    async submit({ req, data: { structure: structureId, year, charter_version: charterVersion } }) {
      const input = { structureId, year, charterVersion, person: actorOf(req) };
      await requestMembership(dependencies, input).catch(saidAt('year', Conflict));
      return {
        to: '/mes-structures',
        flash: `La demande d’adhésion pour ${year} est envoyée. Vous recevrez la décision par e-mail.`,
      };
    },
  });

  site.get('/adhesion/charte/:version', signedIn, (req, res) => {
    const charter = charterOf(String(req.params.version));
    if (!charter) throw new NotFound();
    render(res, 'structures/memberships/charter', {
      title: 'La charte de l’adhésion',
      section: 'structures',
      charter,
      current: currentCharter.version,
      isCurrent: charter === currentCharter,
    });
  });

  return site;
}
