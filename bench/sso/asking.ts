import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';

/** How it went; the time in milliseconds. */
export interface Asked {
  perSecond: number;
  p99: number;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const agent = new Agent({ keepAlive: true });

/** Asks once, on a connection that is kept. @param form posted, where there is one */
export function ask(
  url: string,
  headers: RequestOptions['headers'] = {},
  form?: URLSearchParams,
): Promise<Answer> {
  const posted = form && { 'content-type': 'application/x-www-form-urlencoded' };
  const options = { agent, method: form ? 'POST' : 'GET', headers: { ...headers, ...posted } };
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let body = '';
      answer
        .setEncoding('utf8')
        .on('data', (chunk) => {
          body += chunk;
        })
        .once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
        .once('error', reject);
    });
    asked.once('error', reject).end(form?.toString());
  });
}

/** Does the work for each, so many at once. */
export async function measured<T>(
  connections: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<Asked> {
  const left = [...items];
  const times: number[] = [];
  const began = performance.now();
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) {
      const from = performance.now();
      await work(item);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(items.length * 0.99)] ?? 0;
  return { perSecond: items.length / seconds, p99 };
}
