import type { Request, Response } from 'express';
import { anyone } from '#access/policies.ts';
import { CIVILITIES, JOB_TITLES } from '#identity/account/schemas.ts';
import { passwordChoiceLimit } from '#identity/password-choice.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { costlyPages, createLimit, limitedForm, placeOf } from '#platform/web/limits.ts';
import { findable } from '#platform/web/robots.ts';
import { render } from '#platform/web/views/render.ts';
import { showConfirmationLink } from './link-pages.ts';
import { accountRequestForm, confirmationForm, SECRET_FIELDS } from './schemas.ts';
import {
  type AccountRequestInput,
  checkRequestedPassword,
  confirmAccountRequest,
  type OpenStructure,
  readConfirmationLink,
  submitAccountRequest,
  type Vouched,
} from './service.ts';
import { openedForm, searchingForm, sentStructure, structureField } from './structure-field.ts';

const HOUR = 60 * 60;

/** « Demande de création de compte » and the link that confirms it (domain.md §3). */
export function accountRequestsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perAddress = createLimit(dependencies.pool, 'account-request-address', 30, HOUR);
  const perEmail = createLimit(dependencies.pool, 'account-request-email', 5, HOUR);
  const counted = costlyPages(dependencies.config);
  const choices = passwordChoiceLimit(dependencies.pool);
  const perLink = createLimit(dependencies.pool, 'account-request-link', 10, HOUR);
  const vouchedFor = (req: Request) =>
    dependencies.features.flatMap(({ vouching }) => vouching?.read(dependencies, req) ?? [])[0];

  const showForm = async (res: Response, form: FormState, status = 200, chosen?: OpenStructure) =>
    render(res.status(status), 'structures/account-requests/add', {
      ...(await structureField(dependencies, { form, chosen })),
      title: 'Demande de création de compte',
      section: '',
      civilities: CIVILITIES.map((value) => ({ value, label: value })),
      jobTitles: JOB_TITLES.map((value) => ({ value, label: value })),
      retype: res.req.method === 'POST',
      vouched: vouchedFor(res.req),
    });

  site.get('/account-requests/add', anyone, findable(), counted, async (req, res) => {
    const opened = await openedForm(dependencies, req.query as Fields, CHOOSE_AGAIN);
    const vouched = vouchedFor(req);
    const known: Record<string, string> = vouched
      ? { email: vouched.email, first_name: vouched.firstName, last_name: vouched.lastName }
      : {};
    const form = { ...opened.form, values: { ...opened.form.values, ...known } };
    return showForm(res, form, opened.status, opened.chosen);
  });

  site.post('/account-requests/add', anyone, counted, async (req, res) => {
    const submitted = readForm(accountRequestForm, req.body, SECRET_FIELDS);
    const searching = searchingForm(req.body, submitted.form);
    if (searching) return showForm(res, searching.form);
    const chosen = await sentStructure(dependencies, req.body);
    if (!submitted.ok) return showForm(res, aboutStructure(submitted.form, chosen), 422, chosen);
    if (!chosen) return showForm(res, withError(submitted.form, 'q', UNAVAILABLE), 422);

    const { data, form } = submitted;
    if (data.password !== data.password_confirmation) {
      const message = 'Les deux mots de passe sont différents.';
      return showForm(res, withError(form, 'password_confirmation', message), 422, chosen);
    }
    const input: AccountRequestInput = {
      structure: chosen,
      email: data.email,
      password: data.password,
      civility: data.civility,
      lastName: data.last_name,
      firstName: data.first_name,
      jobTitle: data.job_title,
      phone: data.phone,
      mobile: data.mobile,
      // Another address than theirs is confirmed as anybody’s.
      vouched: isOf(vouchedFor(req), data.email),
    };
    try {
      await choices.consume(placeOf(req));
    } catch (refusal) {
      return showForm(res, limitedForm(res, form, refusal), 429, chosen);
    }
    const strength = checkRequestedPassword(input);
    if (strength !== true) return showForm(res, withError(form, 'password', strength), 422, chosen);

    try {
      await perAddress.consume(placeOf(req));
      await perEmail.consume(data.email);
    } catch (refusal) {
      return showForm(res, limitedForm(res, form, refusal), 429, chosen);
    }
    const isPending = await submitAccountRequest(dependencies, input);
    for (const { vouching } of dependencies.features) vouching?.forget(dependencies, res);
    res.redirect(303, `/account-requests/envoyee${isPending ? '?transmise=1' : ''}`);
  });

  site.get('/account-requests/envoyee', anyone, (req, res) => {
    const isPending = firstOf(req.query.transmise as string) === '1';
    render(res, 'structures/account-requests/sent', {
      title: isPending ? 'Votre demande est transmise' : 'Consultez votre boîte mail',
      section: '',
      isPending,
    });
  });

  site.get('/account-requests/confirmer/:token', linkHolder, async (req, res) => {
    const link = await readConfirmationLink(dependencies, tokenOf(req));
    showConfirmationLink(res, link, dependencies.config);
  });

  site.post('/account-requests/confirmer/:token', linkHolder, async (req, res) => {
    const token = tokenOf(req);
    const submitted = readForm(confirmationForm, req.body, SECRET_FIELDS);
    const link = await readConfirmationLink(dependencies, token);
    if (!submitted.ok) return showConfirmationLink(res, link, dependencies.config, submitted.form);
    if (link.kind === 'usable') await perLink.consume(token);

    const outcome = await confirmAccountRequest(dependencies, token, submitted.data.password);
    if (outcome.kind === 'usable') return res.redirect(303, '/account-requests/confirmee');
    if (outcome.kind !== 'wrongPassword') return showConfirmationLink(res, outcome, dependencies.config);
    const form = withError(submitted.form, 'password', WRONG_PASSWORD);
    showConfirmationLink(res, { ...outcome, kind: 'usable' }, dependencies.config, form);
  });

  site.get('/account-requests/confirmee', anyone, (_req, res) => {
    render(res, 'structures/account-requests/confirmed', {
      title: 'Votre demande est transmise',
      section: '',
    });
  });

  return site;
}

const CHOOSE_AGAIN = 'Cette structure n’est pas disponible\u00a0: cherchez-la de nouveau.';
const UNAVAILABLE = 'Cette structure n’est plus disponible\u00a0: choisissez-en une autre.';

const WRONG_PASSWORD =
  'Ce n’est pas le mot de passe de cette demande. Si vous n’avez pas fait cette demande vous-même, ne confirmez pas\u00a0: faites une nouvelle demande.';

const tokenOf = (req: Request): string => String(req.params.token);

// The error about the structure belongs to the box in which it is looked for; once it is chosen there is none.
function aboutStructure({ values, errors }: FormState, chosen: OpenStructure | undefined): FormState {
  const { structure_id: missing, ...others } = errors;
  if (chosen) return { values, errors: others };
  return { values, errors: { q: missing ?? UNAVAILABLE, ...others } };
}

const isOf = (vouched: Vouched | undefined, email: string): Vouched | undefined =>
  vouched?.email.toLowerCase() === email.toLowerCase() ? vouched : undefined;
