import { z } from 'zod';
import { RIGHTS, type Right } from '#access/rights.ts';
import { checkEmailAddress } from '#platform/mail/address.ts';
import {
  checkbox,
  choice,
  longText,
  optionalLongText,
  optionalText,
  text,
  wholeNumber,
} from '#platform/web/forms/fields.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { readAddress } from '../services/addresses.ts';
import { type AddressKind, ATTRIBUTES, OPENS_TO, type Service } from '../services/rules.ts';

export const ICONS = [
  'box-arrow-up-right',
  'journal-richtext',
  'people-fill',
  'mortarboard-fill',
  'briefcase-fill',
  'calendar-event',
  'bar-chart-fill',
  'file-earmark-text',
] as const;

/** The rights that a service can know of: the portal's own one says nothing to others. */
export const SERVICE_RIGHTS = RIGHTS.filter((right) => right !== 'referent') as Exclude<Right, 'referent'>[];
const MOST_ADDRESSES = 10;
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,59}$/;

const NOT_AN_ADDRESS =
  'n’est pas une adresse acceptée\u00a0: elle commence par https://, sans nom d’utilisateur, sans « # » ni « * ».';

/** What CAS itself says of every sign-in, in answers of which attributes are a part; some clients tell no case apart. */
const NAMES_OF_CAS = ['isfromnewlogin', 'authenticationdate', 'longtermauthenticationrequesttokenused'];

/**
 * Addresses, one per line.
 * @param isExact true where they are compared sign by sign, and stay as they were typed; false where other pages below them
 *   are meant too: they then stand without a query, as {@link URL} writes them
 */
const addresses = (secureOnly: boolean, isExact: boolean) =>
  optionalLongText(8_000).transform((typed, context): string[] => {
    const lines = [...new Set(typed.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (lines.length > MOST_ADDRESSES) return refuse(`${MOST_ADDRESSES} adresses au plus.`);
    for (const line of lines) {
      const url = readAddress(line, secureOnly);
      if (!url || line.includes('*')) return refuse(`«\u00a0${line.slice(0, 100)}\u00a0» ${NOT_AN_ADDRESS}`);
      if (!isExact && url.search !== '')
        return refuse(
          `«\u00a0${line.slice(0, 100)}\u00a0»\u00a0: ôtez ce qui suit le point d’interrogation.`,
        );
    }
    return isExact ? lines : lines.map((line) => new URL(line).href);
  });

const optionalAddress = (secureOnly: boolean, isExact = false) =>
  optionalText(2_000).transform((typed, context): string | null => {
    if (typed === null) return null;
    const url = readAddress(typed, secureOnly);
    if (url) return isExact ? typed : url.href;
    context.addIssue({ code: 'custom', message: `Cette adresse ${NOT_AN_ADDRESS}` });
    return z.NEVER;
  });

/** Where the tile leads: an address as above, or a page of this very site (« /rafaelpro »). */
const optionalHome = (secureOnly: boolean) => {
  const elsewhere = optionalAddress(secureOnly);
  return optionalText(2_000).transform((typed, context): string | null => {
    if (typed === null || localPath(typed, '') === typed) return typed;
    const read = elsewhere.safeParse(typed);
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? '' });
    return z.NEVER;
  });
};

const optionalContact = () =>
  optionalText(320).transform((typed, context): string | null => {
    if (typed === null) return null;
    const checked = checkEmailAddress(typed);
    if ('address' in checked) return checked.address;
    context.addIssue({ code: 'custom', message: checked.problem });
    return z.NEVER;
  });

export const rightField = (right: Right) => `droit_${right}` as const;
export const attributeField = (attribute: string) => `recoit_${attribute}` as const;
export const nameField = (attribute: string) => `nom_${attribute}` as const;

/** @param secureOnly whether http is refused even for this computer: in production */
export const serviceForm = (secureOnly: boolean) =>
  z
    .object({
      nom: text('Donnez un nom au service.', 80),
      description: longText('Dites en une phrase à quoi il sert.', 300),
      accueil: optionalHome(secureOnly),
      icone: choice(ICONS, 'Choisissez un dessin.'),
      position: wholeNumber('Donnez une position.', { min: 0, max: 1_000 }),
      contact: optionalContact(),
      ouvert_a: choice(OPENS_TO, 'Dites à qui le service s’ouvre.'),
      ...record(SERVICE_RIGHTS.map(rightField), () => checkbox()),
      double_authentification: checkbox(),
      cas: addresses(secureOnly, false),
      cas_deconnexion: optionalAddress(secureOnly),
      cas_attributs_v2: checkbox(),
      mandataire: checkbox(),
      rappels: addresses(secureOnly, false),
      utilisateur: choice(['email', 'identifier'], 'Dites sous quel nom le service connaît la personne.'),
      retours: addresses(secureOnly, true),
      sorties: addresses(secureOnly, true),
      deconnexion: optionalAddress(secureOnly, true),
      ...record(ATTRIBUTES.map(attributeField), () => checkbox()),
      ...record(ATTRIBUTES.map(nameField), () => optionalText(60)),
    })
    .superRefine((form, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const given = form as unknown as Record<string, unknown>;
      if (form.ouvert_a === 'rights' && !SERVICE_RIGHTS.some((right) => given[rightField(right)]))
        refuse('ouvert_a', 'Cochez au moins un des droits qui ouvrent ce service.');
      if (form.mandataire && form.rappels.length === 0)
        refuse('rappels', 'Donnez l’adresse qui reçoit les tickets de mandataire.');
      const names = new Map<string, string>();
      for (const attribute of ATTRIBUTES) {
        if (!given[attributeField(attribute)]) continue;
        const name = String(given[nameField(attribute)] ?? attribute);
        const field = nameField(attribute);
        if (!NAME.test(name)) refuse(field, 'Des lettres sans accent, des chiffres, « _ », « . » ou « - ».');
        else if (NAMES_OF_CAS.includes(name.toLowerCase()))
          refuse(field, `CAS donne déjà ce nom à autre chose.`);
        else if (names.has(name)) refuse(field, 'Ce nom sert déjà pour une autre donnée.');
        names.set(name, field);
      }
    });

function record<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>;
}

/** A service as it is written down, without what the database gives it. */
export type Draft = Omit<Service, 'id' | 'key' | 'version' | 'isSuspended'>;

/** What an accepted form says. */
export function draftOf(form: z.output<ReturnType<typeof serviceForm>>): Draft {
  const given = form as unknown as Record<string, unknown>;
  const kinds: Record<AddressKind, string[]> = {
    cas: form.cas,
    redirect: form.retours,
    post_logout: form.sorties,
    backchannel: form.deconnexion ? [form.deconnexion] : [],
    proxy_callback: form.mandataire ? form.rappels : [],
  };
  return {
    name: form.nom,
    description: form.description,
    homeUrl: form.accueil,
    icon: form.icone,
    position: form.position,
    contactEmail: form.contact,
    opensTo: form.ouvert_a,
    needsSecondFactor: form.double_authentification,
    subject: form.utilisateur,
    speaksCas: form.cas.length > 0,
    speaksOidc: form.retours.length > 0,
    attributesInV2: form.cas_attributs_v2,
    mayProxy: form.mandataire,
    casLogoutUrl: form.cas_deconnexion,
    addresses: Object.entries(kinds).flatMap(([kind, urls]) =>
      urls.map((url) => ({ kind: kind as AddressKind, url })),
    ),
    rights: SERVICE_RIGHTS.filter((right) => given[rightField(right)]),
    attributes: ATTRIBUTES.filter((attribute) => given[attributeField(attribute)]).map((attribute) => ({
      attribute,
      name: String(given[nameField(attribute)] ?? attribute),
    })),
  };
}

/** The fields that show a service. */
export function fieldsOf(service: Draft): Record<string, string> {
  const urls = (kind: AddressKind) =>
    service.addresses
      .filter((one) => one.kind === kind)
      .map(({ url }) => url)
      .join('\n');
  const on = (is: boolean) => (is ? '1' : '');
  const names = new Map(service.attributes.map(({ attribute, name }) => [attribute, name]));
  return {
    nom: service.name,
    description: service.description,
    accueil: service.homeUrl ?? '',
    icone: service.icon,
    position: String(service.position),
    contact: service.contactEmail ?? '',
    ouvert_a: service.opensTo,
    double_authentification: on(service.needsSecondFactor),
    cas: urls('cas'),
    cas_deconnexion: service.casLogoutUrl ?? '',
    cas_attributs_v2: on(service.attributesInV2),
    mandataire: on(service.mayProxy),
    rappels: urls('proxy_callback'),
    utilisateur: service.subject,
    retours: urls('redirect'),
    sorties: urls('post_logout'),
    deconnexion: urls('backchannel'),
    ...Object.fromEntries(
      SERVICE_RIGHTS.map((right) => [rightField(right), on(service.rights.includes(right))]),
    ),
    ...Object.fromEntries(
      ATTRIBUTES.flatMap((attribute) => [
        [attributeField(attribute), on(names.has(attribute))],
        [nameField(attribute), names.get(attribute) ?? attribute],
      ]),
    ),
  };
}

/** A service that nobody has described yet: told no more than who comes. */
export const NEW_SERVICE: Draft = {
  name: '',
  description: '',
  homeUrl: null,
  icon: 'box-arrow-up-right',
  position: 50,
  contactEmail: null,
  opensTo: 'rights',
  needsSecondFactor: false,
  subject: 'identifier',
  speaksCas: false,
  speaksOidc: false,
  attributesInV2: false,
  mayProxy: false,
  casLogoutUrl: null,
  addresses: [],
  rights: [],
  attributes: [
    { attribute: 'mail', name: 'mail' },
    { attribute: 'givenname', name: 'givenname' },
    { attribute: 'sn', name: 'sn' },
  ],
};
