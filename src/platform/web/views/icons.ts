import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const cache = new Map<string, string>();

/**
 * An icon of Bootstrap Icons as inline SVG: no font to load, coloured by the text around it.
 * Decorative: a word or a visually hidden text beside it says what it means.
 * @param name as in the set, `star-fill`; an unknown name throws
 */
export function icon(name: string): string {
  let svg = cache.get(name);
  if (!svg) {
    svg = readFileSync(require.resolve(`bootstrap-icons/icons/${name}.svg`), 'utf8')
      .replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
      .replace(/class="[^"]*"/, 'class="icon"');
    cache.set(name, svg);
  }
  return svg;
}
