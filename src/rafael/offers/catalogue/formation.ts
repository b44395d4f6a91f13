import { checkFormation } from '../../lheo/checks.ts';
import type { LheoIssue } from '../../lheo/issues.ts';
import { childrenOf, element, type LheoElement, withChildren } from '../../lheo/tree.ts';
import { required } from '../forms/edit.ts';
import { joinFormation, type SplitFormation } from '../project/split.ts';
import type { BodyFacts, CatalogueFormation } from './repository.ts';

/** The levels of a kept formation, as LHÉO has them. */
export const splitOf = ({ lheo, actions }: CatalogueFormation): SplitFormation => ({
  offer: lheo,
  actions: actions.map((one) => ({
    action: one.lheo,
    sessions: one.sessions.map((session) => session.lheo),
  })),
});

/** The whole formation, as LHÉO has it. */
export const treeOf = (formation: CatalogueFormation): LheoElement => joinFormation(splitOf(formation));

/** A formation that a body begins, with what is known of it. @param number by which it is found again */
export function newOffer(number: string, body: BodyFacts): LheoElement {
  const contact = element('coordonnees', [
    ...(body.phone ? [element('telfixe', [element('numtel', body.phone)])] : []),
    ...(body.email ? [element('courriel', body.email)] : []),
  ]);
  const responsible = element('organisme-formation-responsable', [
    ...(body.declaration ? [element('numero-activite', body.declaration)] : []),
    element('SIRET-organisme-formation', [element('SIRET', body.siret)]),
    element('nom-organisme', [...body.name].slice(0, 250).join('')),
    element('raison-sociale', [...body.name].slice(0, 250).join('')),
    element('coordonnees-organisme', [contact]),
    element('contact-organisme', [contact]),
  ]);
  const offer = withChildren(required('formation'), 'organisme-formation-responsable', [responsible]);
  const forFormation = withChildren(offer, 'contact-formation', [element('contact-formation', [contact])]);
  return { ...forFormation, attributes: { numero: number } };
}

/** A level below that a body adds. @param number by which it is found again */
export const newLevel = (name: 'action' | 'session', number: string): LheoElement => ({
  ...required(name),
  attributes: { numero: number },
});

/** The first number of this form that no other of these has: `NA-12-1`, `NA-12-2`… */
export function freeNumber(prefix: string, taken: readonly string[]): string {
  for (let nth = 1; ; nth += 1) if (!taken.includes(`${prefix}-${nth}`)) return `${prefix}-${nth}`;
}

/** A copy under another number, its actions renumbered; without sessions, whose dates are others. */
export function copyOf(formation: CatalogueFormation, number: string): LheoElement {
  const { offer, actions } = splitOf(formation);
  const copied = actions.map(({ action }, at) => ({
    action: { ...action, attributes: { ...action.attributes, numero: `${number}-${at + 1}` } },
    sessions: [],
  }));
  const title = childrenOf(offer, 'intitule-formation').map((one) => ({
    ...one,
    text: `${[...(one.text ?? '')].slice(0, 240).join('')} (copie)`,
  }));
  const renamed = withChildren(offer, 'intitule-formation', title);
  return joinFormation({
    offer: { ...renamed, attributes: { ...renamed.attributes, numero: number } },
    actions: copied,
  });
}

/** Something that keeps a formation from being published, and the page where it is mended. */
export interface Fault {
  /** « Session S1 : … » */
  text: string;
  href: string;
}

/** The addresses of the catalogue's pages of one formation and its levels. */
export const addressesOf = {
  offer: (id: number) => `/rafaelpro/catalogue/formations/${id}`,
  offerForm: (id: number) => `/rafaelpro/catalogue/formations/${id}/modifier`,
  newAction: (id: number) => `/rafaelpro/catalogue/formations/${id}/actions/nouvelle`,
  action: (id: number) => `/rafaelpro/catalogue/actions/${id}`,
  newSession: (id: number) => `/rafaelpro/catalogue/actions/${id}/sessions/nouvelle`,
  session: (id: number) => `/rafaelpro/catalogue/sessions/${id}`,
};

/** What LHÉO has against a formation, and texts that say nothing; each with the page where it is mended. */
export function faultsOf(formation: CatalogueFormation, today: string): Fault[] {
  return checkFormation(treeOf(formation), { today })
    .filter(({ code, severity }) => severity === 'reject' || code === 'W42')
    .map((issue) => ({
      text: `${placeOf(formation, issue)}${issue.message}`,
      href: pageOf(formation, issue),
    }));
}

/** Things to look at that keep nobody from publishing. */
export const warningsOf = (formation: CatalogueFormation, today: string): Fault[] =>
  checkFormation(treeOf(formation), { today })
    .filter(({ code, severity }) => severity === 'warning' && code !== 'W42')
    .map((issue) => ({
      text: `${placeOf(formation, issue)}${issue.message}`,
      href: pageOf(formation, issue),
    }));

function levelsOf(formation: CatalogueFormation, { path }: LheoIssue) {
  const nth = (name: string) => Number(new RegExp(`/${name}\\[(\\d+)\\]`).exec(path)?.[1] ?? 0) - 1;
  const action = formation.actions[nth('action')];
  return { action, session: action?.sessions[nth('session')] };
}

function placeOf(formation: CatalogueFormation, issue: LheoIssue): string {
  const { action, session } = levelsOf(formation, issue);
  if (session) return `Session ${session.number}\u00a0: `;
  return action ? `Action ${action.number}\u00a0: ` : '';
}

function pageOf(formation: CatalogueFormation, issue: LheoIssue): string {
  const { action, session } = levelsOf(formation, issue);
  if (session) return addressesOf.session(session.id);
  if (action)
    return /\/session$/.test(issue.path) ? addressesOf.newSession(action.id) : addressesOf.action(action.id);
  return /\/action$/.test(issue.path)
    ? addressesOf.newAction(formation.id)
    : addressesOf.offerForm(formation.id);
}
