import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { forgetProofs, noteProofs } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { confirmationSite } from './confirmation-routes.ts';
import { codeLimitPerPerson, passwordAgainLimit } from './limits.ts';
import {
  firstCodeForm,
  passwordAndCodeForm,
  passwordForm,
  refusal,
  SECRET_FIELDS,
  WRONG,
} from './schemas.ts';
import {
  beginEnrolment,
  disableFactor,
  enableFactor,
  findKeyToShow,
  isPassword,
  readFactor,
  replaceRecoveryCodes,
} from './service.ts';
import { enrolmentUri, groupedKey } from './totp.ts';

const PAGE = '/mon-compte/double-authentification';

/** « Double authentification »: a second factor for whoever wants one, and for the agency where it is required. */
export function secondFactorSite(dependencies: Dependencies): GatedRouter {
  const { pool, clock } = dependencies;
  const site = gatedRouter();
  const codes = codeLimitPerPerson(pool);
  const passwords = passwordAgainLimit(pool);
  const enrolling = factorToChange(signedIn);

  /** The page in one of its two moments: to be activated, or active with what can be changed. */
  const showState = async (
    req: Request,
    res: Response,
    { form = emptyForm(), faulty = '' }: { form?: FormState; faulty?: string } = {},
  ) => {
    const actor = actorOf(req);
    render(res, 'identity/second-factor/state', {
      title: 'Double authentification',
      section: 'account',
      factor: await readFactor(dependencies, actor.userId),
      required: req.assurance.agencyNeedsFactor && actor.isAgencyManager && !actor.hasPasskey,
      form,
      faulty,
      next: nextOf(req),
    });
  };
  const showCodes = (req: Request, res: Response, list: string[]) =>
    render(res.set('Cache-Control', 'no-store'), 'identity/second-factor/codes', {
      title: 'Vos codes de secours',
      section: 'account',
      codes: list,
      next: nextOf(req),
    });

  formPage(site, PAGE, [signedIn, enrolling], {
    read: ({ body }) => readForm(passwordForm, body, SECRET_FIELDS),
    show: ({ req, res, form }) => showState(req, res, { form }),
    async submit({ req, data }) {
      const { userId } = actorOf(req);
      await passwords.consume(String(userId));
      if (!(await isPassword(dependencies, userId, data.mot_de_passe))) {
        throw new FormRefused('mot_de_passe', WRONG.password);
      }
      await passwords.reset(String(userId));
      await beginEnrolment(dependencies, userId);
      await noteProofs(req, clock.now(), ['password']);
      return { to: withNext(`${PAGE}/cle`, nextOf(req)) };
    },
  });

  formPage(site, `${PAGE}/cle`, enrolling, {
    read: ({ body }) => readForm(firstCodeForm, body, SECRET_FIELDS),
    async show({ req, res, form = emptyForm() }) {
      const actor = actorOf(req);
      // The key is as good as the factor: it is shown only shortly after the password.
      const key = req.assurance.recentlyConfirmed && (await findKeyToShow(dependencies, actor.userId));
      if (!key) return res.redirect(303, withNext(PAGE, nextOf(req)));
      const { default: QRCode } = await import('qrcode');
      const svg = await QRCode.toString(enrolmentUri(key, actor.email), { type: 'svg', margin: 2 });
      render(res, 'identity/second-factor/key', {
        title: 'Activer la double authentification',
        section: 'account',
        qrCode: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
        key: groupedKey(key),
        form,
        next: nextOf(req),
      });
    },
    async submit({ req, res, data }) {
      const { userId } = actorOf(req);
      if (!req.assurance.recentlyConfirmed) return { to: withNext(PAGE, nextOf(req)) };
      await codes.consume(String(userId));
      const done = await enableFactor(dependencies, userId, data.code, req.sessionID);
      if ('refused' in done) throw new FormRefused('code', NOT_THE_CODE);
      await codes.reset(String(userId));
      await noteProofs(req, clock.now(), ['code']);
      showCodes(req, res, done.codes);
    },
  });

  /** The password and a code, for what would undo the protection; undefined once the page has answered. */
  const withBoth = async <T extends object>(
    req: Request,
    res: Response,
    change: (userId: number, given: { password: string; code: string }) => Promise<T>,
  ) => {
    const { userId } = actorOf(req);
    const faulty = req.path;
    const submitted = readForm(passwordAndCodeForm, req.body, SECRET_FIELDS);
    if (!submitted.ok) return void (await showState(req, res.status(422), { form: submitted.form, faulty }));
    await passwords.consume(String(userId));
    await codes.consume(String(userId));
    const { mot_de_passe: password, code } = submitted.data;
    const done = await change(userId, { password, code });
    if ('refused' in done) {
      const form = refusal(submitted.form, done.refused as 'password' | 'code');
      return void (await showState(req, res.status(422), { form, faulty }));
    }
    await Promise.all([passwords.reset(String(userId)), codes.reset(String(userId))]);
    return done;
  };

  site.post(`${PAGE}/codes`, signedIn, async (req, res) => {
    const done = await withBoth(req, res, (userId, given) =>
      replaceRecoveryCodes(dependencies, userId, given),
    );
    if (!done || !('codes' in done)) return;
    await noteProofs(req, clock.now(), ['password', 'code']);
    showCodes(req, res, done.codes);
  });

  site.post(`${PAGE}/desactiver`, signedIn, async (req, res) => {
    const done = await withBoth(req, res, (userId, given) =>
      disableFactor(dependencies, userId, given, req.sessionID),
    );
    if (!done) return;
    await forgetProofs(req, ['code', 'recovery_code']);
    res.flash('La double authentification est désactivée. Un e-mail vous le confirme.');
    res.redirect(303, PAGE);
  });

  site.use(confirmationSite(dependencies));
  return site;
}

const NOT_THE_CODE =
  'Ce code n’est pas le bon. Vérifiez l’heure de votre téléphone, puis saisissez le code affiché.';

/** Where the person was going when the factor was asked of them. */
const nextOf = (req: Request) =>
  localPath(firstOf(req.method === 'GET' ? (req.query.suite as string) : req.body.suite), '');

const withNext = (page: string, next: string) =>
  next === '' ? page : `${page}?suite=${encodeURIComponent(next)}`;
