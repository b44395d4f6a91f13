import type { Condition } from '#platform/workflow/conditions.ts';
import { choose, type Machine, type Row } from '#platform/workflow/machine.ts';

/**
 * Walks a whole table of transitions: asks for every state, event and role, on each of the facts, and for every state that
 * the event leads to.
 * @param facts enough of them for every row to be taken once, and for every condition to refuse once
 * @returns what is wrong, a line each: an answer that is neither a row of the table from there nor a refusal, a refusal
 *   without words, a row that none of the facts takes, a condition whose words none of them shows
 */
export function walkTable<Facts, OneRow extends Row<string, string, string, Facts>>(
  machine: Machine<OneRow>,
  facts: readonly Facts[],
): string[] {
  const { rows } = machine;
  const wrong = new Set<string>();
  const neverTaken = new Set(rows);
  const neverRefuses = new Set<Condition<Facts>>(rows.flatMap(({ when }) => when));
  const states = new Set<OneRow['from']>([null, ...rows.flatMap(({ from, to }) => [from, to])]);
  const roles = new Set<OneRow['by'][number]>(rows.flatMap(({ by }) => by));
  for (const [event, own] of Map.groupBy(rows, (row): OneRow['event'] => row.event)) {
    const targets = new Set<OneRow['to'] | undefined>([undefined, ...own.map(({ to }) => to)]);
    for (const from of states)
      for (const by of roles)
        for (const to of targets)
          for (const one of facts) {
            const asked = `${event} from ${from} to ${to ?? 'wherever'} by ${by}`;
            const choice = choose<Facts, OneRow>(machine, { event, from, by, to }, one);
            if (choice.ok) {
              neverTaken.delete(choice.transition);
              if (!own.includes(choice.transition) || choice.transition.from !== from)
                wrong.add(`${asked}: strays`);
              continue;
            }
            if (choice.refusals.length === 0) wrong.add(`${asked}: no answer`);
            const shown = new Set(choice.refusals.map(({ code }) => code));
            for (const condition of own.filter((row) => row.from === from).flatMap(({ when }) => when)) {
              const answer = condition(one);
              if (answer !== true && shown.has(answer.code)) neverRefuses.delete(condition);
            }
            for (const { code, message } of choice.refusals) {
              if (!code || !/^[«\p{Lu}\d].+[.!]$/u.test(message))
                wrong.add(`${asked}: « ${message} » (${code})`);
            }
          }
  }
  for (const { event, from, to } of neverTaken) wrong.add(`${event} from ${from} to ${to}: never taken`);
  for (const { name } of neverRefuses) wrong.add(`${name}: never refuses`);
  return [...wrong];
}
