import type { Config } from '#platform/config.ts';

/**
 * Where everything about badges stands, for ever: each address is the name of what is there, byte for byte, in what was
 * signed.
 * @param publicUrl without a slash at its end
 */
export const badgeAddresses = (publicUrl: string) => ({
  issuer: `${publicUrl}/badges/emetteur`,
  issuerV2: `${publicUrl}/badges/emetteur/v2`,
  key: (kid: string) => `${publicUrl}/badges/cles/${kid}`,
  statusList: (list: number) => `${publicUrl}/badges/statuts/${list}`,
  model: (id: number, version: number) => `${publicUrl}/badges/modeles/${id}/${version}`,
  modelV2: (id: number, version: number) => `${publicUrl}/badges/modeles/${id}/${version}/v2`,
  image: (id: number, version: number) => `${publicUrl}/badges/modeles/${id}/${version}.png`,
  badge: (code: string) => `${publicUrl}/badges/${code}`,
  assertion: (code: string) => `${publicUrl}/badges/${code}/v2`,
});

/** A name that the whole world resolves: no address of a machine, nor of a house's own network. */
const isPublicName = (hostname: string): boolean =>
  /^(?!\d+(\.\d+){3}$)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(hostname) &&
  !/\.(local|localhost|internal|lan|home|intranet|test|example|invalid|arpa)$/.test(hostname);

/** Whether badges can be issued at this address, and whether others can verify them. */
export type Issuable = { kind: 'public' } | { kind: 'demonstration' } | { kind: 'refused'; why: string };

/**
 * A badge bears its address for ever and others read it there: it is issued only at an https address by name. A
 * demonstration on this computer alone issues badges that can be looked at there and nowhere else; an installation does not.
 */
export function issuableAt({ publicUrl, environment }: Pick<Config, 'publicUrl' | 'environment'>): Issuable {
  const { protocol, hostname } = new URL(publicUrl);
  if (hostname === 'localhost' && environment !== 'production') return { kind: 'demonstration' };
  if (protocol !== 'https:') {
    return refused('L’adresse publique de l’application n’est pas en https.');
  }
  if (!isPublicName(hostname)) {
    return refused(`L’adresse publique de l’application (${hostname}) n’est pas un nom connu de tous.`);
  }
  return { kind: 'public' };
}

const refused = (why: string): Issuable => ({
  kind: 'refused',
  why: `${why} Un badge porte cette adresse pour toujours, et c’est là que d’autres le vérifient\u00a0: aucun ne peut être délivré avant qu’elle soit changée (PUBLIC_URL).`,
});
