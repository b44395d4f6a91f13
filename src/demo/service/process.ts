/**
 * A small service on the loopback that signs its people in through the portal, by CAS and by OpenID Connect, and shows what
 * it received. Arguments: the portal's address, the service's port. It keeps its sessions in memory.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { runCompanion } from '../companion.ts';
import { portIfFree } from '../ports.ts';
import { createCas } from './cas.ts';
import { createOpenId } from './openid.ts';
import { problemPage, signedInPage, signedOutPage } from './pages.ts';
import { createSessions, type Session } from './sessions.ts';

/** Nothing that is sent here is longer. */
const MOST_BYTES = 64 * 1024;

const [portal = '', port = ''] = process.argv.slice(2);

await runCompanion(async () => {
  if ((await portIfFree(Number(port))) === undefined) throw new Error(`EADDRINUSE ${port}`);
  const own = `http://localhost:${port}`;
  const sessions = createSessions();
  const cas = createCas(portal, own);
  const openId = createOpenId(portal, own);

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', own);
    const enter = (session: Session) => {
      sessions.begin(res, session);
      redirect(res, '/');
    };
    switch (`${req.method} ${url.pathname}`) {
      case 'GET /': {
        const session = sessions.of(req);
        return page(res, 200, session ? signedInPage(session) : signedOutPage(sessions.wasEnded(req)));
      }
      case 'GET /cas': {
        const ticket = url.searchParams.get('ticket');
        return ticket ? enter(await cas.validate(ticket)) : redirect(res, cas.signInUrl);
      }
      // The portal's word that a session is over.
      case 'POST /cas':
        sessions.end(cas.endedBy(await bodyOf(req)));
        return void res.writeHead(204).end();
      case 'GET /openid/entrer': {
        const { url: next, cookie } = await openId.begin();
        res.setHeader('Set-Cookie', cookie);
        return redirect(res, next);
      }
      case 'GET /openid/retour':
        return enter(await openId.finish(req, url));
      case 'POST /openid/deconnexion':
        sessions.end(await openId.endedBy(await bodyOf(req)));
        return void res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
      case 'POST /quitter':
        sessions.forget(req, res);
        return redirect(res, '/');
      case 'POST /quitter-partout': {
        const session = sessions.of(req);
        sessions.forget(req, res);
        return redirect(
          res,
          session?.protocol === 'oidc' ? await openId.signOutUrl(session) : cas.signOutUrl,
        );
      }
      default:
        return page(res, 404, problemPage('Cette page n’existe pas.'));
    }
  };

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) =>
      page(
        res,
        502,
        problemPage(`L’entrée n’a pas abouti : ${error instanceof Error ? error.message : error}`),
      ),
    );
  });
  server.listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
  return {
    ready: own,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
});

function page(res: ServerResponse, status: number, html: string): void {
  res
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://localhost:*",
    })
    .end(html);
}

const redirect = (res: ServerResponse, to: string): void => void res.writeHead(303, { Location: to }).end();

async function bodyOf(req: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST_BYTES) throw new Error('trop long');
  }
  return new URLSearchParams(text);
}
