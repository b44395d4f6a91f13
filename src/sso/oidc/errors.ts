import type { Request } from 'express';
import type { errors } from 'oidc-provider';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { shownAddress } from '../services/addresses.ts';
import { findService } from '../services/service.ts';

/** What a browser is shown of a request that cannot be answered, and that leads back to no registered address. */
export async function pageFor(deps: Dependencies, req: Request, error: unknown): Promise<unknown> {
  if (!isOfProtocol(error)) return error;
  const { client_id, redirect_uri } = req.query as Record<string, string>;
  const service = client_id === undefined ? undefined : await findService(deps, { key: firstOf(client_id) });
  if (service?.isSuspended) {
    return new DomainError(
      403,
      'Service suspendu',
      `L’accès à ${service.name} est suspendu pour tout le monde.`,
    );
  }
  const name = service?.name ?? 'Ce service';
  return new DomainError(400, 'Connexion impossible', wordsFor(error, name, firstOf(redirect_uri)));
}

function wordsFor({ error, error_description = '' }: errors.OIDCProviderError, name: string, sent: string) {
  switch (error) {
    case 'invalid_client':
      return 'Le service qui vous envoie ici n’est pas enregistré auprès du portail.';
    case 'invalid_redirect_uri':
      return `${name} demande à revenir à une adresse qui n’est pas la sienne\u00a0: ${shownAddress(sent)}. Ne continuez pas, et prévenez-le.`;
    default:
      return `${name} a envoyé une demande que le portail ne peut pas suivre (${error}\u00a0: ${error_description}). Repartez de sa page d’accueil\u00a0; si cela se reproduit, prévenez-le.`;
  }
}

const isOfProtocol = (error: unknown): error is errors.OIDCProviderError =>
  error instanceof Error && 'error_description' in error && 'expose' in error && error.expose === true;
