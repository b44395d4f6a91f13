import type { Response } from 'express';
import { anyone } from '#access/policies.ts';
import { CIVILITIES } from '#identity/account/schemas.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { checkSiret } from '#platform/french/siret.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit, limitedForm, placeOf } from '#platform/web/limits.ts';
import { findable } from '#platform/web/robots.ts';
import { render } from '#platform/web/views/render.ts';
import { structureKinds } from '../people/kinds.ts';
import type { Company } from './company-search.ts';
import { siretForm, structureRequestForm } from './schemas.ts';
import { type KnownStructure, lookUpSiret, submitStructureRequest } from './service.ts';

const HOUR = 60 * 60;
const PAGE = '/referencement';

/** « Ma structure n’est pas dans la liste » (domain.md §3). */
export function structureRequestsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perAddress = createLimit(dependencies.pool, 'structure-request-address', 20, HOUR);
  const perEmail = createLimit(dependencies.pool, 'structure-request-email', 5, HOUR);
  const lookUps = createLimit(dependencies.pool, 'siret-look-up', 60, HOUR);

  const showForm = (res: Response, form: FormState, status = 200, known?: KnownStructure, said = '') => {
    render(res.status(status), 'structures/structure-requests/request', {
      title: 'Ma structure n’est pas dans la liste',
      section: '',
      scripts: ['js/siret.js'],
      form,
      known,
      said,
      kinds: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
      civilities: CIVILITIES.map((value) => ({ value, label: value })),
    });
  };

  site.get(PAGE, anyone, findable(), (req, res) => {
    const checked = checkSiret(firstOf(req.query.siret as string).slice(0, 80));
    showForm(res, emptyForm({ siret: 'siret' in checked ? checked.siret : '' }));
  });

  site.post(PAGE, anyone, async (req, res) => {
    const submitted = readForm(structureRequestForm, req.body);
    // Without scripts, the SIRET is looked up with the same form, so that nothing typed is lost.
    if (firstOf(req.body.step) === 'check') {
      const alone = readForm(siretForm, req.body);
      const { values } = submitted.form;
      if (!alone.ok) return showForm(res, { values, errors: alone.form.errors }, 422);
      try {
        await lookUps.consume(placeOf(req));
      } catch (refusal) {
        return showForm(res, limitedForm(res, emptyForm(values), refusal), 429);
      }
      const { known, company } = await lookUpSiret(dependencies, alone.data.siret);
      return showForm(res, emptyForm(completed(values, company)), 200, known, known ? '' : saidOf(company));
    }
    if (!submitted.ok) return showForm(res, submitted.form, 422);
    try {
      await perAddress.consume(placeOf(req));
      await perEmail.consume(submitted.data.email);
    } catch (refusal) {
      return showForm(res, limitedForm(res, submitted.form, refusal), 429);
    }
    const known = await submitStructureRequest(dependencies, submitted.data);
    if (known) return showForm(res, withError(submitted.form, 'siret', alreadyListed(known)), 422, known);
    res.redirect(303, `${PAGE}/envoyee`);
  });

  // A POST although it changes nothing of ours: it is counted, and asks another service.
  site.post(`${PAGE}/siret`, anyone, async (req, res) => {
    const submitted = readForm(siretForm, req.body);
    if (!submitted.ok) {
      res.status(422).json({ problem: submitted.form.errors.siret });
      return;
    }
    await lookUps.consume(placeOf(req));
    const { known, company } = await lookUpSiret(dependencies, submitted.data.siret);
    if (known) {
      const href = known.isClosed ? undefined : `/account-requests/add?structure=${known.id}`;
      res.json({ problem: alreadyListed(known), href });
    } else {
      res.json({ said: saidOf(company), fields: company ? fieldsOf(company) : {} });
    }
  });

  site.get(`${PAGE}/envoyee`, anyone, (_req, res) => {
    render(res, 'structures/structure-requests/sent', { title: 'Votre demande est transmise', section: '' });
  });

  return site;
}

const alreadyListed = ({ name, city, isClosed }: KnownStructure): string => {
  const place = [name, city].filter(Boolean).join(', ');
  return isClosed
    ? `Ce SIRET est celui d’un établissement fermé (${place})\u00a0: indiquez celui de l’établissement actuel.`
    : `Ce SIRET est déjà dans la liste\u00a0: ${place}.`;
};

const saidOf = (company: Company | undefined): string =>
  company
    ? 'SIRET correct. Les renseignements publics de l’établissement sont repris ci-dessous\u00a0: vérifiez-les.'
    : 'SIRET correct. Complétez les renseignements ci-dessous.';

const fieldsOf = ({ name, apeCode, address, postcode, city }: Company): Record<string, string> => ({
  name,
  ape_code: apeCode,
  address,
  postcode,
  city,
});

/** What was typed stays; what is empty is filled in. */
function completed(values: FormState['values'], company: Company | undefined): Record<string, string> {
  const filled: Record<string, string> = { ...values };
  for (const [name, value] of Object.entries(company ? fieldsOf(company) : {})) filled[name] ||= value;
  return filled;
}
