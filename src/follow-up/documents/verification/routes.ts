import type { Request, RequestHandler, Response } from 'express';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, firstOf, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { limitPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { stateBadges } from '../issued/presentation.ts';
import { formatCode, parseCode } from '../issuing/numbers.ts';
import { isSameFile, type VerifiedDocument, verify } from './service.ts';

/** Of one person or place, in a minute: more than anybody reads, far fewer than guessing one code in 2^60 needs. */
const CODES_PER_MINUTE = 60;

const NO_CODE = 'Un code a douze lettres et chiffres, comme 7H2K-9QXM-4TBN. Relisez celui du document.';
const UNKNOWN_CODE =
  'Aucun document émis par ParcoursPro ne porte ce code. Relisez-le sur le document\u00a0: il a douze lettres et chiffres.';

/** « Vérifier un document »: whoever holds one sees what it says and whether it stands, without an account. */
export function verificationSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const limited = limitPages(CODES_PER_MINUTE);

  // The code is on the document alone: no page kept, and no other site told of it.
  const discreet: RequestHandler = (_req, res, next) => {
    res.set({ 'Cache-Control': 'private, no-store', 'Referrer-Policy': 'no-referrer' });
    next();
  };

  site.get('/verifier', anyone, discreet, limited, (req, res) => {
    const typed = firstOf(req.query.code as string);
    const code = parseCode(typed);
    if (code) return res.redirect(303, `/verifier/${code}`);
    ask(res, typed, typed ? { status: 422, problem: NO_CODE } : undefined);
  });

  const ask = (res: Response, code: string, refused?: { status: number; problem: string }) =>
    render(res.status(refused?.status ?? 200), 'follow-up/documents/verify', {
      title: 'Vérifier un document',
      section: 'help',
      form: refused ? withError(emptyForm({ code }), 'code', refused.problem) : emptyForm({ code }),
    });

  async function documentOf(req: Request): Promise<(VerifiedDocument & { code: string }) | undefined> {
    const code = parseCode(String(req.params.code));
    const document = code && (await verify(deps, code));
    return document ? { ...document, code } : undefined;
  }

  /** The same for what is no code and for one that no document has. */
  const unknown = (req: Request, res: Response) =>
    ask(res, String(req.params.code), { status: 404, problem: UNKNOWN_CODE });

  function show(
    res: Response,
    { code, ...document }: VerifiedDocument & { code: string },
    compared?: { isSame: boolean } | { problem: string },
  ): void {
    const problem = compared && 'problem' in compared ? compared.problem : '';
    render(res.status(problem ? 422 : 200), 'follow-up/documents/verified', {
      title: `${document.label} n°\u00a0${document.number}`,
      section: 'help',
      scripts: ['js/document-hash.js'],
      document,
      badge: stateBadges[document.state],
      code: formatCode(code),
      action: `/verifier/${code}/fichier`,
      isSame: compared && 'isSame' in compared ? compared.isSame : undefined,
      form: problem ? withError(emptyForm(), 'fichier', problem) : emptyForm(),
    });
  }

  site.get('/verifier/:code', anyone, discreet, limited, async (req, res) => {
    const document = await documentOf(req);
    return document ? show(res, document) : unknown(req, res);
  });

  site.post('/verifier/:code/fichier', anyone, discreet, limited, async (req, res) => {
    const document = await documentOf(req);
    if (!document) return unknown(req, res);
    const [file] = req.sentFiles?.fichier ?? [];
    show(
      res,
      document,
      file ? { isSame: isSameFile(document, file.bytes) } : { problem: 'Choisissez le fichier à comparer.' },
    );
  });

  return site;
}
