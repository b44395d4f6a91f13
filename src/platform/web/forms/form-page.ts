import type { Request, Response } from 'express';
import { Stale } from '../../versions.ts';
import type { Flash } from '../flash.ts';
import type { GatedRouter, Policy } from '../gate.ts';
import { isLimit } from '../limits.ts';
import { type FormState, type ReadForm, withError } from './forms.ts';

/** A page with a form, at one address: what it is about, how it is read and shown, and what sending it does. */
export interface FormPage<Data, Loaded> {
  /** Reads what the page is about, before anything else. @throws NotFound, and whatever else has a page of its own */
  load?(req: Request): Loaded | Promise<Loaded>;
  read(req: Request, loaded: Loaded): ReadForm<Data>;
  /** Answers with the page; the status is set already. */
  show(shown: Shown<Loaded>): unknown;
  /**
   * Does what the form asks for.
   * @returns where to go next; nothing when it has answered by itself
   * @throws what {@link formPage} says on the form, or what has a page of its own
   */
  submit(sent: Sent<Data, Loaded>): Promise<Done | undefined>;
}

interface Shown<Loaded> {
  req: Request;
  res: Response;
  loaded: Loaded;
  /** What was sent, with what is wrong in it; undefined on the page just opened. */
  form: FormState | undefined;
  /** Somebody else has changed what the page is about. */
  isStale: boolean;
}

interface Sent<Data, Loaded> {
  req: Request;
  res: Response;
  loaded: Loaded;
  data: Data;
  form: FormState;
  /** Shows the page again with what was sent, for a button that asks for no more. */
  again(): Promise<undefined>;
}

/** Where a form leads once it is carried out, and what the next page says of it. */
interface Done {
  to: string;
  flash?: string;
  kind?: Flash['kind'];
}

/** What is wrong with a form beyond its own fields, said at a field; '' for none of them. */
export class FormRefused extends Error {
  override name = 'FormRefused';
  readonly field: string;
  readonly status: number;
  /** When to try again, in seconds. */
  readonly retryAfter?: number;
  constructor(field: string, message: string, status = 422, retryAfter?: number) {
    super(message);
    this.field = field;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** For `.catch`: what stops the work, when it is of this kind, is said at a field of the form. */
export const saidAt =
  (field: string, kind: new (...given: never[]) => Error, status?: number) =>
  (error: unknown): never => {
    throw error instanceof kind ? new FormRefused(field, error.message, status) : error;
  };

/** For `.catch`: too many tries, or too many people at once, are said on the form rather than on the page of errors. */
export const saidOnForm = (error: unknown): never => {
  if (!isLimit(error)) throw error;
  throw new FormRefused('', `${error.title}. ${error.message}`, error.status, error.retryAfter);
};

/**
 * The two routes of a {@link FormPage}. What is refused shows the page again, what was typed kept: 422 for the fields, the
 * status of a {@link FormRefused}, 409 for {@link Stale}; what `submit` refused is shown on what is there now. What is
 * carried out leads on by 303.
 * @param policy of both routes, or of each: who may open the page, who may send it
 */
export function formPage<Data, Loaded = undefined>(
  site: GatedRouter,
  path: string,
  policy: Policy | readonly [read: Policy, send: Policy],
  page: FormPage<Data, Loaded>,
): void {
  const [read, send] = 'decide' in policy ? [policy, policy] : policy;
  const load = async (req: Request) => (await page.load?.(req)) as Loaded;

  site.get(path, read, async (req, res) => {
    await page.show({ req, res, loaded: await load(req), form: undefined, isStale: false });
  });

  site.post(path, send, async (req, res) => {
    const loaded = await load(req);
    const submitted = page.read(req, loaded);
    const { form } = submitted;
    const show = async (status: number, shown: Partial<Shown<Loaded>> = {}): Promise<undefined> =>
      void (await page.show({ req, res: res.status(status), loaded, form, isStale: false, ...shown }));
    if (!submitted.ok) return show(422);
    try {
      const { data } = submitted;
      const done = await page.submit({ req, res, loaded, data, form, again: () => show(200) });
      if (!done) return;
      if (done.flash) res.flash(done.flash, done.kind);
      res.redirect(303, done.to);
    } catch (error) {
      if (!(error instanceof Stale || error instanceof FormRefused)) throw error;
      const { status, retryAfter } = error;
      if (retryAfter) res.set('Retry-After', String(Math.ceil(retryAfter)));
      return show(status, {
        // What stopped it may be newer than what was loaded.
        loaded: await load(req),
        form: error instanceof FormRefused ? withError(form, error.field, error.message) : form,
        isStale: status === 409,
      });
    }
  });
}
