import { childrenOf, type LheoElement, withChildren } from '../../lheo/tree.ts';

/** A formation as it is kept: each level without the one below. */
export interface SplitFormation {
  offer: LheoElement;
  actions: { action: LheoElement; sessions: LheoElement[] }[];
}

/** A formation of LHÉO, level by level. */
export function splitFormation(formation: LheoElement): SplitFormation {
  return {
    offer: withChildren(formation, 'action', []),
    actions: childrenOf(formation, 'action').map((action) => ({
      action: withChildren(action, 'session', []),
      sessions: childrenOf(action, 'session'),
    })),
  };
}

/** The whole formation again, as it was split. */
export const joinFormation = ({ offer, actions }: SplitFormation): LheoElement =>
  withChildren(
    offer,
    'action',
    actions.map(({ action, sessions }) => withChildren(action, 'session', sessions)),
  );

/** The « numero » by which a formation, an action or a session is known to its body; '' where it has none. */
export const numberOf = ({ attributes }: LheoElement): string => (attributes?.numero ?? '').trim();
