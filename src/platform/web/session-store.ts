import { randomBytes } from 'node:crypto';
import pgSession from 'connect-pg-simple';
import type { Request } from 'express';
import session from 'express-session';
import type pg from 'pg';
import { nameOf } from '../database/preparing.ts';
import type { Dependencies } from '../dependencies.ts';

/** How often a visit is noted: a row written per page would make every GET a write. */
const TOUCH_EVERY_MS = 10 * 60 * 1000;

const PgStore = pgSession(session);

const READ = 'select sess from web_sessions where sid = $1 and expire >= to_timestamp($2)';
const READ_NAME = nameOf(READ);

/**
 * The rows of browser sessions. A row is inserted by a new session only; a session that was read is updated where its
 * row still is. Whoever ends a session by deleting its row has ended it, whatever requests of that session are on
 * their way and will be written later.
 */
export class SessionStore extends PgStore {
  readonly #pool: pg.Pool;
  readonly #idleMs: number;
  /** The sessions that have, or had, a row. */
  readonly #stored = new WeakSet<object>();
  readonly #noted = new Map<string, number>();

  /** @param idleMs after how long without a page a session is over */
  constructor(pool: pg.Pool, idleMs: number) {
    // Rows that are over go by a task of the queue: no timer of a process outlives its pool.
    super({ pool, tableName: 'web_sessions', pruneSessionInterval: false });
    this.#pool = pool;
    this.#idleMs = idleMs;
  }

  override createSession(req: Request, data: session.SessionData): session.Session & session.SessionData {
    const made = super.createSession(req, data);
    this.#stored.add(made);
    return made;
  }

  // As the library reads it, save that the statement is prepared: every page of somebody signed in runs it.
  override get(sid: string, done: (error: unknown, data?: session.SessionData | null) => void): void {
    this.#pool
      .query<{ sess: session.SessionData }>({
        name: READ_NAME,
        text: READ,
        values: [sid, Math.ceil(Date.now() / 1000)],
      })
      .then(
        ({ rows }) => done(null, rows[0]?.sess ?? null),
        (error: unknown) => done(error),
      );
  }

  override set(sid: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    const isStored = this.#stored.has(data);
    this.#stored.add(data);
    this.#note(sid);
    this.#pool
      .query(
        isStored
          ? 'update web_sessions set sess = $2, expire = to_timestamp($3) where sid = $1'
          : 'insert into web_sessions (sid, sess, expire) values ($1, $2, to_timestamp($3))',
        [sid, JSON.stringify(data), this.#expiry()],
      )
      .then(
        () => done?.(),
        (error: unknown) => done?.(error),
      );
  }

  override touch(sid: string, _data: session.SessionData, done?: (error?: unknown) => void): void {
    if (Date.now() - (this.#noted.get(sid) ?? 0) < TOUCH_EVERY_MS) {
      done?.();
      return;
    }
    this.#note(sid);
    this.#pool
      .query('update web_sessions set expire = to_timestamp($2) where sid = $1', [sid, this.#expiry()])
      .then(
        () => done?.(),
        (error: unknown) => done?.(error),
      );
  }

  /** Whether a session has a row, as far as this process has seen: whoever ended it since has deleted that. */
  hasStored(data: object): boolean {
    return this.#stored.has(data);
  }

  // In seconds of the computer's time, as the rest of the store reads it.
  #expiry(): number {
    return Math.ceil((Date.now() + this.#idleMs) / 1000);
  }

  #note(sid: string): void {
    if (this.#noted.size > 10_000) this.#noted.clear();
    this.#noted.set(sid, Date.now());
  }

  /**
   * Gives the session of a request another id, and changes of what it holds with it.
   * @returns false when its row is no more: the session was ended meanwhile, and stays so
   */
  async renew(req: Request, changes: Partial<session.SessionData>): Promise<boolean> {
    const sid = randomBytes(24).toString('base64url');
    const { rows } = await this.#pool.query<{ sess: session.SessionData }>(
      `update web_sessions set sid = $2, sess = cast(cast(sess as jsonb) || cast($3 as jsonb) as json)
        where sid = $1 returning sess`,
      [req.sessionID, sid, JSON.stringify(changes)],
    );
    const renewed = rows[0]?.sess;
    if (!renewed) return false;
    req.sessionID = sid;
    this.createSession(req, renewed);
    return true;
  }
}

/** Forgets the browser sessions that are over: nothing reads them any more. A scheduled job. */
export async function forgetOldSessions({ db }: Pick<Dependencies, 'db'>): Promise<void> {
  // « expire » has no time zone: it is written, and so compared, in that of the connection, whatever the computer's is.
  await db('web_sessions')
    .whereRaw('expire < to_timestamp(?)', [Date.now() / 1000])
    .delete();
}
