import type { Request } from 'express';
import type { Proof } from '#platform/web/session.ts';

/** How sure the portal is of who somebody is, as OpenID Connect tells services (`acr`). */
export const ACR = Object.freeze({
  oneFactor: 'urn:cap-metiers:acr:1',
  twoFactors: 'urn:cap-metiers:acr:2',
});

/** What was given, in the words of RFC 8176 (`amr`); a passkey asks for the person, and proves a key. */
const METHODS: Readonly<Record<Proof, string>> = {
  password: 'pwd',
  code: 'otp',
  recovery_code: 'otp',
  passkey: 'pop',
  // No word of the RFC stands for another provider's word.
  proconnect: 'fed',
  proconnect_mfa: 'mfa',
};

/** What a service is told of how somebody has proved who they are in this session, as the library calls it. */
export interface ToldProofs {
  acr: string;
  amr: string[];
  /** When they did last, in seconds since 1970. */
  loginTs: number;
}

/** @param req of somebody signed in */
export function toldProofs({ session, assurance }: Request): ToldProofs {
  const given = (Object.keys(METHODS) as Proof[]).filter((proof) => session.proofs?.[proof] !== undefined);
  const { withFactor, confirmedAt } = assurance;
  return {
    acr: withFactor ? ACR.twoFactors : ACR.oneFactor,
    amr: [...new Set([...given.map((proof) => METHODS[proof]), ...(withFactor ? ['mfa'] : [])])],
    loginTs: Math.floor((confirmedAt || (session.signedInAt ?? 0)) / 1000),
  };
}
