import { labelOf } from '../lheo/shape/dictionaries.ts';
import { childOf, childrenOf, elementAt, elementsOf, type LheoElement, textsOf } from '../lheo/tree.ts';
import { wordsAt } from '../offers/project/values.ts';

/** Somebody to ask, as a page names them. */
export interface Contact {
  role: string;
  name: string;
  /** As the body wrote them, each with its digits for a telephone. */
  phones: { text: string; href: string | undefined }[];
  email: string;
  /** Pages that a browser may open. */
  webs: string[];
  isDisability: boolean;
}

/** LHÉO « référent handicap ». */
const DISABILITY = '1';

/** Those that an element names (« contact-formation », « contact-session »…), without those that say nothing. */
export function contactsOf(parent: LheoElement, name: string): Contact[] {
  return childrenOf(parent, name).flatMap((one) => {
    const coordinates = childOf(one, 'coordonnees');
    if (!coordinates) return [];
    const type = wordsAt(one, 'type-contact');
    const contact: Contact = {
      role: labelOf('dict-type-contact', type) ?? 'Contact',
      name: [wordsAt(coordinates, 'civilite'), wordsAt(coordinates, 'prenom'), wordsAt(coordinates, 'nom')]
        .filter(Boolean)
        .join(' '),
      phones: ['telfixe', 'portable'].flatMap((kind) =>
        textsOf(elementAt(coordinates, kind) ?? { name: kind }, 'numtel').map((text) => ({
          text: text.trim(),
          href: dialled(text),
        })),
      ),
      email: wordsAt(coordinates, 'courriel'),
      webs: textsOf(elementAt(coordinates, 'web') ?? { name: 'web' }, 'urlweb').filter(isWeb),
      isDisability: type === DISABILITY,
    };
    const says = contact.name || contact.email || contact.phones.length > 0 || contact.webs.length > 0;
    return says ? [contact] : [];
  });
}

/** Whether a browser may be led there. */
export function isWeb(address: string): boolean {
  const url = URL.parse(address.trim());
  return url?.protocol === 'https:' || url?.protocol === 'http:';
}

/** The address by which a telephone dials a number; undefined for what is none. */
function dialled(text: string): string | undefined {
  const digits = text.replace(/[\s.()/-]/g, '');
  return /^\+?\d{6,15}$/.test(digits) ? `tel:${digits}` : undefined;
}

/** The lines of an address, and its town. */
export function addressLines(address: LheoElement | undefined): string[] {
  if (!address) return [];
  const town = [wordsAt(address, 'codepostal'), wordsAt(address, 'ville')].filter(Boolean).join(' ');
  const lines = elementsOf(address)
    .filter(({ name }) => name === 'ligne')
    .map(({ text = '' }) => text.trim())
    .filter((line) => line !== '' && !/^[–—-]+$/.test(line));
  return [wordsAt(address, 'denomination'), ...lines, town].filter(Boolean);
}
