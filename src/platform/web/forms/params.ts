import type { Request } from 'express';
import { NotFound } from '../../errors.ts';
import { parseRowId } from './fields.ts';

/**
 * A row's number in the address, `:structureId`.
 * @throws NotFound for anything else: what is no number names nothing
 */
export function idParam(req: Request, name: string): number {
  const id = parseRowId(req.params[name]);
  if (id === undefined) throw new NotFound();
  return id;
}
