import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs, { type Data, type TemplateFunction } from 'ejs';
import { namesIn } from './names.ts';

/** Where views are, with a slash at the end. */
export const viewsDirectory = fileURLToPath(new URL('../../../../views/', import.meta.url));

/** By `node --watch`: somebody is at work on them. */
const mayChange = process.env.WATCH_REPORT_DEPENDENCIES !== undefined;

/**
 * Fills in a view, compiled when it is first shown and kept.
 * @param view its path in `views/`, without its end; what ends in `.txt` is no HTML, and nothing in it is escaped
 * @throws ReferenceError with the line that looks up what the view is not given
 */
export function fillIn(view: string, locals: Data): string {
  const file = `${viewsDirectory}${view}.ejs`;
  let fill = mayChange ? undefined : ejs.cache.get(file);
  if (!fill) {
    fill = compile(view, file);
    ejs.cache.set(file, fill);
  }
  return fill(locals);
}

/** What is there already, and what is given besides: nothing is copied. */
export function withMore(locals: Data, more: Data | undefined): Data {
  return Object.assign(Object.create(locals), more);
}

// V8 does not optimise what is within `with`, by which EJS looks names up. Those that a view is seen to look up are its
// variables instead; so is `include`: that of EJS looks for the file and copies all that a view is given, each time.
function compile(view: string, file: string): TemplateFunction {
  const text = String(ejs.fileLoader(file));
  const { bare, ...names } = namesIn(text);
  const needs = [...names.needs];
  const directory = path.dirname(view);
  /** By the names that are missing: only where one is looked up does it fail, as one that is not defined. */
  const ways = new Map<string, TemplateFunction>();
  const wayWithout = (missing: readonly string[]) => {
    const options = {
      filename: file,
      _with: false,
      destructuredLocals: [...bare.difference(new Set(missing)), 'include'],
      // Unsafe within `with` alone, which would find the names of a prototype.
      unsafePrototypeLocals: true,
      escape: view.endsWith('.txt') ? String : undefined,
    };
    return ejs.compile(text, options);
  };
  return (locals = {}) => {
    const missing = needs.filter((name) => !(name in locals));
    const key = missing.join();
    const fill = ways.get(key) ?? wayWithout(missing);
    ways.set(key, fill);
    const include = (to: string, given?: Data) =>
      fillIn(to.startsWith('/') ? to.slice(1) : path.join(directory, to), withMore(locals, given));
    return fill(withMore(locals, { include }));
  };
}
