import type { LheoElement } from '../../lheo/tree.ts';
import type { SplitFormation } from '../project/split.ts';

/** A formation to keep for a body. */
export interface Formation {
  structureId: number;
  tree: LheoElement;
  /** How many things in it are worth a look, where somebody has looked already. */
  warnings?: number;
}

/** Who keeps it, when, and whether others see it then. */
export interface Saving {
  source: 'entered' | 'import' | 'agency';
  userId: number | null;
  now: Date;
  /**
   * Whether what is new or was archived becomes published; else it becomes a draft. The rest stays as it is.
   */
  publish: boolean;
}

/** What became of a formation. */
export interface Saved {
  verdict: 'new' | 'changed' | 'unchanged';
  offerId: number;
}

/** A formation that is written: what is known of it, and its levels. */
export interface Written {
  structureId: number;
  number: string;
  fingerprint: Buffer;
  split: SplitFormation;
  warnings: number | undefined;
}
