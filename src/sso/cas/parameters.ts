import type { Fields } from '#platform/web/forms/body.ts';

/** Where CAS is; services that were there before the others know it by the second. */
export const BASES = ['/cas', '/v2/users'] as const;

/**
 * What a request asks for, each parameter given once at most: one that is given twice is read as one by us and as the
 * other by whoever put it there.
 * @returns undefined where one of them is given twice
 */
export function parameters<Name extends string>(
  { query }: { query: object },
  ...names: Name[]
): Partial<Record<Name, string>> | undefined {
  const given = names.map((name) => [name, (query as Fields)[name]] as const);
  return given.every(([, value]) => value === undefined || typeof value === 'string')
    ? (Object.fromEntries(given) as Partial<Record<Name, string>>)
    : undefined;
}

/** Whether a parameter that is on by being there is. */
export const isOn = (value: string | undefined): boolean => value !== undefined && value !== 'false';
