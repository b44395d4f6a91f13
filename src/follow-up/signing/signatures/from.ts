import type { Request } from 'express';
import type { From } from './service.ts';

/** By what a signature comes. */
export const fromOf = (req: Request): From => ({
  ip: req.ip ?? '',
  userAgent: req.get('user-agent') ?? '',
});
