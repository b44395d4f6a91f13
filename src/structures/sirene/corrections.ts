import type pg from 'pg';
import { lockedBy } from '#platform/database/locks.ts';
import type { Corrections } from '../structure-updates/rules.ts';
import type { Former } from './columns.ts';
import { sireneRows } from './load.ts';

/** The structures of which the agency has corrected something; what the file says of them is noted as it is read. */
export class Corrected {
  readonly #formerOf: Map<string, Former | undefined>;

  private constructor(sirets: string[]) {
    this.#formerOf = new Map(sirets.map((siret) => [siret, undefined]));
  }

  static async find(client: pg.ClientBase): Promise<Corrected> {
    const { rows } = await client.query<{ siret: string }>(
      `select siret from structures where corrections <> '{}' and siret is not null`,
    );
    return new Corrected(rows.map(({ siret }) => siret));
  }

  /** Called for each row of the file: the last one of an establishment is the one that goes in. */
  note(siret: string, read: () => Former): void {
    if (this.#formerOf.has(siret)) this.#formerOf.set(siret, read());
  }

  /**
   * Brings what was overruled to what is read now, where a former release read it otherwise from the same file: the
   * correction would else be taken for one that SIRENE has answered. Once for each correction; after that, only what
   * is read now counts. Before the staged rows go in; until the end, the agency's next decisions on these wait.
   */
  async bringUpToDate(client: pg.ClientBase): Promise<void> {
    const sirets = [...this.#formerOf].flatMap(([siret, former]) => (former ? [siret] : []));
    if (sirets.length === 0) return;
    const { rows } = await client.query<Held>(
      `select s.id, s.siret, s.corrections, r.brand, r.address
         from (${sireneRows('i.siret = any($1)')}) r join structures s on s.siret = r.siret
         ${lockedBy('s.id')} of s`,
      [sirets],
    );
    const changed = rows.flatMap((one) => {
      const corrections = upToDate(one, this.#formerOf.get(one.siret));
      return corrections ? [{ id: one.id, corrections }] : [];
    });
    await client.query(
      `update structures s set corrections = c.corrections
         from jsonb_to_recordset($1) c(id integer, corrections jsonb) where s.id = c.id`,
      [JSON.stringify(changed)],
    );
  }
}

interface Held {
  id: number;
  siret: string;
  corrections: Corrections;
  brand: string | null;
  address: string;
}

function upToDate(now: Held, former: Former | undefined): Corrections | undefined {
  const changed: Corrections = {};
  for (const column of ['brand', 'address'] as const) {
    const one = now.corrections[column];
    if (!one || one.isCompared) continue;
    const isSame = former?.[column].includes(one.overruled ?? '');
    changed[column] = { ...one, overruled: isSame ? now[column] : one.overruled, isCompared: true };
  }
  return Object.keys(changed).length > 0 ? { ...now.corrections, ...changed } : undefined;
}
