import { setTimeout as delay } from 'node:timers/promises';
import { startCompanion } from '#demo/companion.ts';
import type { RunningApp } from '../pages/app.ts';
import { fileOfFormations } from './formations.ts';
import { type Body, sendFile, signInAt } from './people.ts';
import { decimal, percentile, row, whole } from './row.ts';

/** As much as a page takes, and what it aims at (ms, MB). */
const AIM = { bytes: 10_000_000, plan: 5_000, memory: 120, slower: 2 };
/** A page that anybody opens, another of somebody signed in. */
const PAGES = ['/aide', '/rafaelpro/catalogue/imports'];
const ROUNDS = 5;

/** A file as large as a page takes is planned, while other pages are asked for. */
export async function measurePlan(app: RunningApp, body: Body): Promise<void> {
  const cookie = await signInAt(app.base, body);
  const bytes = fileOf(body);
  const ask = async (while_: () => Promise<unknown>) => {
    const script = new URL('./visitors.ts', import.meta.url);
    const visitors = await startCompanion(script, [JSON.stringify({ base: app.base, cookie, pages: PAGES })]);
    await while_();
    const told = await fetch(visitors.ready);
    await visitors.stop();
    return (await told.json()) as number[];
  };
  // Warm, and the first compiled.
  await ask(() => delay(2_000));
  await sendFile(app.base, cookie, bytes);
  const alone = await ask(() => delay(5_000));

  const idle = app.memory();
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, app.memory());
  }, 100);
  const took: number[] = [];
  const meanwhile = await ask(async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await sendFile(app.base, cookie, bytes);
      if (answer.status !== 303) throw new Error(`no plan: ${answer.status}`);
      took.push(answer.took);
    }
  });
  clearInterval(watch);
  const longest = Math.max(...took);
  row(
    `plan d’un fichier de ${decimal(bytes.length / 1e6, 1)} Mo, par la page`,
    `${whole(percentile(took, 50))} ms (${whole(longest)} au plus)`,
    `< ${whole(AIM.plan)} ms`,
    longest < AIM.plan,
  );
  row('mémoire de plus', `${whole(most - idle)} Mo`, `< ${AIM.memory} Mo`, most - idle < AIM.memory);
  const [before, during] = [percentile(alone, 95), percentile(meanwhile, 95)];
  row(
    'p95 des autres pages, seules puis pendant ces plans',
    `${decimal(before, 1)} puis ${decimal(during, 1)} ms`,
    `≤ ${AIM.slower} ×`,
    during <= AIM.slower * before,
  );
}

/** As many formations as make about as much as a page takes. */
function fileOf({ siret }: Body): Buffer<ArrayBuffer> {
  const year = new Date().getUTCFullYear() + 1;
  const sizeOf = (count: number) => Buffer.concat([...fileOfFormations(count, siret, year)]);
  const each = sizeOf(100).length / 100;
  return sizeOf(Math.floor(AIM.bytes / each));
}
