import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conflict, NotFound } from '#platform/errors.ts';
import { Busy } from '#platform/places.ts';
import { Stale } from '#platform/versions.ts';
import { formBody } from '#platform/web/forms/body.ts';
import { text } from '#platform/web/forms/fields.ts';
import { FormRefused, formPage, saidAt, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { gatedRouter, type Policy } from '#platform/web/gate.ts';

const policy = (name: string): Policy => ({ name, decide: () => 'allow' });
const schema = z.object({ nom: text('Donnez un nom.', 20) });

/** A page of one field, whose name says what its sending comes upon; it shows all that it is given, as JSON. */
function pages() {
  const said: string[] = [];
  let loads = 0;
  const outcomes: Record<string, () => unknown> = {
    champ: () => Promise.reject(new FormRefused('nom', 'Déjà pris.')),
    conflit: () => Promise.reject(new Conflict('Trop tard.')).catch(saidAt('nom', Conflict, 409)),
    foule: () => Promise.reject(new Busy()).catch(saidOnForm),
    panne: () => Promise.reject(new Error('panne')).catch(saidAt('nom', Conflict)).catch(saidOnForm),
    change: () => Promise.reject(new Stale()),
  };
  const site = gatedRouter();
  formPage(site, '/chose', [policy('read'), policy('send')], {
    load: () => ++loads,
    read: ({ body }) => readForm(schema, body),
    show: ({ res, loaded, form = emptyForm({ nom: 'ancien' }), isStale }) =>
      void res.json({ ...form, loaded, isStale }),
    async submit({ data: { nom }, again }) {
      if (nom === 'encore') return again();
      await outcomes[nom]?.();
      return { to: '/ensuite', flash: `${nom} est gardé.`, kind: 'warning' };
    },
  });
  formPage(site, '/rien', policy('read'), {
    load: () => Promise.reject(new NotFound()),
    read: () => ({ ok: true, data: undefined, form: emptyForm() }),
    show: () => {},
    submit: async () => undefined,
  });
  const app = express();
  app.use(
    (_req, res, next) => {
      res.flash = (words, kind) => void said.push(`${kind}: ${words}`);
      next();
    },
    ...formBody(),
  );
  app.use(site.router);
  const ended: express.ErrorRequestHandler = (error, _req, res, _next) =>
    void res.status(500).send(error.message);
  app.use(ended);
  const send = (nom: string, path = '/chose') => request(app).post(path).type('form').send({ nom });
  return { app, send, said };
}

test('a page just opened has the values of what it is about, and is read again for each request', async () => {
  const { app } = pages();
  const opened = await request(app).get('/chose');
  expect(opened.body).toEqual({ values: { nom: 'ancien' }, errors: {}, loaded: 1, isStale: false });
  expect((await request(app).get('/chose')).body.loaded).toBe(2);
});

test('what is refused shows the page again, with what was typed', async () => {
  const { send, said } = pages();
  const empty = await send('');
  expect([empty.status, empty.body.errors]).toEqual([422, { nom: 'Donnez un nom.' }]);
  const taken = await send('champ');
  expect([taken.status, taken.body]).toMatchObject([
    422,
    { values: { nom: 'champ' }, errors: { nom: 'Déjà pris.' }, loaded: 3, isStale: false },
  ]);
  const late = await send('conflit');
  expect([late.status, late.body.errors]).toEqual([409, { nom: 'Trop tard.' }]);
  const crowded = await send('foule');
  expect([crowded.status, crowded.get('Retry-After')]).toEqual([503, '5']);
  expect(crowded.body.errors['']).toContain('Beaucoup de monde');
  expect(said).toEqual([]);
});

test('after somebody else’s change, the page is of what is there now', async () => {
  const answer = await pages().send('change');
  expect([answer.status, answer.body]).toEqual([
    409,
    { values: { nom: 'change' }, errors: {}, loaded: 2, isStale: true },
  ]);
});

test('what is carried out leads on, and a step shows the page as it is', async () => {
  const { send, said } = pages();
  const done = await send('Ada');
  expect([done.status, done.get('Location')]).toEqual([303, '/ensuite']);
  expect(said).toEqual(['warning: Ada est gardé.']);
  const step = await send('encore');
  expect([step.status, step.body.values]).toEqual([200, { nom: 'encore' }]);
});

test('any other error has a page of its own', async () => {
  const { app, send } = pages();
  expect((await send('panne')).text).toBe('panne');
  expect((await request(app).get('/rien')).text).toContain('adresse est peut-être inexacte');
  expect((await send('', '/rien')).status).toBe(500);
});
