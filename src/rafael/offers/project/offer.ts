import { readLheoDate } from '../../lheo/dates.ts';
import { childOf, childrenOf, type LheoElement, textAt, textsOf } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';
import { firstOf, integerAt, saysYes, wordsAt } from './values.ts';

/** What is looked for and listed of a formation. */
export interface OfferColumns {
  title: string;
  objective: string;
  entryLevel: number | null;
  exitLevel: number | null;
  certifying: boolean;
  path: number | null;
  generalGoal: number | null;
  formacodes: string[];
  nsf: string[];
  rome: string[];
  /** Numbers alone: « RNCP31114 » is 31114. */
  rncp: string[];
  rs: string[];
  certifinfo: string[];
  cpf: string[];
  bodyNumber: string;
  /** When the file says that it was changed. */
  lheoModifiedAt: Date | null;
}

/** The columns of a formation. @param offer with or without its actions */
export function projectOffer(offer: LheoElement): OfferColumns {
  const certifications = childrenOf(offer, 'certification');
  const domain = childOf(offer, 'domaine-formation') ?? { name: 'domaine-formation' };
  const codes = (name: string) => unique(certifications.map((one) => tokenOf(textAt(one, name) ?? '')));
  return {
    title: wordsAt(offer, 'intitule-formation'),
    objective: textAt(offer, 'objectif-formation')?.trim() ?? '',
    entryLevel: integerAt(offer, 'code-niveau-entree'),
    exitLevel: integerAt(offer, 'code-niveau-sortie'),
    certifying: saysYes(offer, 'certifiante'),
    path: integerAt(offer, 'parcours-de-formation'),
    generalGoal: integerAt(offer, 'objectif-general-formation'),
    formacodes: unique(textsOf(domain, 'code-FORMACODE')),
    nsf: unique(textsOf(domain, 'code-NSF')),
    rome: unique(textsOf(domain, 'code-ROME')),
    rncp: unique(codes('code-RNCP').map(numberAlone)),
    rs: unique(codes('code-RS').map(numberAlone)),
    certifinfo: codes('code-CERTIFINFO'),
    cpf: unique([
      ...codes('code-CPF'),
      ...childrenOf(offer, 'code-type-formation').map((one) => tokenOf(textAt(one, 'code-CPF') ?? '')),
    ]),
    bodyNumber: firstOf(wordsAt(offer, 'organisme-formation-responsable', 'numero-activite'), 11),
    lheoModifiedAt: modifiedAt(offer),
  };
}

/** The SIRET of the organisme responsable; '' where the formation names none. */
export const bodySiretOf = (offer: LheoElement): string =>
  tokenOf(textAt(offer, 'organisme-formation-responsable', 'SIRET-organisme-formation', 'SIRET') ?? '');

const unique = (codes: readonly string[]): string[] => [
  ...new Set(codes.map(tokenOf).filter((code) => code)),
];

const numberAlone = (code: string): string => code.replace(/^(?:RNCP|RS)\s*/i, '').replace(/^0+(?=\d)/, '');

function modifiedAt({ attributes = {} }: LheoElement): Date | null {
  const moment = Date.parse(attributes['horodatage-modification'] ?? '');
  if (!Number.isNaN(moment)) return new Date(moment);
  // « datemaj » is a text: AAAAMMJJ where files have it, as dates of LHÉO are written.
  const day = readLheoDate(tokenOf(attributes.datemaj ?? '').replaceAll('-', ''), 'first')?.day;
  return day ? new Date(`${day}T00:00:00Z`) : null;
}
