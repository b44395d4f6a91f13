import { z } from 'zod';
import { optionalText } from '#platform/web/forms/fields.ts';
import type { Discrepancy } from './repository.ts';
import { discrepancyKey } from './service.ts';

const MOST_CHARACTERS = 500;

/** The field of a reason for all those that have none of their own. */
export const COMMON = 'motif_commun';

/** The field of one discrepancy's reason. */
export const reasonField = (one: Pick<Discrepancy, 'enrolmentId' | 'slotId'>): string =>
  `motif-${discrepancyKey(one)}`;

/** The form of these discrepancies. */
export function reasonsForm(discrepancies: readonly Discrepancy[]) {
  const names = [COMMON, ...discrepancies.map(reasonField)];
  return z.object(
    Object.fromEntries(names.map((name) => [name, optionalText(MOST_CHARACTERS)])) as Record<
      string,
      z.ZodType<string | null>
    >,
  );
}

/** The reasons that a form gives, by {@link discrepancyKey}: each one's own, else the one it has, else the common one. */
export const reasonsOf = (
  discrepancies: readonly Discrepancy[],
  data: Readonly<Record<string, string | null>>,
): Map<string, string> =>
  new Map(
    discrepancies
      .map((one): [string, string | null] => [
        discrepancyKey(one),
        data[reasonField(one)] ?? one.reason ?? data[COMMON] ?? null,
      ])
      .filter((pair): pair is [string, string] => pair[1] !== null),
  );
