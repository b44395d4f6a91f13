import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { findCompany } from '#structures/structure-requests/company-search.ts';

const SIRET = '73282932000074';
const establishment = {
  siret: SIRET,
  adresse: '3 RUE DU PIN 40000 MONT-DE-MARSAN',
  code_postal: '40000',
  libelle_commune: 'MONT-DE-MARSAN',
  activite_principale: '85.59A',
};
const known = {
  name: 'ATELIER DES LANDES',
  apeCode: '85.59A',
  address: '3 RUE DU PIN',
  postcode: '40000',
  city: 'MONT-DE-MARSAN',
};
const result = (more: object) => ({
  results: [{ nom_complet: 'ATELIER DES LANDES (ADL)', nom_raison_sociale: 'ATELIER DES LANDES', ...more }],
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A local service. @returns its address */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}
const answer =
  (body: string, status = 200): RequestListener =>
  (_req, res) => {
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(body);
  };

describe('the public company search', () => {
  test('is asked for the SIRET at its address, and gives the establishment', async () => {
    let asked = '';
    const body = JSON.stringify(result({ siege: null, matching_etablissements: [establishment] }));
    const url = await serve((req, res) => {
      asked = req.url ?? '';
      answer(body)(req, res);
    });
    expect(await findCompany(`${url}/`, SIRET)).toEqual(known);
    expect(asked).toBe(`/search?q=${SIRET}`);
  });

  test('the head office will do, and the short name where there is no other', async () => {
    const body = JSON.stringify(result({ siege: establishment, nom_raison_sociale: null }));
    expect(await findCompany(await serve(answer(body)), SIRET)).toEqual({
      ...known,
      name: 'ATELIER DES LANDES (ADL)',
    });
  });

  const wrong: [string, RequestListener][] = [
    [
      'another SIRET',
      answer(JSON.stringify(result({ siege: { ...establishment, siret: '35600000000048' } }))),
    ],
    ['no result', answer('{"results":[],"total_results":0}')],
    ['HTML', answer('<!doctype html><h1>Maintenance</h1>')],
    ['truncated JSON', answer(JSON.stringify(result({ siege: establishment })).slice(0, -20))],
    ['another shape', answer('{"results":{"siege":1}}')],
    ['null', answer('null')],
    ['429', answer(JSON.stringify(result({ siege: establishment })), 429)],
    ['500', answer('{}', 500)],
    ['an endless answer', answer(`{"results":[],"x":"${'x'.repeat(1_100_000)}"}`)],
    ['a redirection', (_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['a broken connection', (req) => void req.socket.destroy()],
  ];
  test.each(wrong)('%s is silence', async (_what, listener) => {
    expect(await findCompany(await serve(listener), SIRET)).toBeUndefined();
  });

  test('nobody answers, or it is switched off', async () => {
    expect(await findCompany('http://127.0.0.1:1', SIRET)).toBeUndefined();
    expect(await findCompany(undefined, SIRET)).toBeUndefined();
  });

  test('an answer that trickles for ever ends after three seconds', async () => {
    const url = await serve((_req, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write(' '), 100);
      res.on('close', () => clearInterval(timer));
    });
    const before = performance.now();
    expect(await findCompany(url, SIRET)).toBeUndefined();
    expect(performance.now() - before).toBeGreaterThan(2_500);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
