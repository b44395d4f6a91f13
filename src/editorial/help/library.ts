import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Heading, renderMarkdown } from '#platform/web/views/markdown.ts';

const contentDirectory = fileURLToPath(new URL('../../../content/aide/', import.meta.url));

/** An article of « Aide », read from `content/aide/<slug>.md`. */
export interface Article {
  slug: string;
  title: string;
  /** The title under which the list shows it. */
  theme: string;
  /** Its place within the theme. */
  order: number;
  summary: string;
  /** Words that people use and that the text does not. */
  keywords: string;
  html: string;
  headings: Heading[];
  text: string;
  /** Where its links lead. */
  links: string[];
  related: Article[];
}

/** The themes in the order of the list. */
export const THEMES = [
  'Votre compte',
  'Référents',
  'Demander une place',
  'Valider et organiser',
  'RafaelPro',
] as const;

/**
 * Reads every article, in the order of the list.
 * @param directory of the Markdown files
 * @throws Error naming the file that lacks a field, or leads to an article or a part that does not exist
 */
export function readLibrary(directory = contentDirectory): Article[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.md'));
  const read = files.map((name) => ({
    ...parseArticle(name.slice(0, -3), readFileSync(path.join(directory, name), 'utf8')),
  }));
  const bySlug = new Map(read.map(({ article }) => [article.slug, article]));
  for (const { article, relatedSlugs } of read) {
    article.related = relatedSlugs.map((slug) => bySlug.get(slug) ?? fault(article.slug, `related ${slug}`));
    for (const link of article.links) checkLink(article, link, bySlug);
  }
  return read
    .map(({ article }) => article)
    .sort((one, other) => placeOf(one) - placeOf(other) || one.order - other.order);
}

let library: readonly Article[] | undefined;

/** The articles of « Aide », read once: they are part of the application, and change with it. */
export function helpArticles(): readonly Article[] {
  library ??= readLibrary();
  return library;
}

const placeOf = ({ theme }: Article) => (THEMES as readonly string[]).indexOf(theme);

function fault(slug: string, what: string): never {
  throw new Error(`content/aide/${slug}.md: ${what}`);
}

/**
 * Reads one file: `key: value` lines between two `---`, then Markdown.
 * @throws Error naming the field that is missing
 */
export function parseArticle(slug: string, source: string): { article: Article; relatedSlugs: string[] } {
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(source) ?? fault(slug, 'front matter');
  const fields = new Map(
    (head ?? '').split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const field = (name: string) => fields.get(name) || fault(slug, `field ${name}`);
  const theme = field('theme');
  if (!(THEMES as readonly string[]).includes(theme)) fault(slug, `theme ${theme}`);
  const article: Article = {
    slug,
    title: field('title'),
    theme,
    order: Number(field('order')),
    summary: field('summary'),
    keywords: fields.get('keywords') ?? '',
    ...renderMarkdown(body ?? ''),
    related: [],
  };
  const relatedSlugs = (fields.get('related') ?? '').split(',').map((one) => one.trim());
  return { article, relatedSlugs: relatedSlugs.filter((one) => one !== '') };
}

function checkLink(article: Article, link: string, bySlug: Map<string, Article>): void {
  const [, slug = article.slug, part] = /^(?:\/aide\/([^#]*))?(?:#(.*))?$/.exec(link) ?? [];
  if (!link.startsWith('/aide/') && !link.startsWith('#')) return;
  const target = bySlug.get(slug) ?? fault(article.slug, `link ${link}`);
  if (part && !target.headings.some(({ id }) => id === part)) fault(article.slug, `link ${link}`);
}
