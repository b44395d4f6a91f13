import MarkdownIt from 'markdown-it';
import { slugOf } from '../../french/slug.ts';

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
const markdown = createRenderer({ breaks: false });

function createRenderer({ breaks }: { breaks: boolean }) {
  const renderer = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks });
  renderer.validateLink = (address) => ALLOWED_LINK.test(address);
  renderer.renderer.rules.table_open = () =>
    '<div class="table-frame" role="region" aria-label="Tableau" tabindex="0"><table class="table">\n';
  renderer.renderer.rules.table_close = () => '</table></div>\n';
  renderer.renderer.rules.th_open = () => '<th scope="col">';
  return renderer;
}

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
      const id = slugOf(text);
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

// What somebody describes goes under a heading of the page: their own headings begin at the third level. Line ends are
// kept, and an image, which our pages could not load, stays text.
const descriptions = createRenderer({ breaks: true }).disable('image');
/** How far the headings of a description go down, and the last level that there is. */
const LOWER_BY = 2;
const LAST_LEVEL = 6;

/**
 * Renders a description written by an editor of the catalogue, as {@link renderMarkdown} does, for a place under a
 * second-level heading of the page.
 * @returns HTML that holds no markup but ours; empty for an empty text
 */
export function renderDescription(source: string): string {
  const tokens = descriptions.parse(source, {});
  for (const token of tokens) {
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(Number(token.tag.slice(1)) + LOWER_BY, LAST_LEVEL)}`;
    for (const child of token.children ?? []) {
      if (child.type === 'link_open' && /^https:/.test(String(child.attrGet('href'))))
        child.attrSet('rel', 'nofollow noopener');
    }
  }
  return descriptions.renderer.render(tokens, descriptions.options, {}).trim();
}

const textOf = (tokens: { type: string; content: string }[] | null | undefined): string =>
  (tokens ?? [])
    .map(({ type, content }) => (type === 'softbreak' || type === 'hardbreak' ? ' ' : content))
    .join('');
