/** Sends each form once, in a process of its own. Arguments: where, how many at once, a file of {@link Post}s; says how many a second. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { runCompanion } from '#demo/companion.ts';

/** A form to send. */
export interface Post {
  path: string;
  cookie: string;
  body: string;
}

const [base = '', connections = '1', file = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

await runCompanion(async () => {
  const posts = JSON.parse(readFileSync(file, 'utf8')) as Post[];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Number(connections) }, async () => {
      for (let post = posts.pop(); post; post = posts.pop()) await send(post);
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const sent = (JSON.parse(readFileSync(file, 'utf8')) as Post[]).length;
  return { ready: String(sent / seconds), stop: async () => {} };
});

function send({ path, cookie, body }: Post): Promise<void> {
  const headers = {
    cookie,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    request(base + path, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 303) resolve();
        else reject(new Error(`${path}: ${answer.statusCode}`));
      });
    })
      .once('error', reject)
      .end(body);
  });
}
