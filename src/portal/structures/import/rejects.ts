import { createWriteStream, type WriteStream } from 'node:fs';

/** The rows that did not go in, in a file beside the others: line, SIRET as written, reason. */
export interface Rejects {
  readonly count: number;
  add(file: string, line: number, siret: string, reason: string): void;
  /** Closes the file. A run without rejects leaves none. */
  end(): Promise<void>;
}

/** @param path where to write; made with the first reject */
export function openRejects(path: string): Rejects {
  let count = 0;
  let output: WriteStream | undefined;
  return {
    get count() {
      return count;
    },
    add(file, line, siret, reason) {
      if (!output) {
        output = createWriteStream(path);
        output.write('\ufefffichier;ligne;siret;raison\n');
      }
      count += 1;
      output.write(`${[file, String(line), siret, reason].map(cell).join(';')}\n`);
    },
    end: () => new Promise((resolve) => (output ? output.end(resolve) : resolve())),
  };
}

// A spreadsheet runs what begins with these.
const cell = (text: string): string =>
  `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).slice(0, 100).replaceAll('"', '""')}"`;
