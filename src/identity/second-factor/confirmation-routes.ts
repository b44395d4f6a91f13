import type { Request, Response } from 'express';
import { z } from 'zod';
import { type Actor, actorOf } from '#access/actor.ts';
import { keptFields } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { secret } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { noteProofs, type Proof } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { passkeyLimit } from '../passkeys/limits.ts';
import { REFUSALS, useForm } from '../passkeys/schemas.ts';
import { optionsToUse, takeAnswer } from '../passkeys/service.ts';
import { codeLimitPerPerson, passwordAgainLimit } from './limits.ts';
import { WRONG } from './schemas.ts';
import { isPassword, takeCode } from './service.ts';

declare module '#platform/dependencies.ts' {
  interface Feature {
    /**
     * The address of another way for somebody signed in to say again who they are; undefined where it would be worth nothing.
     * @param next where they go on to afterwards
     */
    confirmedElsewhere?(deps: Dependencies, actor: Actor, next: string): Promise<WayToConfirm | undefined>;
  }
}

/** A way to confirm that leads elsewhere: no form is carried there. */
interface WayToConfirm {
  label: string;
  href: string;
}

const PAGE = '/mon-compte/confirmer';
const ofCode = z.object({
  verification: secret('Saisissez le code de votre application, ou un code de secours.'),
});
const ofPassword = z.object({ verification: secret('Saisissez votre mot de passe.') });

/**
 * « Confirmez votre identité »: the code again, or the password of who has none, or a passkey; then on with what was
 * under way.
 */
export function confirmationSite(dependencies: Dependencies): GatedRouter {
  const { pool, clock } = dependencies;
  const site = gatedRouter();
  const codes = codeLimitPerPerson(pool);
  const passwords = passwordAgainLimit(pool);
  const passkeys = passkeyLimit(pool);
  const asked = (req: Request) => ({ purpose: 'confirm', browser: req.session.signInId ?? '' }) as const;

  const show = async (res: Response, form: FormState, confirmation: UnderWay, status = 200) =>
    render(res.status(status), 'identity/second-factor/confirm', {
      title: 'Confirmez votre identité',
      section: '',
      form,
      confirmation,
      others: confirmation.kept ? [] : await elsewhere(actorOf(res.req), confirmation.next),
    });

  const elsewhere = async (actor: Actor, next: string): Promise<WayToConfirm[]> => {
    const ways = dependencies.features.map(({ confirmedElsewhere }) =>
      confirmedElsewhere?.(dependencies, actor, next),
    );
    return (await Promise.all(ways)).filter((way) => way !== undefined);
  };

  site.get(PAGE, signedIn, (req, res) =>
    show(res, emptyForm(), { next: localPath(firstOf(req.query.suite as string)) }),
  );

  site.get(`${PAGE}/options`, signedIn, async (req, res) => {
    res.json(await optionsToUse(dependencies, asked(req), actorOf(req).userId));
  });

  const goOn = async (
    req: Request,
    res: Response,
    { next, kept }: UnderWay,
    given: Proof,
    passkeyId?: number,
  ) => {
    await noteProofs(req, clock.now(), [given], passkeyId);
    // 307: the browser sends the same fields on, so that a form that was under way arrives whole.
    res.redirect(kept ? 307 : 303, next);
  };

  /** The passkey instead of what is typed. */
  const confirmWithPasskey = async (req: Request, res: Response) => {
    const { userId } = actorOf(req);
    const confirmation = underWay(req);
    const submitted = readForm(useForm, req.body, ['cle_verification']);
    if (!submitted.ok) {
      const [message = REFUSALS.refused] = Object.values(submitted.form.errors);
      return show(res, withError(emptyForm(), '', message), confirmation, 422);
    }
    await passkeys.consume(String(userId));
    const taken = await takeAnswer(dependencies, asked(req), submitted.data.cle_verification, userId);
    if ('refused' in taken) {
      return show(res, withError(emptyForm(), '', REFUSALS[taken.refused]), confirmation, 422);
    }
    await passkeys.reset(String(userId));
    await goOn(req, res, confirmation, 'passkey', taken.passkeyId);
  };

  site.post(PAGE, signedIn, async (req, res) => {
    if (req.assurance.passkeyNeeded || firstOf(req.body.cle_verification))
      return confirmWithPasskey(req, res);
    const { userId, hasSecondFactor } = actorOf(req);
    const confirmation = underWay(req);
    const submitted = readForm(hasSecondFactor ? ofCode : ofPassword, req.body, ['verification']);
    if (!submitted.ok) return show(res, submitted.form, confirmation, 422);
    const given = submitted.data.verification;
    const limit = hasSecondFactor ? codes : passwords;
    await limit.consume(String(userId));
    const proof = hasSecondFactor
      ? await takeCode(dependencies, userId, given)
      : (await isPassword(dependencies, userId, given)) && 'password';
    if (!proof) {
      const message = hasSecondFactor ? WRONG.code : WRONG.password;
      return show(res, withError(submitted.form, 'verification', message), confirmation, 422);
    }
    await limit.reset(String(userId));
    await goOn(req, res, confirmation, proof);
  });

  return site;
}

/** Where to go after, and the fields of the form that was stopped, if it was one. */
interface UnderWay {
  next: string;
  kept?: ReturnType<typeof keptFields>;
}

function underWay(req: Request): UnderWay {
  const next = localPath(firstOf(req.body.suite_verification));
  return req.body.envoi_verification === '1' ? { next, kept: keptFields(req.body) } : { next };
}
