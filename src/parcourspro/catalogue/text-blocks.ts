/** A piece of a description: a paragraph, or the items of a list. */
export type TextBlock = { paragraph: string } | { items: string[] };

const BULLET = /^\s*(?:[-–—•*·▪]|\d{1,2}[.)])\s+/;

/**
 * Cuts a text written in a text area into paragraphs and lists: lines that begin with a dash or a bullet are items.
 * @param asList whether lines without a bullet are items too, where there are several (objectives, programme)
 */
export function textBlocks(text: string, asList = false): TextBlock[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const allItems = asList && lines.length > 1;
  const blocks: TextBlock[] = [];
  for (const line of lines) {
    const isItem = allItems || BULLET.test(line);
    const content = line.replace(BULLET, '');
    const last = blocks.at(-1);
    if (!isItem) blocks.push({ paragraph: content });
    else if (last && 'items' in last) last.items.push(content);
    else blocks.push({ items: [content] });
  }
  return blocks;
}
