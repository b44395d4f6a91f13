import { renderMessage } from '#platform/web/views/markdown.ts';

/** What an action's page tells of it, as it was typed. */
export interface DescriptionTexts {
  objectives: string;
  audience: string;
  prerequisites: string;
  programme: string;
}

/** A part of the description; never empty. */
export interface Description {
  heading: string;
  /** Ours: rendered from Markdown, raw HTML off. */
  html: string;
}

/** The parts of an action's description, in the order of its page. */
export function descriptionsOf(texts: DescriptionTexts): Description[] {
  return [
    { heading: 'Objectifs', html: descriptionHtml(texts.objectives, true) },
    { heading: 'Public', html: descriptionHtml(texts.audience) },
    { heading: 'Prérequis', html: descriptionHtml(texts.prerequisites) },
    { heading: 'Programme', html: descriptionHtml(texts.programme, true) },
  ].filter(({ html }) => html !== '');
}

// Bullets that people paste from a word processor, and that Markdown does not know.
const PASTED_BULLET = /^([ \t]*)[–—•·▪‣◦][ \t]+/gm;
// What says that somebody wrote Markdown, or spaced the text themself.
const LAID_OUT = /^[ \t]*(?:[-*+>#|]|\d{1,3}[.)]|```)|\n[ \t]*\n/m;

/** Of the headings of the page under which descriptions stand. */
const HEADING_LEVEL = 2;

/**
 * A description as HTML. It is Markdown; a text of plain lines reads well too: pasted bullets are items.
 * @param asList whether plain lines, where there are several, are items each (objectives, programme)
 */
export function descriptionHtml(text: string, asList = false): string {
  const tidy = text.replace(/\r\n?/g, '\n').replace(PASTED_BULLET, '$1- ').trim();
  const isPlainList = asList && tidy.includes('\n') && !LAID_OUT.test(tidy);
  return renderMessage(isPlainList ? tidy.replace(/^[ \t]*/gm, '- ') : tidy, HEADING_LEVEL).html.trim();
}
