import { childrenOf, element, elementsOf, type LheoElement, withChildren } from '../../lheo/tree.ts';

/**
 * What RafaelPro says of an action that LHÉO has no element for. It travels in extras of its own, so that a file that was exported
 * here says the same when it comes back.
 */
export interface OwnOfAction {
  /** The code of the programme that pays for it. */
  programme: string;
  market: string;
  lot: string;
}

const OWN = 'rafaelpro';
const NAMES = { programme: 'programme', market: 'marche', lot: 'lot' } as const;

const isOwn = ({ attributes }: LheoElement): boolean => attributes?.info === OWN;

/** What the extras of an action say in that way; '' for what they do not. */
export function ownOfAction(action: LheoElement): OwnOfAction {
  const extras = childrenOf(action, 'extras').find(isOwn);
  const said = (info: string): string => {
    const extra = extras && childrenOf(extras, 'extra').find(({ attributes }) => attributes?.info === info);
    return (extra?.children ?? [])
      .filter((child) => typeof child === 'string')
      .join('')
      .trim();
  };
  return { programme: said(NAMES.programme), market: said(NAMES.market), lot: said(NAMES.lot) };
}

/** The action with extras that say it; those of others stay. */
export function withOwn(action: LheoElement, own: OwnOfAction): LheoElement {
  const kept = childrenOf(action, 'extras').flatMap((extras) => {
    if (!isOwn(extras)) return [extras];
    // What a later version may have put beside stays there.
    const known = new Set<string | undefined>(Object.values(NAMES));
    const others = elementsOf(extras).filter(({ attributes }) => !known.has(attributes?.info));
    return others.length > 0 ? [{ ...extras, children: others }] : [];
  });
  const said = (Object.keys(NAMES) as (keyof OwnOfAction)[])
    .filter((key) => own[key])
    .map((key): LheoElement => ({ name: 'extra', attributes: { info: NAMES[key] }, children: [own[key]] }));
  return withChildren(action, 'extras', [
    ...kept,
    ...(said.length > 0 ? [element('extras', said, { info: OWN })] : []),
  ]);
}
