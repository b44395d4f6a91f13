import express from 'express';
import request from 'supertest';
import { describe, expect, test, vi } from 'vitest';
import { anyone } from '#access/policies.ts';
import { gatedRouter, listRoutes, refuseUngatedRoutes } from '#platform/web/gate.ts';

test('an application with a route that has no gate does not start', () => {
  const app = express();
  const nested = express.Router();
  nested.post('/oubli', (_req, res) => res.end());
  const site = gatedRouter();
  site.get('/page', anyone, (_req, res) => res.end());
  app.use(site.router);
  expect(() => refuseUngatedRoutes(app)).not.toThrow();
  app.use('/profond', nested);
  expect(() => refuseUngatedRoutes(app)).toThrow('POST /oubli');
});

test('the routes are listed with their policies, in nested routers too', () => {
  const app = express();
  const inner = gatedRouter();
  inner.post('/envoi', anyone, (_req, res) => res.end());
  const outer = gatedRouter();
  outer.use(inner);
  app.use(outer.router);
  expect(listRoutes(app)).toEqual([{ method: 'POST', path: '/envoi', policy: 'anyone' }]);
});

describe('a site is tried only for what begins as one of its addresses', () => {
  const answering = (text: string) => (_req: express.Request, res: express.Response) => void res.send(text);
  const inner = gatedRouter();
  const site = gatedRouter();
  site.get('/agence/:id', anyone, answering('one'));
  site.get('/.well-known/keys', anyone, answering('keys'));
  site.use(inner);
  inner.post('/envoi', anyone, answering('sent'));
  const several = gatedRouter();
  several.get('/:page', anyone, answering('any page'));
  const withMiddleware = gatedRouter();
  withMiddleware.use((_req, res, next) => {
    res.set('X-Seen', 'yes');
    next();
  });
  const app = express();
  app.use(withMiddleware.router, site.router, several.router);

  test.each([
    ['get', '/agence/3', 'one'],
    ['get', '/Agence/3/', 'one'],
    ['get', '/agence', 'any page'],
    ['get', '/.well-known/keys', 'keys'],
    ['post', '/envoi?x=1', 'sent'],
    ['get', '/%61utre', 'any page'],
  ] as const)('%s %s', async (method, address, answer) => {
    const { text, headers } = await request(app)[method](address);
    expect(text).toBe(answer);
    expect(headers['x-seen']).toBe('yes');
  });

  test('and no pattern of it for anything else', async () => {
    const layers = (site.router as unknown as { stack: { match(path: string): boolean }[] }).stack;
    const tried = layers.map((layer) => vi.spyOn(layer, 'match'));
    await request(app).get('/autre');
    for (const spy of tried) expect(spy).not.toHaveBeenCalled();
    await request(app).get('/agence/3');
    expect(tried[0]).toHaveBeenCalled();
  });
});
