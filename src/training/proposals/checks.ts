import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import type { ManagedSession, SessionContent } from '../sessions/service.ts';
import { changesOf, changesSomething, readProposed } from './rules.ts';

/** Why nothing can be proposed for a session; undefined when a change can. */
export function whyNotChangeable(
  { isCancelled, startsAt }: Pick<ManagedSession, 'isCancelled' | 'startsAt'>,
  now: Date,
): string | undefined {
  if (isCancelled) return 'Cette session est annulée\u00a0: rétablissez-la d’abord.';
  return startsAt <= now ? 'Cette session a déjà commencé\u00a0: elle ne se change plus.' : undefined;
}

/**
 * The session that a proposal describes: the same check when it is made and when it is accepted.
 * @throws Conflict with what stands against it today, and where it changes nothing
 */
export function checkProposed(
  deps: Pick<Dependencies, 'clock'>,
  form: Readonly<Record<string, string>>,
  modality: string,
  session: ManagedSession | undefined,
): SessionContent {
  const refusal = session && whyNotChangeable(session, deps.clock.now());
  if (refusal) throw new Conflict(refusal);
  const read = readProposed(form, modality, deps, session);
  if (!read.ok) throw new Conflict(Object.values(read.errors).join(' '), 'Proposition impossible');
  if (session && !changesSomething(changesOf(session, read.content))) {
    throw new Conflict('Cette proposition ne change rien à la session.');
  }
  return read.content;
}
