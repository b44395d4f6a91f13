import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What a page takes as it is, unescaped: what was made for it, never what somebody typed. */
const viewsDirectory = fileURLToPath(new URL('../../views/', import.meta.url));

/** By view: why each is no words of anybody's. Everywhere: other views, icons, and `field`, which a view makes of one. */
const TAKEN_AS_IS: Readonly<Record<string, readonly string[]>> = {
  // Rendered from Markdown, in which HTML stays text.
  'editorial/help/article.ejs': ['article.html'],
  'structures/memberships/charter.ejs': ['charter.html'],
  'structures/memberships/request.ejs': ['charter.html'],
  'editorial/news/card.ejs': ['heading', 'heading', 'one.excerpt'],
  'editorial/news/body.ejs': ['one.html'],
  // A page laid out; JSON in which « < » is written as a code.
  'layouts/parcourspro.ejs': ['body'],
  'layouts/portal.ejs': ['body'],
  'layouts/rafaelpro.ejs': ['body'],
  'partials/layout/head.ejs': ['structuredData'],
  // Attributes and parts escaped one by one.
  'partials/field.ejs': Array(5).fill('attributeText'),
  'partials/email.ejs': ['escapeFn(address).split(…)'],
  // A text, not a page.
  'mail/message.txt.ejs': ['message.recipientName ? …'],
  'catalogue/browse/action.ejs': ['description.html'],
  'training/actions/form.ejs': ['part.html'],
  // Pictures, whose words are escaped where they are drawn.
  'follow-up/figures/figures.ejs': ['part.chart'],
  'follow-up/surveys/results.ejs': ['question.chart'],
  'sso/registry/service.ejs': ['figures.chart'],
};

const ANYWHERE = /^(include|icon|field)\(/;

test('no view takes words as they are, beyond a short list', () => {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(viewsDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const raw = [...readFileSync(file, 'utf8').matchAll(/<%-([\s\S]*?)[-_]?%>/g)]
      .map(([, code = '']) => code.trim())
      .filter((code) => code !== '' && !ANYWHERE.test(code));
    if (raw.length > 0) found[path.relative(viewsDirectory, file)] = raw;
  }
  const short = (code: string) =>
    code
      .replace(/^(escapeFn\(address\)\.split)\([\s\S]*/, '$1(…)')
      .replace(/^(message\.recipientName \?)[\s\S]*/, '$1 …');
  const listed = Object.fromEntries(Object.entries(found).map(([view, codes]) => [view, codes.map(short)]));
  expect(listed).toEqual(TAKEN_AS_IS);
});
