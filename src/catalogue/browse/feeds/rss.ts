import type { ActionCard } from '../presentation.ts';

/** A feed of found actions. */
export interface Feed {
  title: string;
  /** The absolute address of the page that shows the same search. */
  link: string;
  /** The absolute address of the feed itself. */
  self: string;
  /** The public address of the site, before each path. */
  base: string;
  /** The newest first. */
  entries: readonly { card: ActionCard; publishedAt: Date }[];
}

/** The results of a search as RSS 2.0: one item per action, known by its address. */
export function rssFeed({ title, link, self, base, entries }: Feed): string {
  const items = entries.map(({ card, publishedAt }) => {
    const url = xml(base + card.href);
    const facts = [card.when?.text, card.kind, card.duration, card.place, card.availability?.text].filter(
      Boolean,
    );
    return `    <item>
      <title>${xml(card.title)}</title>
      <link>${url}</link>
      <guid isPermaLink="true">${url}</guid>
      <pubDate>${publishedAt.toUTCString()}</pubDate>
      <category>${xml(card.theme)}</category>
      <description>${xml(facts.join(' · '))}</description>
    </item>`;
  });
  const [newest] = entries;
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>${xml(title)}</title>
    <link>${xml(link)}</link>
    <description>${xml('Actions de formation de Cap Métiers Nouvelle-Aquitaine')}</description>
    <language>fr</language>
${newest ? `    <lastBuildDate>${newest.publishedAt.toUTCString()}</lastBuildDate>\n` : ''}    <atom:link href="${xml(self)}" rel="self" type="application/rss+xml"/>
${items.join('\n')}
  </channel>
</rss>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Text for XML; what XML cannot hold is left out. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[<>&"]/g, (character) => ENTITIES[character] ?? character);
}
