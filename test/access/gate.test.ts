import express from 'express';
import { expect, test } from 'vitest';
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
