import { plural } from '#platform/french/words.ts';

/** « 3 personnes » */
export const counted =
  (one: string, many?: string) =>
  (count: number): string =>
    plural(count, one, many);

/** The same, and nothing for none. */
export const countedIfAny =
  (one: string, many?: string) =>
  (count: number): string =>
    count > 0 ? plural(count, one, many) : '';

/** Said where it is so, or else something, or nothing. */
export const whether =
  (so: string, otherwise = '') =>
  (is: boolean): string =>
    is ? so : otherwise;

/** The words for one of these codes; one of an earlier day is shown as it is. */
export const oneOf =
  <Code extends string>(labels: Readonly<Record<Code, string>>) =>
  (code: Code): string =>
    labels[code] ?? code;

/** The words for some of these codes, which a comma parts. */
export const someOf =
  (labels: Readonly<Record<string, string>>) =>
  (codes: string): string =>
    codes
      .split(',')
      .map((code) => labels[code] ?? code)
      .join(', ');
