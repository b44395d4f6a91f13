import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';

/** The agency's back office. */
export function agencySite(_dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  return site;
}
