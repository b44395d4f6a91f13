import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Sent } from './recording.ts';

interface Script {
  /** What the application sent for one turn. */
  sent: readonly Sent[];
  /** Columns of `bench_turns` that a turn reads; in a statement each is `:column`. */
  columns: readonly string[];
  /** What stands in the place of a value that the recorded turn had. */
  variables: ReadonlyMap<unknown, string>;
}

/**
 * Writes for pgbench what the application sent for one turn, with the values of whoever's turn it is in the place of
 * those that it had: what must not come twice (keys, tokens) is made of the turn.
 */
export function writeScript({ sent, columns, variables }: Script, file: string): void {
  const known = new Map(variables);
  const lines = [
    '\\set turn :first + :client_id * :each + :done',
    '\\set done :done + 1',
    `select ${columns.join(', ')} from bench_turns where turn = :turn \\gset`,
  ];
  for (const [nth, { text, values, added }] of sent.entries()) {
    const statement = text
      .replace(/;\s*$/, '')
      .replaceAll(/\$(\d+)/g, (_, place) =>
        literalOf(values[Number(place) - 1], known, /^\s*select\b/i.test(text)),
      );
    if (added === undefined || known.has(added)) lines.push(`${statement};`);
    else {
      lines.push(`${statement} \\gset added${nth}_`);
      known.set(added, `:added${nth}_id`);
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}

function literalOf(value: unknown, variables: ReadonlyMap<unknown, string>, isRead: boolean): string {
  if (value === null || value === undefined) return 'null';
  const variable = variables.get(value);
  if (variable !== undefined) return variable;
  if (Array.isArray(value)) return `array[${value.map((one) => literalOf(one, variables, isRead))}]`;
  if (value instanceof Date) return literal(value.toISOString());
  if (Buffer.isBuffer(value))
    return `decode(md5(${literal(value.toString('hex'))} || cast(:turn as text)), 'hex')`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (isRead) return literal(text);
  if (ONLY_ONCE.test(text)) return `md5(${literal(text)} || cast(:turn as text))`;
  // Within what is sent as JSON, too.
  return [...new Set(text.match(UUID) ?? [])].reduce(
    (sql, id) => `replace(${sql}, '${id}', cast(cast(md5('${id}' || cast(:turn as text)) as uuid) as text))`,
    literal(text),
  );
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A text between quotes. What follows a colon pgbench would take for a variable, even there. */
const literal = (text: string) =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3A')}'`;

/** A key, a token or the number of a message. */
const ONLY_ONCE = /^(?!\d{4}-\d\d-\d\d)<?[\w:-]{22,100}(@[\w.-]+>)?$/;

interface Run {
  /** Where pgbench is. */
  pgbench: string;
  url: string;
  file: string;
  connections: number;
  /** Turns, from the first on, each once; a multiple of the connections. */
  turns: number;
  first: number;
}

/**
 * Runs the script for so many turns.
 * @returns how many a second
 * @throws Error when pgbench is not installed, or one of them failed
 */
export function runScript({ pgbench, url, file, connections, turns, first }: Run): number {
  const each = turns / connections;
  const output = execFileSync(
    pgbench,
    [
      ...['--no-vacuum', '--protocol=prepared', `--client=${connections}`, '--jobs=2'],
      `--transactions=${each}`,
      ...Object.entries({ first, each, done: 0 }).map(([name, value]) => `--define=${name}=${value}`),
      ...[`--file=${file}`, url],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const perSecond = /tps = ([\d.]+)/.exec(output)?.[1];
  if (perSecond === undefined || !output.includes(`${turns}/${turns}`)) throw new Error(output);
  return Number(perSecond);
}
