import type { RunningApp } from '../pages/app.ts';
import { type Body, signInAt, tokenAt } from './people.ts';
import { decimal, row, whole } from './row.ts';

const AIM = { memory: 200, rate: 20, firstByte: 500 };
const FORM = '/rafaelpro/catalogue/diffusion';

/** The catalogue of a body leaves as a browser takes it: how soon, how fast, in how much memory. */
export async function measureExport(app: RunningApp, body: Body): Promise<void> {
  const cookie = await signInAt(app.base, body);
  const _csrf = await tokenAt(app.base, cookie, FORM);
  const idle = app.memory();
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, app.memory());
  }, 200);
  const began = performance.now();
  const answer = await fetch(`${app.base}/rafaelpro/catalogue/export.xml`, {
    method: 'POST',
    redirect: 'manual',
    // What is measured is the file, not its compression.
    headers: { cookie, 'accept-encoding': 'identity' },
    body: new URLSearchParams({ _csrf }),
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`no export: ${answer.status}`);
  let firstByte = 0;
  let bytes = 0;
  for await (const chunk of answer.body) {
    firstByte ||= performance.now() - began;
    bytes += chunk.length;
  }
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  const rate = bytes / 1e6 / seconds;
  row('export', `${whole(bytes / 1e6)} Mo en ${decimal(seconds, 1)} s`);
  row('premier octet', `${whole(firstByte)} ms`, `< ${AIM.firstByte} ms`, firstByte < AIM.firstByte);
  row('débit', `${decimal(rate, 1)} Mo/s`, `≥ ${AIM.rate} Mo/s`, rate >= AIM.rate);
  row(
    `mémoire de l’application, en plus de celle au repos (${whole(idle)} Mo)`,
    `${whole(most - idle)} Mo`,
    `< ${AIM.memory} Mo`,
    most - idle < AIM.memory,
  );
}
