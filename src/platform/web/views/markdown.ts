import MarkdownIt from 'markdown-it';
import { plainText } from '../../french/text.ts';

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

/** What somebody wrote on a page, ready to show. */
export interface RenderedMessage {
  html: string;
  /** Its first paragraph without the tag around it; beyond 320 characters the words alone, cut. */
  excerpt: string;
}

type Renderer = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Renderer['parse']>[number];

const ALLOWED_LINK = /^(\/(?!\/)|https:\/\/|mailto:|#)/;
/** In characters. */
const LONGEST_EXCERPT = 320;

const markdown = renderer(false);
const messages = renderer(true);
// The pages load no image from elsewhere: what describes it stands for it.
messages.renderer.rules.image = (tokens, index) => escaped(tokens[index]?.content ?? '');

messages.renderer.rules.blockquote_open = () => '<blockquote class="quote">\n';

// Raw HTML stays text, and a link that leads elsewhere than said above is not made a link.
function renderer(breaks: boolean): Renderer {
  const made = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks });
  made.validateLink = (address) => ALLOWED_LINK.test(address);
  made.renderer.rules.table_open = () =>
    '<div class="table-frame" role="region" aria-label="Tableau" tabindex="0"><table class="table">\n';
  made.renderer.rules.table_close = () => '</table></div>\n';
  made.renderer.rules.th_open = () => '<th scope="col">';
  return made;
}

const escaped = (text: string) => messages.utils.escapeHtml(text);

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

/**
 * Renders the Markdown that somebody typed on a page: line ends are kept, headings have no address (it could be one
 * of the page's own) and follow the page's, whatever level was typed.
 * @param source Markdown; raw HTML in it is shown as typed
 * @param under the level of the heading above it in the page
 */
export function renderMessage(source: string, under = 1): RenderedMessage {
  const tokens = messages.parse(source, {});
  fitHeadings(tokens, under);
  const html = messages.renderer.render(tokens, messages.options, {});
  return { html, excerpt: excerptOf(tokens) };
}

function fitHeadings(tokens: Token[], under: number): void {
  const levelOf = ({ tag }: Token) => Number(tag.slice(1));
  const isHeading = ({ type }: Token) => type === 'heading_open' || type === 'heading_close';
  const highest = Math.min(...tokens.filter(isHeading).map(levelOf));
  let above = under;
  for (const token of tokens.filter(isHeading)) {
    // None is skipped on the way down, as a screen reader counts them.
    if (token.type === 'heading_open') {
      above = Math.min(levelOf(token) - highest + under + 1, above + 1, 6);
    }
    token.tag = `h${above}`;
  }
}

function excerptOf(tokens: Token[]): string {
  const first =
    tokens.find(({ type, level }, index) => {
      return type === 'inline' && level === 1 && tokens[index - 1]?.type === 'paragraph_open';
    }) ?? tokens.find(({ type }) => type === 'inline');
  if (!first) return '';
  const letters = [...textOf(first.children)];
  if (letters.length <= LONGEST_EXCERPT) {
    return messages.renderer.renderInline(first.children ?? [], messages.options, {});
  }
  const cut = letters.slice(0, LONGEST_EXCERPT).join('');
  return escaped(`${cut.replace(/\s+\S*$/, '')}…`);
}

const textOf = (tokens: { type: string; content: string }[] | null | undefined): string =>
  (tokens ?? [])
    .map(({ type, content }) => (type === 'softbreak' || type === 'hardbreak' ? ' ' : content))
    .join('');
