import { domainToUnicode } from 'node:url';
import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';
import { lazily } from '#platform/lazily.ts';

/** Something about an e-mail address that whoever decides should look at twice. */
export interface EmailSignal {
  code: 'foreign_letters' | 'punycode' | 'lookalike' | 'disposable' | 'free_mail';
  /** In the words of the page; the short form is for lists. */
  text: string;
  short: string;
}

// Where anybody opens a mailbox in France within a minute. A short list: it serves only to tell a personal address
// from a professional one, where the colleagues have professional ones.
const FREE_MAIL = new Set(
  (
    'gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com ' +
    'yahoo.fr ymail.com icloud.com me.com mac.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net ' +
    'bbox.fr numericable.fr aol.com gmx.fr gmx.com proton.me protonmail.com'
  ).split(' '),
);

/**
 * What is unusual about the address of somebody who asks for something.
 * @param email as it was typed
 * @param knownDomains domains of the e-mails of the people of that structure already, in any order
 * @returns nothing for an address like those of the colleagues
 */
export function emailSignals(email: string, knownDomains: readonly string[]): EmailSignal[] {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at);
  const domain = email.slice(at + 1).toLowerCase();
  const known = [...new Set(knownDomains.map((one) => one.toLowerCase()))];
  return [
    ...foreignLetters(local),
    ...punycode(domain),
    ...(isDisposable(domain)
      ? [
          {
            code: 'disposable',
            text: `${domain} fournit des adresses jetables.`,
            short: 'adresse jetable',
          } as const,
        ]
      : []),
    ...lookalike(domain, known),
    ...freeMail(domain, known),
  ];
}

// « sub.mailinator.com » is a mailbox of mailinator.com: each parent domain counts, the last label alone does not.
function isDisposable(domain: string): boolean {
  const labels = domain.split('.');
  return labels.slice(0, -1).some((_, index) => disposable().has(labels.slice(index).join('.')));
}
// The library's own function makes the list anew at each call.
const disposable = lazily(disposableEmailBlocklistSet);

const LETTER = /\p{L}/gu;
const LATIN = /\p{Script=Latin}/u;

// Names are written in Latin letters here: « аdа@… » with Cyrillic ones is another address than « ada@… ».
function foreignLetters(local: string): EmailSignal[] {
  const letters = [...new Set(local.match(LETTER) ?? [])];
  const foreign = letters.filter((letter) => !LATIN.test(letter));
  if (foreign.length === 0) return [];
  const mixed = foreign.length < letters.length;
  return [
    {
      code: 'foreign_letters',
      text: `L’adresse ${mixed ? 'mêle des lettres latines et d’un autre alphabet' : 'est écrite dans un autre alphabet'}\u00a0: ${foreign.slice(0, 10).join(' ')}. Elle peut en imiter une autre.`,
      short: 'lettres d’un autre alphabet',
    },
  ];
}

function punycode(domain: string): EmailSignal[] {
  if (!domain.split('.').some((label) => label.startsWith('xn--'))) return [];
  const shown = domainToUnicode(domain) || domain;
  return [
    {
      code: 'punycode',
      text: `Le domaine s’affiche «\u00a0${shown}\u00a0»\u00a0: ses lettres accentuées ou étrangères peuvent en imiter un autre.`,
      short: 'domaine en lettres spéciales',
    },
  ];
}

function lookalike(domain: string, known: readonly string[]): EmailSignal[] {
  if (known.includes(domain) || FREE_MAIL.has(domain)) return [];
  const imitated = [...known, ...FREE_MAIL].find(
    (one) =>
      skeleton(one) === skeleton(domain) ||
      isOneEditAway(one, domain) ||
      (known.includes(one) && !FREE_MAIL.has(one) && borrowsName(one, domain)),
  );
  if (!imitated) return [];
  return [
    {
      code: 'lookalike',
      text: `Le domaine ${domain} ressemble à ${imitated}${known.includes(imitated) ? ', celui de personnes de la structure' : ''}\u00a0: vérifiez chaque lettre.`,
      short: `ressemble à ${imitated}`,
    },
  ];
}

function freeMail(domain: string, known: readonly string[]): EmailSignal[] {
  const professional = known.filter((one) => !FREE_MAIL.has(one));
  if (!FREE_MAIL.has(domain) || professional.length === 0) return [];
  return [
    {
      code: 'free_mail',
      text: `C’est une adresse personnelle (${domain})\u00a0; ses collègues utilisent ${professional.slice(0, 3).join(', ')}.`,
      short: 'adresse personnelle',
    },
  ];
}

/** What the eye sees of a domain: letters and digits that pass for one another are the same. */
function skeleton(domain: string): string {
  return (domainToUnicode(domain) || domain)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[а-яѐ-ӿα-ω]/gu, (letter) => CONFUSABLE[letter] ?? letter)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/[01i]/g, (character) => (character === '0' ? 'o' : 'l'))
    .replaceAll('-', '');
}

// The Cyrillic and Greek letters that are drawn like Latin ones (Unicode UTS #39, confusables.txt; the lower case).
const CONFUSABLE: Readonly<Record<string, string>> = Object.freeze({
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  ѕ: 's',
  і: 'i',
  ј: 'j',
  ԁ: 'd',
  һ: 'h',
  ӏ: 'l',
  в: 'b',
  к: 'k',
  м: 'm',
  н: 'h',
  т: 't',
  α: 'a',
  ο: 'o',
  ν: 'v',
  ρ: 'p',
  υ: 'u',
  ι: 'i',
  κ: 'k',
});

/**
 * The whole of a known domain put before another one (« mission-locale.fr.ailleurs.com »), or its name under another
 * ending (« missionlocale.com »). A domain below the known one belongs to whoever owns that one.
 */
function borrowsName(known: string, domain: string): boolean {
  if (domain.endsWith(`.${known}`)) return false;
  const [ours, theirs] = [skeleton(known), skeleton(domain)];
  return `.${theirs}`.includes(`.${ours}.`) || withoutEnding(ours) === withoutEnding(theirs);
}

const withoutEnding = (domain: string): string => domain.slice(0, Math.max(0, domain.lastIndexOf('.')));

/** One letter more, less, other, or two neighbours swapped. */
function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const rest = (text: string, skipped: number) => text.slice(start + skipped);
  const swapped = a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, 2) === rest(b, 2);
  return swapped || rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1);
}
