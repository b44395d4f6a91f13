import { domainToASCII, domainToUnicode } from 'node:url';

/** An address that any mail server can carry, or what is wrong with the one typed, as a page says it. */
export type CheckedAddress = { address: string } | { problem: string };

// Lengths of RFC 5321 §4.5.3.1, in octets.
const LONGEST = 254;
const LONGEST_LOCAL = 64;
const LONGEST_LABEL = 63;
// What stands before the « @ » without quotes: the atext of RFC 5322, and dots. Accents would need SMTPUTF8 on every
// server of the way (RFC 6531), which few have.
const NOT_LOCAL = /[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]/u;
const NOT_HOST = /[^\p{L}\p{M}\p{N}.-]/u;

const INCOMPLETE = 'Saisissez une adresse e-mail complète, par exemple prenom.nom@structure.fr.';

/**
 * Checks an e-mail address as somebody types it: what no mail server could carry is refused, with the sign that is
 * wrong. Whether the address exists is told by the link sent to it.
 * @param typed a readable, trimmed line
 * @returns the address to keep: an international domain (« mairie-évry.fr ») in its ASCII form, in lower case; what
 * stands before the « @ » as it is
 */
export function checkEmailAddress(typed: string): CheckedAddress {
  const [local, host, ...more] = typed.split('@');
  if (more.length > 0) return { problem: 'Une adresse e-mail ne contient qu’un «\u00a0@\u00a0».' };
  if (!local || !host) return { problem: INCOMPLETE };
  const problem = problemOfLocal(local) ?? problemOfDots(host) ?? problemOfSign(host, NOT_HOST);
  if (problem) return { problem };
  const domain = domainToASCII(host);
  // An « xn-- » that stands for nothing comes through unread.
  if (
    domain === '' ||
    domainToUnicode(domain)
      .split('.')
      .some((label) => label.startsWith('xn--'))
  ) {
    return { problem: `Le domaine «\u00a0${host}\u00a0» n’existe pas\u00a0: vérifiez-le.` };
  }
  const labels = domain.split('.');
  const fault = labels.map(problemOfLabel).find((one) => one !== undefined);
  if (fault) return { problem: fault };
  // A number at the end is an IP address, which needs brackets; one letter is no domain.
  if (labels.length < 2 || !/^[a-z][a-z0-9-]+$/.test(labels.at(-1) as string)) return { problem: INCOMPLETE };
  const address = `${local}@${domain}`;
  if (address.length > LONGEST) {
    return { problem: `Cette adresse est trop longue\u00a0: ${LONGEST}\u00a0signes au plus.` };
  }
  return { address };
}

function problemOfLocal(local: string): string | undefined {
  const problem = problemOfSign(local, NOT_LOCAL) ?? problemOfDots(local);
  if (problem || local.length <= LONGEST_LOCAL) return problem;
  return `Ce qui précède le «\u00a0@\u00a0» est trop long\u00a0: ${LONGEST_LOCAL}\u00a0signes au plus (${local.length}\u00a0saisis).`;
}

function problemOfSign(part: string, unfit: RegExp): string | undefined {
  const sign = unfit.exec(part)?.[0];
  if (sign === undefined) return undefined;
  if (/\s/u.test(sign)) return 'Une adresse e-mail ne contient pas d’espace.';
  if (/[’‘ʼ′´]/u.test(sign)) {
    return `Remplacez «\u00a0${sign}\u00a0» par l’apostrophe droite «\u00a0'\u00a0», celle des adresses e-mail.`;
  }
  const accent = /[\p{L}\p{M}]/u.test(sign)
    ? ' Une adresse s’écrit sans accent avant le «\u00a0@\u00a0».'
    : '';
  return `Le signe «\u00a0${sign}\u00a0» ne peut pas être dans une adresse e-mail\u00a0: vérifiez-la.${accent}`;
}

function problemOfDots(part: string): string | undefined {
  if (part.includes('..')) return 'Deux points ne se suivent pas dans une adresse e-mail.';
  if (!part.startsWith('.') && !part.endsWith('.')) return undefined;
  return 'Aucune des deux parties d’une adresse e-mail ne commence ni ne finit par un point.';
}

function problemOfLabel(label: string): string | undefined {
  if (label.length > LONGEST_LABEL) {
    return `Le domaine est trop long\u00a0: ${LONGEST_LABEL}\u00a0signes au plus entre deux points.`;
  }
  if (!label.startsWith('-') && !label.endsWith('-')) return undefined;
  return `Un domaine ne commence ni ne finit par un trait d’union\u00a0: corrigez «\u00a0${label}\u00a0».`;
}
