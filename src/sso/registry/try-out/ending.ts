import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, seal, unseal } from '#platform/security/secrets.ts';
import { casLogout, oidcLogout } from '../../logout/messages.ts';
import type { Service } from '../../services/rules.ts';
import { endTryOut } from '../../visits/service.ts';
import type { TrialClient } from './openid.ts';

/** What the small service that tries has of a sign-in, as a service keeps it in its session. */
export type Trial = { protocol: 'cas'; ticket: string } | { protocol: 'oidc'; sid: string; accessToken: string };

/** Whose it is. */
export interface Whose {
  serviceId: number;
  userId: number;
  signInId: string;
}

/** Keeps a trial in the page, sealed: whoever tried it, in this browser, can end it. */
export function keptTrials({ config }: Pick<Dependencies, 'config'>) {
  const keys = deriveKeys(config.secrets, 'service try-outs');
  return {
    seal: (trial: Trial, whose: Whose): string => seal(keys, JSON.stringify({ trial, whose })),
    /** @returns undefined for what is not sealed by us, or somebody else’s */
    open(sealed: string, { serviceId, userId, signInId }: Whose): Trial | undefined {
      try {
        const { trial, whose } = JSON.parse(unseal(keys, sealed)) as { trial: Trial; whose: Whose };
        const isTheirs =
          whose.serviceId === serviceId && whose.userId === userId && whose.signInId === signInId;
        return isTheirs ? trial : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** How the end of a trial went, in words. */
export interface Ended {
  words: string;
  isGood: boolean;
}

/** Ends what was tried, and has the small service told, in the very words that services are told in. */
export async function endTrial(
  deps: Dependencies,
  client: TrialClient,
  service: Service,
  trial: Trial,
  whose: Whose,
): Promise<Ended[]> {
  await endTryOut(deps, whose);
  if (trial.protocol === 'cas') {
    const heard = ticketIn(casLogout(trial.ticket, deps.clock.now())) === trial.ticket;
    return [{ isGood: heard, words: heard ? HEARD.cas : NOT_HEARD }];
  }
  const { sid, accessToken } = trial;
  const word = await oidcLogout(deps, { clientId: service.key, oidcSid: sid });
  const heard = await client.hear(service, sid, word).then(
    () => true,
    (error: unknown) => {
      deps.log.error({ err: error }, 'the word of a logout was not understood');
      return false;
    },
  );
  const isDead = !(await client.isGood(accessToken));
  return [
    { isGood: heard, words: heard ? HEARD.oidc : NOT_HEARD },
    {
      isGood: isDead,
      words: isDead ? 'Le jeton d’accès n’ouvre plus rien.' : 'Le jeton d’accès ouvre toujours.',
    },
  ];
}

const HEARD = Object.freeze({
  cas: 'Le service d’essai a entendu la déconnexion\u00a0: elle nomme son ticket.',
  oidc: 'Le service d’essai a entendu la déconnexion\u00a0: elle est signée par nos clés, et nomme sa session.',
});
const NOT_HEARD = 'Le service d’essai n’a pas compris la déconnexion.';

/** As clients of CAS look for it. */
const ticketIn = (body: string): string | undefined =>
  /<samlp:SessionIndex>([^<]+)</.exec(new URLSearchParams(body).get('logoutRequest') ?? '')?.[1];
