import type { Config } from '../config.ts';
import type { Message } from './message.ts';

/** Whom the application writes to, by what they are to it. Empty here: the application names them (`declare module`). */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface MailAudiences {}
export type MailAudience = keyof MailAudiences;

/** A kind of e-mail that a capability sends of its own accord: to whom, when, and what it looks like. */
export interface DeclaredMail {
  to: MailAudience;
  /** The event, as the agency reads it: « Une demande de compte est confirmée. » */
  when: string;
  /** One such e-mail, made by what makes the true ones, of nobody's data (`access/sample.ts`). */
  sample(config: Config): Message;
}

/** By kind, as `emails.kind` stores it and {@link Message} names it. */
export type DeclaredMails = Readonly<Record<string, DeclaredMail>>;

declare module '../dependencies.ts' {
  interface Feature {
    /** The e-mails it sends: one of a kind that nobody declares is not queued. */
    mails?: DeclaredMails;
  }
}

/**
 * Every kind of e-mail that these capabilities declare, in their order.
 * @throws Error for a kind that two of them declare
 */
export function mailKinds(features: readonly { mails?: DeclaredMails }[]): ReadonlyMap<string, DeclaredMail> {
  const kinds = new Map<string, DeclaredMail>();
  for (const [kind, mail] of features.flatMap(({ mails = {} }) => Object.entries(mails))) {
    if (kinds.has(kind)) throw new Error(`the e-mail « ${kind} » is declared twice`);
    kinds.set(kind, mail);
  }
  return kinds;
}
