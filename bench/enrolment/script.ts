import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Recorded } from './record.ts';
import type { Turn } from './turns.ts';

/**
 * Writes for pgbench what the application sent for one request, with the numbers of whoever's turn it is in the place of
 * those that it had: what must not come twice (keys, tokens) is made of the turn.
 * @returns how many statements, `begin` and `commit` not counted
 */
export function scriptOf({ turn, sent }: { turn: Turn; sent: readonly Recorded[] }, file: string): number {
  const variables = new Map<unknown, string>([
    [turn.userId, ':user_id'],
    [turn.structureId, ':structure_id'],
    [turn.actionId, ':action_id'],
    [turn.sessionId, ':session_id'],
    [turn.slug, `'action-' || cast(:action_id as text)`],
  ]);
  const lines = [
    '\\set turn :first + :client_id * :each + :done',
    '\\set done :done + 1',
    'select user_id, structure_id, action_id, session_id from bench_turns where turn = :turn \\gset',
  ];
  for (const [nth, { text, values, added }] of sent.entries()) {
    const statement = text
      .replace(/;\s*$/, '')
      .replaceAll(/\$(\d+)/g, (_, place) =>
        literalOf(values[Number(place) - 1], variables, /^\s*select\b/i.test(text)),
      );
    if (added === undefined) lines.push(`${statement};`);
    else {
      lines.push(`${statement} \\gset added${nth}_`);
      variables.set(added, `:added${nth}_id`);
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return sent.filter(({ text }) => !/^(begin|commit)\b/i.test(text)).length;
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
  return !isRead && ONLY_ONCE.test(text) ? `md5(${literal(text)} || cast(:turn as text))` : literal(text);
}

/** A text between quotes. What follows a colon pgbench would take for a variable, even there. */
const literal = (text: string) =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3A')}'`;

/** A key, a token or the number of a message. */
const ONLY_ONCE = /^(?!\d{4}-\d\d-\d\d)<?[\w:-]{22,100}(@[\w.-]+>)?$/;

interface Run {
  connections: number;
  people: number;
  batch: number;
}

/**
 * Runs the script for a batch of people, each once.
 * @returns how many a second
 * @throws Error when pgbench is not installed, or one of them failed
 */
export function runScript(
  pgbench: string,
  url: string,
  file: string,
  { connections, people, batch }: Run,
): number {
  const each = people / connections;
  const variables = { first: batch * people, each, done: 0 };
  const output = execFileSync(
    pgbench,
    [
      ...[
        '--no-vacuum',
        '--protocol=prepared',
        `--client=${connections}`,
        '--jobs=2',
        `--transactions=${each}`,
      ],
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
      `--file=${file}`,
      url,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const perSecond = /tps = ([\d.]+)/.exec(output)?.[1];
  if (perSecond === undefined || !output.includes(`${people}/${people}`)) throw new Error(output);
  return Number(perSecond);
}
