import type { Request } from 'express';
import type { Configuration, errors, interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Person, Service } from '../services/service.ts';
import { askedBy, type Missing, missing } from './entry.ts';
import { interactionPath } from './paths.ts';

/** What the service hears where it wants no page in between (`prompt=none`) and something is missing. */
const ERRORS: Readonly<Record<Missing['step'], string>> = {
  signIn: 'login_required',
  entry: 'access_denied',
  factor: 'interaction_required',
  proof: 'login_required',
};

/** What is between a request and its code, for the library: what the portal finds missing, and nothing else. */
export function interactionsOf(
  { clock }: Dependencies,
  library: { interactionPolicy: typeof interactionPolicy; errors: typeof errors },
): Configuration['interactions'] {
  const { Prompt, Check, base } = library.interactionPolicy;

  const missingAt = ({ req, oidc }: KoaContextWithOIDC): Missing | undefined => {
    const hinted = oidc.entities.IdTokenHint?.payload.sub;
    if (hinted !== undefined && oidc.session?.accountId !== undefined && hinted !== oidc.session.accountId)
      throw new library.errors.LoginRequired('another person is signed in');
    const since = oidc.entities.Interaction?.prompt.details.since as number | undefined;
    const service = oidc.client?.service as Service;
    const person = oidc.account?.person as Person | undefined;
    return missing(req as Request, service, person, askedBy(oidc.params ?? {}, since), clock.now());
  };

  const checks = (Object.keys(ERRORS) as Missing['step'][]).map(
    (step) => new Check(step, `${step} is missing`, ERRORS[step], (ctx) => missingAt(ctx)?.step === step),
  );
  const prompt = new Prompt(
    { name: 'login', requestable: true },
    () => ({ since: clock.now().getTime() }),
    ...checks,
  );
  // The library's own, which wants what our steps have made of the portal's session told once more.
  prompt.checks.remove('login_prompt');
  const policy = base();
  policy.clear();
  policy.add(prompt);
  return { policy, url: (_ctx, { uid }) => interactionPath(uid) };
}
