import type { Response } from 'express';
import type { FormState } from '../forms/forms.ts';
import type { Pagination } from '../forms/pages.ts';

/** What every page says of itself to its layout. */
interface Frame {
  title: string;
  /** The entry of the menu under which it stands; '' for none. */
  section: string;
  /** Static files of its own: style sheets, scripts. */
  styles?: readonly string[];
  scripts?: readonly string[];
  /** What search engines and other sites are told of it. */
  sharing?: { title: string; description: string; url: string };
  /** Its one address, where it opens at several. */
  canonical?: string;
  feed?: { title: string; href: string };
  structuredData?: string;
}

/** Names that mean the same in every view; any other is what its view makes of it. */
interface Known {
  form: FormState;
  pagination: Pagination;
}

type Named<Names extends string> = { [Name in Names]: Name extends keyof Known ? Known[Name] : unknown };

/** What fills in a view: the names that it cannot do without, and those that it may have. */
export type Model<Needs extends string, May extends string = never> = Named<Needs> & Partial<Named<May>>;

/** Every page by its view, with what fills it in: `views/views.d.ts`, made from the views themselves. */
// biome-ignore lint/suspicious/noEmptyInterface: filled in there
export interface Views {}

/** What fills in a page. */
export type PageOf<View extends keyof Views> = Frame & Views[View];

/**
 * Shows a page; the one place where one is rendered. A name that the view does not know, or lacks, fails at `tsc`.
 * @param view its path in `views/`, without its end
 */
export function render<View extends keyof Views>(res: Response, view: View, model: PageOf<View>): undefined {
  res.render(view, model);
}
