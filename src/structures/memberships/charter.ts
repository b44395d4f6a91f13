import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderMarkdown } from '#platform/web/views/markdown.ts';

const contentDirectory = fileURLToPath(new URL('../../../content/charte-adhesion/', import.meta.url));

/** The text that a structure accepts when it asks for its membership (domain.md §5). */
export interface Charter {
  /** The day of the text, `YYYY-MM-DD`: the name of its file. */
  version: string;
  html: string;
}

/**
 * Reads every version of the charter, the latest first. A text that was accepted is never edited: another file is.
 * @param directory of the Markdown files
 * @throws Error when there is none, or when a name is not a day
 */
export function readCharters(directory = contentDirectory): Charter[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.md'));
  const charters = names.map((name) => {
    const version = name.slice(0, -3);
    Temporal.PlainDate.from(version, { overflow: 'reject' });
    return { version, html: renderMarkdown(readFileSync(path.join(directory, name), 'utf8')).html };
  });
  if (charters.length === 0) throw new Error('content/charte-adhesion: no charter');
  return charters.sort((one, other) => (one.version < other.version ? 1 : -1));
}

const charters = readCharters();

/** The text that is accepted today. */
export const currentCharter = charters[0] as Charter;

/** One version of the text. @returns undefined when there was never such a version */
export const charterOf = (version: string): Charter | undefined =>
  charters.find((one) => one.version === version);
