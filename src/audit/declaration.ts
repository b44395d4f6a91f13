import type { Feature } from '#platform/dependencies.ts';

/** An entry, for the words that need more than their own detail. */
export interface Told {
  details: Readonly<Record<string, unknown>>;
  /** The kind of request that it is about, if any, with the words of its decisions. */
  request?: { decisions: Readonly<Record<string, { verb: string }>> };
}

/**
 * The words for each detail of an entry, by its name; empty where another one says it, or it goes without saying. What
 * they take is what may be recorded: a parameter that can be left out is a detail that can.
 */
export type DetailWords = Readonly<Record<string, (value: never, entry: Told) => string>>;

/**
 * What a capability leaves in the audit journal, in the words of the agency's page, by the group of its filter: the code
 * of each action, which stays as rows have it, and its label, with the words for its details where it has some.
 */
export type AuditDeclaration = Readonly<
  Record<string, Readonly<Record<string, string | { label: string; details: DetailWords }>>>
>;

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** What it leaves in the audit journal. */
    audit?: AuditDeclaration;
  }
}

/**
 * Everything that can be recorded: the details of each action, by its code. Empty here: each capability adds its own,
 * `interface AuditActions extends Recorded<typeof audit> {}`, beside their declaration.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface AuditActions {}
export type AuditAction = keyof AuditActions;

/** The details of each action that a capability declares. */
export type Recorded<Declaration extends AuditDeclaration> = {
  readonly [Action in KeysOf<Declaration[keyof Declaration]>]: DetailsOf<
    Declaration[keyof Declaration] extends infer Group
      ? Group extends { readonly [Key in Action]: infer Declared }
        ? Declared
        : never
      : never
  >;
};
type KeysOf<Group> = Group extends unknown ? keyof Group : never;
type DetailsOf<Declared> = Declared extends { details: infer Words extends DetailWords }
  ? {
      readonly [Name in keyof Words as undefined extends First<Words[Name]> ? never : Name]: First<
        Words[Name]
      >;
    } & {
      readonly [Name in keyof Words as undefined extends First<Words[Name]> ? Name : never]?: First<
        Words[Name]
      >;
    }
  : Readonly<Record<never, never>>;
type First<Words extends DetailWords[string]> = Parameters<Words>[0];

/** An action in the words of the journal. */
export interface ActionWords {
  action: string;
  group: string;
  label: string;
  details: DetailWords;
}

/** What the journal of these capabilities tells of, by its code; in the order of their list. */
export function auditWords(features: readonly Feature[]): ReadonlyMap<string, ActionWords> {
  const words = features
    .flatMap(({ audit = {} }) => Object.entries(audit))
    .flatMap(([group, actions]) =>
      Object.entries(actions).map(([action, declared]) => ({
        action,
        group,
        ...(typeof declared === 'string' ? { label: declared, details: {} } : declared),
      })),
    );
  return new Map(words.map((one) => [one.action, one]));
}
