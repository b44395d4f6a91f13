import type { Request, RequestHandler, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter, serviceCall } from '#platform/web/gate.ts';
import { openedOnly } from '../opened-only.ts';
import { asJson, asText, asXml, type CasAnswer, type Failure } from './answers.ts';
import { failedQuestions } from './limits.ts';
import { BASES, isOn, parameters } from './parameters.ts';
import { proxyTicket } from './proxying.ts';
import { validate } from './validation.ts';

const TWICE = 'Un paramètre est donné deux fois.';

/** What services ask, by version of the protocol. Whatever they are told, the status is 200: that is what clients read. */
export function casMachineSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const countFailure = failedQuestions();

  const send = async (req: Request, res: Response, answer: CasAnswer, text = false) => {
    const wait = 'failure' in answer || 'proxyFailure' in answer ? await countFailure(req) : undefined;
    if (wait !== undefined) res.status(429).set('Retry-After', String(wait));
    res.set('Cache-Control', 'no-store');
    if (text) res.type('text/plain').send(asText(answer));
    else if (formatOf(req) === 'json') res.json(asJson(answer));
    else res.type('text/xml').send(asXml(answer));
  };

  /** Answers a question, whatever goes wrong, in the words that the protocol has for it. */
  const answering = (
    ask: (req: Request) => Promise<CasAnswer> | CasAnswer,
    inWords: (failure: Failure) => CasAnswer,
    text = false,
  ): [RequestHandler, RequestHandler] => [
    openedOnly,
    async (req, res) => {
      try {
        const isKnown = text || formatOf(req) !== undefined;
        const answer = isKnown ? await ask(req) : inWords(invalid('format vaut XML ou JSON.'));
        await send(req, res, answer, text);
      } catch (error) {
        deps.log.error({ err: error, requestId: req.id }, 'question of a service failed');
        await send(req, res, inWords({ code: 'INTERNAL_ERROR', description: OURS }), text);
      }
    },
  ];
  const validating = (how: { takesProxied?: boolean; hasAttributes?: boolean }, text = false) =>
    answering(
      (req) => {
        const given = parameters(req, 'service', 'ticket', 'pgtUrl', 'renew');
        if (!given) return { failure: invalid(TWICE) };
        const { service, ticket, pgtUrl, renew } = given;
        if (!service || !ticket) return { failure: invalid('service et ticket sont obligatoires.') };
        return validate(deps, {
          service,
          ticket,
          renew: isOn(renew),
          // CAS 1.0 has no way to say that one was handed over.
          ...(pgtUrl && !text ? { pgtUrl } : {}),
          ...how,
        });
      },
      (failure) => ({ failure }),
      text,
    );
  const proxying = () =>
    answering(
      (req) => {
        const given = parameters(req, 'pgt', 'targetService');
        if (!given) return { proxyFailure: invalid(TWICE) };
        const { pgt, targetService } = given;
        if (!pgt || !targetService)
          return { proxyFailure: invalid('pgt et targetService sont obligatoires.') };
        return proxyTicket(deps, { pgt, targetService });
      },
      (proxyFailure) => ({ proxyFailure }),
    );

  for (const base of BASES) {
    site.get(`${base}/validate`, serviceCall, ...validating({}, true));
    site.get(`${base}/serviceValidate`, serviceCall, ...validating({}));
    site.get(`${base}/proxyValidate`, serviceCall, ...validating({ takesProxied: true }));
    site.get(`${base}/p3/serviceValidate`, serviceCall, ...validating({ hasAttributes: true }));
    site.get(
      `${base}/p3/proxyValidate`,
      serviceCall,
      ...validating({ takesProxied: true, hasAttributes: true }),
    );
    site.get(`${base}/proxy`, serviceCall, ...proxying());
  }
  return site;
}

const OURS = 'L’incident est de notre côté, et il est enregistré.';

const invalid = (description: string): Failure => ({ code: 'INVALID_REQUEST', description });

/** @returns undefined for what is neither */
function formatOf(req: Request): 'xml' | 'json' | undefined {
  const { format = 'XML' } = parameters(req, 'format') ?? { format: '' };
  return ({ XML: 'xml', JSON: 'json' } as const)[format.toUpperCase()];
}
