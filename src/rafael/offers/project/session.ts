import { type LheoPrecision, readLheoDate, UNKNOWN_END, UNKNOWN_START } from '../../lheo/dates.ts';
import { childrenOf, type LheoElement, textAt } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';
import { integerAt } from './values.ts';

/** What is looked for and listed of a session: when, and how many. Days are `YYYY-MM-DD`. */
export interface SessionColumns {
  startsRaw: string;
  endsRaw: string;
  /** The first day of what is known of its start; null for nothing. */
  startsOn: string | null;
  /** The last day of what is known of its end. */
  endsOn: string | null;
  /** Of its start. */
  datePrecision: LheoPrecision;
  enrolFrom: string | null;
  enrolTo: string | null;
  recruiting: number;
  /** Places; null where the body does not say. */
  capacity: number | null;
}

/** The columns of a session; its places are those of its first cycle that says them. */
export function projectSession(session: LheoElement): SessionColumns {
  const startsRaw = rawAt(session, UNKNOWN_START, 'periode', 'debut');
  const endsRaw = rawAt(session, UNKNOWN_END, 'periode', 'fin');
  const starts = readLheoDate(startsRaw, 'first');
  const recruiting = integerAt(session, 'etat-recrutement') ?? 1;
  return {
    startsRaw,
    endsRaw,
    startsOn: starts?.day ?? null,
    endsOn: readLheoDate(endsRaw, 'last')?.day ?? null,
    datePrecision: starts?.precision ?? 'unknown',
    enrolFrom:
      readLheoDate(rawAt(session, '', 'periode-inscription', 'periode', 'debut'), 'first')?.day ?? null,
    enrolTo: readLheoDate(rawAt(session, '', 'periode-inscription', 'periode', 'fin'), 'last')?.day ?? null,
    recruiting: recruiting >= 1 && recruiting <= 3 ? recruiting : 1,
    capacity:
      childrenOf(session, 'cycle')
        .map((cycle) => integerAt(cycle, 'capacite-simultanee'))
        .find((count) => count !== null) ?? null,
  };
}

function rawAt(session: LheoElement, unknown: string, ...path: readonly string[]): string {
  const raw = tokenOf(textAt(session, ...path) ?? '');
  return readLheoDate(raw, 'first') ? raw : unknown;
}
