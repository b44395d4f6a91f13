import type { Actor } from '#access/actor.ts';
import { mayOpenRafaelPage } from '#access/rafael.ts';
import type { Right } from '#access/rights.ts';
import { profileOfPage } from '#access/spaces.ts';

/** A form outside the text, that a button within it sends: it takes a profile and opens a page under it. */
export interface Way {
  id: string;
  profile: { right: Right; structureId: number };
  path: string;
}

/**
 * Makes the links of an article lead where this reader may go. A link to the space of another profile becomes a button
 * that takes it, where the person has it, and else the words alone, rather than a link to a refusal; so does one to a page of
 * RafaelPro that does not open to them. Visitors keep the links: they sign in first.
 * @param html from our own Markdown
 */
export function waysOf(html: string, actor: Actor | undefined): { html: string; ways: Way[] } {
  const ways: Way[] = [];
  if (!actor) return { html, ways };
  const shown = html.replaceAll(/<a href="([^"]*)">(.*?)<\/a>/g, (link, path: string, label: string) => {
    if (!mayOpenRafaelPage(actor, path)) return label;
    const right = profileOfPage(path);
    if (!right || actor.profile?.right === right) return link;
    const held = actor.affiliations.find(({ rights }) => rights.includes(right));
    if (!held) return label;
    const id = `way-${ways.length + 1}`;
    ways.push({ id, profile: { right, structureId: held.structureId }, path });
    return `<button class="link-button" type="submit" form="${id}">${label}</button>`;
  });
  return { html: shown, ways };
}
