import type { Right, StructureFlags } from '#access/rights.ts';
import { isAllowed, rightDefinitions } from '#access/rights.ts';
import type { Config } from '#platform/config.ts';
import { covers } from './addresses.ts';

/** What a person is told to a service as, and the name under which it is sent. */
export const ATTRIBUTES = ['mail', 'givenname', 'sn', 'displayname', 'siret', 'structure', 'droit'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export const OPENS_TO = ['rights', 'members', 'everyone', 'agency'] as const;
export type OpensTo = (typeof OPENS_TO)[number];

export const ADDRESS_KINDS = ['cas', 'redirect', 'post_logout', 'backchannel', 'proxy_callback'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** A service that signs its people in through the portal. */
export interface Service {
  id: number;
  /** What OpenID Connect calls `client_id`. */
  key: string;
  name: string;
  description: string;
  /** Where its tile on « Accueil » leads; null for none. */
  homeUrl: string | null;
  icon: string;
  isSuspended: boolean;
  opensTo: OpensTo;
  needsSecondFactor: boolean;
  /** What CAS calls its user. */
  subject: 'email' | 'identifier';
  speaksCas: boolean;
  speaksOidc: boolean;
  attributesInV2: boolean;
  mayProxy: boolean;
  casLogoutUrl: string | null;
  contactEmail: string | null;
  position: number;
  version: number;
  addresses: { kind: AddressKind; url: string }[];
  rights: Right[];
  attributes: { attribute: Attribute; name: string }[];
}

/** A person as the rules of single sign-on see them. */
export interface Person {
  userId: number;
  /** Random, and the same at every visit. */
  subject: string;
  email: string;
  firstName: string;
  lastName: string;
  /** Whether the account is open. */
  isOpen: boolean;
  isAgencyManager: boolean;
  affiliations: (StructureFlags & {
    structureId: number;
    siret: string;
    name: string;
    /** Whether the structure is a member this year. */
    isMember: boolean;
    rights: Right[];
  })[];
}

/** Why somebody does not enter, and who can do something about it. */
export interface NoEntry {
  because: 'suspended' | 'account' | 'right' | 'membership' | 'agency' | 'structure';
  reason: string;
  ask: 'referent' | 'agency';
}

/** Whether a person may open a service: the same rule lets them in, draws the tile and closes what is open. */
export function mayOpen(service: Service, person: Person): true | NoEntry {
  const { name, opensTo, rights } = service;
  if (!person.isOpen) return { because: 'account', reason: 'Ce compte est fermé.', ask: 'agency' };
  if (service.isSuspended) {
    return {
      because: 'suspended',
      reason: `L’accès à ${name} est suspendu pour tout le monde.`,
      ask: 'agency',
    };
  }
  if (opensTo === 'everyone') return true;
  if (opensTo === 'agency') {
    return (
      person.isAgencyManager || {
        because: 'agency',
        reason: `${name} est réservé aux gestionnaires de Cap Métiers Nouvelle-Aquitaine.`,
        ask: 'agency',
      }
    );
  }
  if (person.affiliations.length === 0) {
    return {
      because: 'structure',
      reason: `${name} s’ouvre au nom d’une structure, et votre compte n’est rattaché à aucune.`,
      ask: 'agency',
    };
  }
  if (opensTo === 'members') {
    return (
      person.affiliations.some(({ isMember }) => isMember) || {
        because: 'membership',
        reason: `${name} est ouvert aux structures adhérentes, et la vôtre ne l’est pas cette année.`,
        ask: 'referent',
      }
    );
  }
  if (person.affiliations.some((one) => one.rights.some((right) => rights.includes(right)))) return true;
  const labels = rights.map((right) => `«\u00a0${rightDefinitions[right].label}\u00a0»`);
  return {
    because: 'right',
    reason: `${name} demande un de ces droits, que vous n’avez pour aucune structure\u00a0: ${labels.join(', ')}.`,
    ask: 'referent',
  };
}

/**
 * Whether somebody lacks no more than a right which one of their structures gives to some, being what it is: they are
 * told of the service, and whom to ask.
 */
export function lacksRightOnly(service: Service, person: Person): boolean {
  const verdict = mayOpen(service, person);
  if (verdict === true || verdict.because !== 'right') return false;
  const special = service.rights.filter((right) => rightDefinitions[right].onlyWhere !== undefined);
  return person.affiliations.some((one) => special.some((right) => isAllowed(right, one)));
}

/** The addresses of one kind, in their order. */
export const addressesOf = (service: Pick<Service, 'addresses'>, kind: AddressKind): string[] =>
  service.addresses.filter((one) => one.kind === kind).map(({ url }) => url);

/** The page on which the agency tries a service out: it takes a ticket as the service would. */
export const tryOutAddress = ({ publicUrl }: Pick<Config, 'publicUrl'>, serviceId: number): string =>
  `${publicUrl}/agence/services/${serviceId}/essai/retour`;

/**
 * Whose an address of CAS is: the service with the longest registered address that covers it, so that a narrow one is
 * not hidden behind a broader one on the same host. The page on which the agency tries a service out counts as its own.
 */
export function serviceAt(
  services: readonly Service[],
  wanted: URL,
  portal: Pick<Config, 'publicUrl'>,
): Service | undefined {
  const triedOut = services.find(({ id }) => wanted.href === tryOutAddress(portal, id));
  if (triedOut) return triedOut;
  let best: { service: Service; length: number } | undefined;
  for (const service of services) {
    if (!service.speaksCas) continue;
    for (const url of addressesOf(service, 'cas')) {
      const { length } = new URL(url).pathname;
      if (covers(url, wanted) && length > (best?.length ?? -1)) best = { service, length };
    }
  }
  return best?.service;
}
