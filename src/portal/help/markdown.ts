import MarkdownIt from 'markdown-it';
import { plainText } from './text.ts';

/** A heading of an article, for its table of contents. */
export interface Heading {
  id: string;
  text: string;
}

/** An article's body, ready to show and to search. */
export interface RenderedText {
  html: string;
  headings: Heading[];
  /** The words alone, without marks. */
  text: string;
  /** Where its links lead. */
  links: string[];
}

const ALLOWED_LINK = /^(\/(?!\/)|https:\/\/|mailto:|#)/;

// Raw HTML stays text, and a link that leads elsewhere than said above is not made a link.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.validateLink = (address) => ALLOWED_LINK.test(address);
markdown.renderer.rules.table_open = () =>
  '<div class="table-frame" role="region" aria-label="Tableau" tabindex="0"><table class="table">\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';
markdown.renderer.rules.th_open = () => '<th scope="col">';

/**
 * Renders the Markdown of an article. Second-level headings get an address of their own.
 * @param source Markdown without front matter; raw HTML in it is shown as typed
 */
export function renderMarkdown(source: string): RenderedText {
  const tokens = markdown.parse(source, {});
  const headings: Heading[] = [];
  const words: string[] = [];
  const links: string[] = [];
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open' && token.tag === 'h2') {
      const text = textOf(tokens[index + 1]?.children);
      const id = plainText(text)
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
      headings.push({ id, text });
      token.attrSet('id', id);
    }
    if (token.type === 'inline') {
      words.push(textOf(token.children));
      for (const child of token.children ?? []) {
        if (child.type === 'link_open') links.push(String(child.attrGet('href')));
      }
    }
  });
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { html, headings, text: words.join(' '), links };
}

const textOf = (tokens: { type: string; content: string }[] | null | undefined): string =>
  (tokens ?? [])
    .map(({ type, content }) => (type === 'softbreak' || type === 'hardbreak' ? ' ' : content))
    .join('');
