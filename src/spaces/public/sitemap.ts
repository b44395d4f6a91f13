import type { ListedPage } from '#platform/feature.ts';

/** As many as the protocol allows in one file. */
export const MOST_PAGES = 50_000;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign] as string);

/** `sitemap.xml` (sitemaps.org, version 0.9). @param publicUrl without a trailing slash */
export function sitemap(publicUrl: string, pages: readonly ListedPage[]): string {
  const lines = pages.slice(0, MOST_PAGES).map(({ path, changedAt }) => {
    const changed = changedAt ? `<lastmod>${changedAt.toISOString()}</lastmod>` : '';
    return `<url><loc>${escaped(publicUrl + path)}</loc>${changed}</url>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...lines,
    '</urlset>',
    '',
  ].join('\n');
}
