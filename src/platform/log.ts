import { type Logger, pino } from 'pino';

/** The application's log: JSON lines without personal data beyond a user's id. */
export function createLog(level: string): Logger {
  return pino({
    level,
    redact: { paths: ['req.headers', 'res.headers', '*.password', '*.email'], remove: true },
  });
}
