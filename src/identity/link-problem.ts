import type { Response } from 'express';
import { render } from '#platform/web/views/render.ts';

/** What a page says of a secret link that does nothing, and where to go from there. */
export interface LinkProblem {
  status: number;
  title: string;
  text: string;
  link: { href: string; label: string };
}

/** Shows why a secret link does nothing. Caches do not keep the page: it may speak of a person. */
export function showLinkProblem(res: Response, problem: LinkProblem): void {
  res.status(problem.status).set('Cache-Control', 'no-store');
  render(res, 'identity/link-problem', { title: problem.title, section: '', problem });
}
