import { openSite } from './catalogue/site.ts';
import { recordSent } from './catalogue/plans.ts';
import supertest from 'supertest';
const { app, db, close } = openSite(process.argv[2]!);
for (const p of process.argv.slice(3)) {
  await supertest(app).get(p);
  const sent = await recordSent(async () => { await supertest(app).get(p); });
  for (const { text, values } of sent) {
    const out: any[] = [];
    for (let i = 0; i < 3; i++) {
    const c = await db.client.acquireConnection();
    const r = await c.query(`explain (analyze, buffers, format json) ${text}`, values);
    db.client.releaseConnection(c);
    const q = r.rows[0]['QUERY PLAN'][0];
    out.push(`plan ${q['Planning Time'].toFixed(1)} exec ${q['Execution Time'].toFixed(1)} jit ${JSON.stringify(q.JIT?.Timing?.Total ?? null)}`);
    }
    console.log(p, text.length, out.join(' | '), text.slice(0,60).replace(/\s+/g,' '));
  }
}
await close();
