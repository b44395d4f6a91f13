/** Asks a server for pages, in a process of its own. Argument: a {@link Load} as JSON; says a {@link Measure} as JSON. */
import autocannon from 'autocannon';
import { runCompanion } from '#demo/companion.ts';
import type { Load, Measure } from './measure.ts';

const { base, paths, cookie, seconds, connections } = JSON.parse(process.argv[2] ?? '{}') as Load;
const headers = {
  accept: 'text/html',
  'accept-encoding': 'gzip, deflate, br',
  ...(cookie ? { cookie } : {}),
};

await runCompanion(async () => {
  let next = 0;
  const result = await autocannon({
    url: base,
    connections,
    duration: seconds,
    headers,
    requests: [{ method: 'GET', path: paths[0] ?? '/' }],
    // Each connection starts elsewhere in the list: they never ask for the same address at the same moment.
    setupClient(client) {
      const start = Math.floor((next++ * paths.length) / connections);
      const own = [...paths.slice(start), ...paths.slice(0, start)];
      if (paths.length > 1) client.setRequests(own.map((path) => ({ method: 'GET', path, headers })));
    },
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  const measure: Measure = {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed,
  };
  return { ready: JSON.stringify(measure), stop: async () => {} };
});
