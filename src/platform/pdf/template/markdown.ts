import MarkdownIt from 'markdown-it';
import type { PdfSpan } from '../steps.ts';

export type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

/** A part of a template; lines are as the author ended them. */
export type Part =
  | { kind: 'heading'; level: number; inline: Token }
  | { kind: 'paragraph'; inline: Token }
  | { kind: 'list'; from: number | undefined; items: Token[][] };

/** A link as paper can say it; an address with a field in it would be printed with the braces. */
export const WRITTEN_LINK = /^(?:https:\/\/|mailto:)(?!.*%7B)/i;

// Raw HTML is parsed to be told of; what else a document cannot show stays the text that it is. A link is parsed
// wherever it leads, for the same reason.
const markdown = new MarkdownIt({ html: true, breaks: true }).disable([
  'code',
  'fence',
  'blockquote',
  'hr',
  'lheading',
  'table',
  'backticks',
  'strikethrough',
]);
markdown.validateLink = () => true;

/** The tokens of a template, in which fields are still the words in braces that were typed. */
export const parsed = (source: string): Token[] => markdown.parse(source, {});

/** What a template is made of, from top to bottom. A list within a list goes on with the outer one. */
export function partsOf(tokens: readonly Token[]): Part[] {
  const parts: Part[] = [];
  let list: (Part & { kind: 'list' }) | undefined;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const { type } = token;
    if (type.endsWith('_list_open')) {
      depth += 1;
      if (depth === 1) {
        const from = type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : undefined;
        list = { kind: 'list', from, items: [] };
        parts.push(list);
      }
    } else if (type.endsWith('_list_close')) {
      depth -= 1;
      if (depth === 0) list = undefined;
    } else if (type === 'list_item_open') {
      list?.items.push([]);
    } else if (type === 'inline') {
      const before = tokens[index - 1];
      if (list) list.items.at(-1)?.push(token);
      else if (before?.type === 'heading_open')
        parts.push({ kind: 'heading', level: Number(before.tag.slice(1)), inline: token });
      else parts.push({ kind: 'paragraph', inline: token });
    } else if (type === 'html_block') {
      const inline = Object.assign(Object.create(token) as Token, {
        children: [Object.assign(Object.create(token) as Token, { type: 'text', content: token.content })],
      });
      parts.push({ kind: 'paragraph', inline });
    }
  }
  return parts;
}

/**
 * What an inline token says, line by line. Where a link leads is written after its words, for whoever reads on paper.
 */
export function spokenLines({ children }: Token): PdfSpan[][] {
  const lines: PdfSpan[][] = [[]];
  let bold = false;
  let link: { href: string; words: string } | undefined;
  const say = (text: string) => void lines.at(-1)?.push(bold ? { text, bold } : { text });
  for (const token of children ?? []) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') lines.push([]);
    else if (token.type === 'strong_open') bold = true;
    else if (token.type === 'strong_close') bold = false;
    else if (token.type === 'link_open') link = { href: String(token.attrGet('href')), words: '' };
    else if (token.type === 'link_close') {
      const address = link?.href.replace(/^mailto:/i, '') ?? '';
      if (link && link.words !== link.href && link.words !== address) say(` (${address})`);
      link = undefined;
    } else if (token.content !== '') {
      if (link) link.words += token.content;
      say(token.content);
    }
  }
  return lines;
}
