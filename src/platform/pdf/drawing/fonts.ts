import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { lazily } from '../../lazily.ts';
import { directionalRuns, hasRightToLeft } from './right-to-left.ts';

/** The two fonts of the documents; both have the same letters but for some symbols. */
export type DocumentFonts = Readonly<Record<'body' | 'bold', Font>>;

const require = createRequire(import.meta.url);

// Reading a font takes five times as long as drawing a page with it.
const parsed = lazily((): DocumentFonts => ({ body: parse(''), bold: parse('-Bold') }));

/** The fonts, parsed once in this thread. */
export const documentFonts = (): DocumentFonts => parsed();

/**
 * The fonts of one document, as `registerFont` takes them. A glyph remembers what it was first drawn for (« fi » and the
 * letter « ﬁ » share one), and the same facts are to give the same bytes whatever was drawn before: it begins without any.
 */
export function freshFonts(): DocumentFonts {
  const fonts = parsed();
  for (const font of Object.values(fonts)) (font as unknown as { _glyphs: object })._glyphs = {};
  return fonts;
}

function parse(style: string): Font {
  const file = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/DejaVuSansCondensed${style}.ttf`));
  const font = create(file) as Font;
  const layout = font.layout.bind(font);
  font.layout = (text, features, ...rest) => {
    if (!hasRightToLeft(text)) return layout(text, features, ...rest);
    const runs = directionalRuns(text).map((run) =>
      layout(run.text, features, undefined, undefined, run.isRightToLeft ? 'rtl' : 'ltr'),
    );
    const positions = runs.flatMap((run) => run.positions);
    return {
      glyphs: runs.flatMap((run) => run.glyphs),
      positions,
      // Asked for after the positions have been brought to size.
      get advanceWidth() {
        return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
      },
    } as unknown as ReturnType<Font['layout']>;
  };
  return font;
}
