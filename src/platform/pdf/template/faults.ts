import { parsed, partsOf, spokenLines, type Token, WRITTEN_LINK } from './markdown.ts';

/** The words in braces that a template may name: `texts` anywhere in its text, `blocks` alone on a line. */
export interface TemplateFields {
  texts: readonly string[];
  blocks: readonly string[];
}

/** What keeps a template from being used. */
export interface TemplateFault {
  /** From 1. */
  line: number;
  message: string;
}

const LOWEST_HEADING = 3;

/**
 * What keeps a template from being used, from top to bottom: a field that it may not name or that is out of place, and
 * what a printed document does not show (raw HTML, a picture, a link that paper cannot say).
 * @param source Markdown: headings, paragraphs whose line ends are kept, **bold**, lists, links
 */
export function templateFaults(source: string, fields: TemplateFields): TemplateFault[] {
  const tokens = parsed(source);
  return [...structureFaults(tokens), ...inlineFaults(tokens), ...fieldFaults(tokens, fields)].sort(
    (a, b) => a.line - b.line,
  );
}

function structureFaults(tokens: readonly Token[]): TemplateFault[] {
  const faults: TemplateFault[] = [];
  let depth = 0;
  for (const { type, tag, map } of tokens) {
    const line = (map?.[0] ?? 0) + 1;
    if (type.endsWith('_list_close')) depth -= 1;
    if (type.endsWith('_list_open')) {
      depth += 1;
      if (depth === 2) faults.push({ line, message: 'Une liste ne contient pas d’autre liste.' });
    }
    if (type === 'heading_open' && Number(tag.slice(1)) > LOWEST_HEADING)
      faults.push({ line, message: 'Un titre commence par #, ## ou ###.' });
    if (type === 'html_block') faults.push({ line, message: HTML });
  }
  return faults;
}

const HTML = 'Le HTML n’est pas admis\u00a0: écrivez < autrement.';

function inlineFaults(tokens: readonly Token[]): TemplateFault[] {
  return tokens.flatMap(({ type, map, children }) => {
    let line = (map?.[0] ?? 0) + 1;
    return type !== 'inline'
      ? []
      : (children ?? []).flatMap((child) => {
          const message = inlineFault(child);
          const fault = message ? [{ line, message }] : [];
          line += child.type.endsWith('break') ? 1 : child.content.split('\n').length - 1;
          return fault;
        });
  });
}

function inlineFault(token: Token): string | undefined {
  switch (token.type) {
    case 'html_inline':
      return HTML;
    case 'image':
      return 'Une image n’est pas admise.';
    case 'em_open':
      return 'L’italique n’est pas imprimé\u00a0: mettez en gras, entre deux **.';
    case 'link_open':
      return WRITTEN_LINK.test(String(token.attrGet('href')))
        ? undefined
        : 'Un lien commence par https:// ou mailto:, sans champ dans son adresse.';
  }
  return undefined;
}

const ALONE = /^\s*\{[^{}]*\}\s*$/;

function fieldFaults(tokens: readonly Token[], fields: TemplateFields): TemplateFault[] {
  const inlines = partsOf(tokens).flatMap((part) =>
    part.kind === 'list'
      ? part.items.flat().map((inline) => ({ inline, takesBlocks: false }))
      : [{ inline: part.inline, takesBlocks: part.kind === 'paragraph' }],
  );
  return inlines.flatMap(({ inline, takesBlocks }) =>
    spokenLines(inline).flatMap((spans, index) => {
      const line = (inline.map?.[0] ?? 0) + 1 + index;
      const isAlone =
        takesBlocks && spans.length === 1 && ALONE.test(spans[0]?.bold ? '' : (spans[0]?.text ?? ''));
      // Of one look at a time, as they are filled in.
      return spans
        .flatMap(({ text }) => fieldFault(text, fields, isAlone))
        .map((message) => ({ line, message }));
    }),
  );
}

function fieldFault(said: string, { texts, blocks }: TemplateFields, isAlone: boolean): string[] {
  const named = [...said.matchAll(/\{([^{}]*)\}/g)].flatMap(([written, name = '']) => {
    if (texts.includes(name)) return [];
    if (!blocks.includes(name)) return [`${written} n’est pas un champ de ce modèle.`];
    return isAlone ? [] : [`${written} se place seul sur sa ligne.`];
  });
  const isUneven = /[{}]/.test(said.replaceAll(/\{[^{}]*\}/g, ''));
  return [
    ...named,
    ...(isUneven ? ['Une accolade est sans sa pareille.'] : []),
    // Before a letter, the marks that end bold are no marks.
    ...(said.includes('**') ? ['Ces ** ne mettent rien en gras\u00a0: placez-les au bord des mots.'] : []),
  ];
}
