import { gzipSync } from 'node:zlib';
import { badgeAddresses } from './addresses.ts';

const CONTEXT = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
] as const;
const SCHEMA =
  'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';
const ISSUER_NAME = 'Cap Métiers Nouvelle-Aquitaine';

/** As many as one list of revocations holds, and as few as it may (Bitstring Status List): one says nothing of others. */
export const LIST_LENGTH = 131_072;

/** A version of a model, as badges tell of it. */
export interface ModelVersion {
  modelId: number;
  version: number;
  name: string;
  description: string;
  criteria: string;
}

/** What a badge says. */
export interface Badge extends ModelVersion {
  code: string;
  /** Whom it is about, at random. */
  subject: string;
  salt: string;
  identityHash: string;
  awardedAt: Date;
  issuedAt: Date;
  statusList: number;
  statusIndex: number;
  /** The address that verifies a document of the person, which names them; only where they wish it. */
  certificate: string | null;
}

/** A moment in whole seconds: some readers refuse fractions. */
const moment = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** A statement of Verifiable Credentials 2.0. */
export interface Credential {
  id: string;
  validFrom: string;
  issuer: { id: string };
  credentialSubject: { id: string };
}

const issuerOf = (base: string) => ({
  id: badgeAddresses(base).issuer,
  type: ['Profile'],
  name: ISSUER_NAME,
  url: base,
});

/** The agency, as Open Badges 3.0 tells of whoever gives badges. */
export const issuerProfile = (base: string, email: string) => ({
  '@context': CONTEXT,
  ...issuerOf(base),
  email,
});

const achievementOf = (base: string, model: ModelVersion) => {
  const { model: address, image } = badgeAddresses(base);
  const id = address(model.modelId, model.version);
  return {
    id,
    type: ['Achievement'],
    achievementType: 'CertificateOfCompletion',
    name: model.name,
    description: model.description,
    criteria: { id, narrative: model.criteria },
    image: { id: image(model.modelId, model.version), type: 'Image' },
    inLanguage: 'fr',
  };
};

/** What a badge is given for, by itself. */
export const achievement = (base: string, model: ModelVersion) => ({
  '@context': CONTEXT,
  ...achievementOf(base, model),
  creator: issuerOf(base),
});

/** A badge as Open Badges 3.0 writes it, before it is signed. @param base the public address, without a slash at its end */
export function credentialOf(base: string, badge: Badge) {
  const addresses = badgeAddresses(base);
  const list = addresses.statusList(badge.statusList);
  return {
    '@context': CONTEXT,
    id: addresses.badge(badge.code),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: badge.name,
    issuer: issuerOf(base),
    validFrom: moment(badge.issuedAt),
    awardedDate: moment(badge.awardedAt),
    credentialSubject: {
      id: badge.subject,
      type: ['AchievementSubject'],
      identifier: [
        {
          type: 'IdentityObject',
          identityType: 'emailAddress',
          hashed: true,
          salt: badge.salt,
          identityHash: badge.identityHash,
        },
      ],
      achievement: achievementOf(base, badge),
    },
    ...(badge.certificate
      ? { evidence: [{ id: badge.certificate, type: ['Evidence'], name: 'Certificat de réalisation' }] }
      : {}),
    credentialSchema: [{ id: SCHEMA, type: '1EdTechJsonSchemaValidator2019' }],
    credentialStatus: {
      id: `${list}#${badge.statusIndex}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(badge.statusIndex),
      statusListCredential: list,
    },
  };
}

/**
 * A list of revocations (Bitstring Status List): a bit for each badge, the first one the highest of its byte.
 * @param revoked the places of those that are revoked @param since when it last changed
 */
export function statusListOf(base: string, list: number, revoked: readonly number[], since: Date) {
  const id = badgeAddresses(base).statusList(list);
  const bits = Buffer.alloc(LIST_LENGTH / 8);
  for (const index of revoked) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
  return {
    '@context': CONTEXT.slice(0, 1),
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuerOf(base),
    validFrom: moment(since),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  };
}

/** What is signed of a credential: itself, with the claims that readers of tokens look at. */
export const claimsOf = <C extends Credential>(credential: C) => ({
  ...credential,
  iss: credential.issuer.id,
  jti: credential.id,
  nbf: Date.parse(credential.validFrom) / 1000,
  sub: credential.credentialSubject.id,
});

/** The credential that was signed, of what was. */
export function credentialIn(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { iss: _iss, jti: _jti, nbf: _nbf, sub: _sub, ...credential } = claims;
  return credential;
}
