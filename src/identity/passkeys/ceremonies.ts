import { createRequire } from 'node:module';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Config } from '#platform/config.ts';
import { lazily } from '#platform/lazily.ts';
import { CHALLENGE_MS } from './challenges.ts';

const require = createRequire(import.meta.url);
/** Asked for outside of every `try`: what cannot be loaded must not look like a wrong answer. */
const library = lazily(() => ({
  server: require('@simplewebauthn/server') as typeof import('@simplewebauthn/server'),
  helpers: require('@simplewebauthn/server/helpers') as typeof import('@simplewebauthn/server/helpers'),
}));

/** Ed25519, ES256 and RS256 (IANA « COSE Algorithms »): what every authenticator in use speaks at least one of. */
const ALGORITHMS = [-8, -7, -257];

/** Under which name, and from which address, passkeys are made and used: those of `PUBLIC_URL`. */
const siteOf = ({ publicUrl }: Config) => {
  const { hostname, origin } = new URL(publicUrl);
  return { rpID: hostname, origin };
};

/** A passkey as a browser has to be told of it. */
export interface KnownKey {
  credentialId: string;
  transports: string[];
}

/** A passkey that has just been made. */
export interface NewKey {
  credentialId: string;
  publicKey: Buffer;
  signCount: number;
  transports: string[];
  isSynchronised: boolean;
}

/** What the browser needs to make a passkey that finds its owner by itself and asks who is there. */
export function creationOptions(
  config: Config,
  owner: { email: string; firstName: string; lastName: string; handle: Buffer },
  known: KnownKey[],
  challenge: Buffer,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return library().server.generateRegistrationOptions({
    rpName: 'Cap Métiers pro',
    rpID: siteOf(config).rpID,
    userName: owner.email,
    userDisplayName: `${owner.firstName} ${owner.lastName}`,
    userID: new Uint8Array(owner.handle),
    challenge: new Uint8Array(challenge),
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    excludeCredentials: known.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** What the browser needs to use a passkey. @param known those of the person; none where nobody is known yet */
export function requestOptions(
  config: Config,
  known: KnownKey[],
  challenge: Buffer,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return library().server.generateAuthenticationOptions({
    rpID: siteOf(config).rpID,
    challenge: new Uint8Array(challenge),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
    allowCredentials: known.map(descriptorOf),
  });
}

/** The challenge that an answer says it answers, not verified; empty when it cannot be read. */
export function challengeIn({ response }: { response: { clientDataJSON: string } }): string {
  const { helpers } = library();
  try {
    return String(helpers.decodeClientDataJSON(response.clientDataJSON).challenge);
  } catch {
    return '';
  }
}

/** Verifies a passkey that a browser has made. @returns undefined when anything about it is wrong */
export async function verifyCreation(
  config: Config,
  response: RegistrationResponseJSON,
): Promise<NewKey | undefined> {
  const { server } = library();
  try {
    if (isFromFrame(response) || hasCertificates(response)) return undefined;
    const { rpID, origin } = siteOf(config);
    const { verified, registrationInfo } = await server.verifyRegistrationResponse({
      response,
      expectedChallenge: challengeIn(response),
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return undefined;
    const { credential, credentialBackedUp } = registrationInfo;
    if (credential.id !== response.id) return undefined;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      signCount: credential.counter,
      transports: credential.transports ?? [],
      isSynchronised: credentialBackedUp,
    };
  } catch {
    // The library throws for whatever does not fit.
    return undefined;
  }
}

/**
 * Verifies the use of a passkey: its signature, this site, and that the person was verified.
 * @returns the count of its signatures, which the caller compares, or undefined when anything else is wrong
 */
export async function verifyUse(
  config: Config,
  response: AuthenticationResponseJSON,
  key: { credentialId: string; publicKey: Buffer },
): Promise<{ signCount: number; isSynchronised: boolean } | undefined> {
  const { server } = library();
  try {
    if (isFromFrame(response)) return undefined;
    const { rpID, origin } = siteOf(config);
    const { verified, authenticationInfo } = await server.verifyAuthenticationResponse({
      response,
      expectedChallenge: challengeIn(response),
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      // The library compares the count before it has verified the signature: anybody could raise the alarm. We do after.
      credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: 0 },
    });
    if (!verified) return undefined;
    return {
      signCount: authenticationInfo.newCounter,
      isSynchronised: authenticationInfo.credentialBackedUp,
    };
  } catch {
    return undefined;
  }
}

const descriptorOf = ({ credentialId, transports }: KnownKey) => ({
  id: credentialId,
  transports: transports as AuthenticatorTransport[],
});

/** Whether it was made in a page of ours inside another site's, which the headers forbid anyway. */
const isFromFrame = ({ response }: { response: { clientDataJSON: string } }): boolean =>
  library().helpers.decodeClientDataJSON(response.clientDataJSON).crossOrigin === true;

/**
 * Whether it comes with certificates. None were asked for, and to verify some the library opens the addresses that they
 * name, which are not a stranger's to choose.
 */
export function hasCertificates({ response }: RegistrationResponseJSON): boolean {
  const object = library().helpers.decodeAttestationObject(
    new Uint8Array(Buffer.from(response.attestationObject, 'base64url')),
  );
  const format = object.get('fmt');
  return format !== 'none' && !(format === 'packed' && object.get('attStmt').get('x5c') === undefined);
}
