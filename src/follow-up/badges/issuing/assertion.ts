import { badgeAddresses } from './addresses.ts';
import type { ModelVersion } from './credential.ts';

const CONTEXT = 'https://w3id.org/openbadges/v2';

/** The agency, as Open Badges 2.0 tells of whoever gives badges. */
export const issuerV2 = (base: string, email: string) => ({
  '@context': CONTEXT,
  type: 'Issuer',
  id: badgeAddresses(base).issuerV2,
  name: 'Cap Métiers Nouvelle-Aquitaine',
  url: base,
  email,
});

/** What a badge is given for. */
export function badgeClass(base: string, model: ModelVersion) {
  const addresses = badgeAddresses(base);
  return {
    '@context': CONTEXT,
    type: 'BadgeClass',
    id: addresses.modelV2(model.modelId, model.version),
    name: model.name,
    description: model.description,
    image: addresses.image(model.modelId, model.version),
    criteria: { id: addresses.model(model.modelId, model.version), narrative: model.criteria },
    issuer: addresses.issuerV2,
  };
}

/** A badge as Open Badges 2.0 hosts it: good for as long as it stands at its address. */
export function assertion(
  base: string,
  badge: {
    code: string;
    modelId: number;
    version: number;
    salt: string;
    identityHash: string;
    awardedAt: Date;
    certificate: string | null;
  },
) {
  const addresses = badgeAddresses(base);
  const id = addresses.assertion(badge.code);
  return {
    '@context': CONTEXT,
    type: 'Assertion',
    id,
    recipient: { type: 'email', hashed: true, salt: badge.salt, identity: badge.identityHash },
    badge: addresses.modelV2(badge.modelId, badge.version),
    image: `${id}.png`,
    verification: { type: 'HostedBadge' },
    issuedOn: `${badge.awardedAt.toISOString().slice(0, 19)}Z`,
    ...(badge.certificate ? { evidence: badge.certificate } : {}),
  };
}

/** What stands at the address of one that is revoked, answered with 410. */
export const revokedAssertion = (base: string, code: string, reason: string) => ({
  '@context': CONTEXT,
  type: 'Assertion',
  id: badgeAddresses(base).assertion(code),
  revoked: true,
  revocationReason: reason,
});
