import pg from 'pg';

/** Where the application's tables and those of its queue are. */
const SCHEMAS = ['public', 'graphile_worker'];
/** Somebody else did the same at the same moment: already there, not unique, updated under our hands. */
const CLASHES = ['42710', '23505', 'XX000'];
const ATTEMPTS = 5;

// A table whose changes a trigger refuses is one to which the application only adds.
const APPEND_ONLY = `exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                              where t.tgrelid = c.oid and p.proname = 'refuse_change')`;

/**
 * Makes the role that the application takes on where it is given no address of its own, and lets its owner take it
 * on. Roles belong to the whole server, several databases of which may start at once.
 * @param owner connected as the owner of the tables
 * @returns its name, derived from the owner's: two installations on one server do not share it
 * @throws the server's refusal (42501) where the owner may not make roles
 */
export async function ensureApplicationRole(owner: pg.ClientBase): Promise<string> {
  const { rows } = await owner.query<{ name: string }>(
    `select left(current_user, 50) || '_application' as name`,
  );
  const role = rows[0]?.name ?? '';
  const quoted = pg.escapeIdentifier(role);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rows: known } = await owner.query<{ usable: boolean }>(
        `select pg_has_role(oid, case when current_setting('server_version_num')::int >= 160000
                                      then 'SET' else 'MEMBER' end) as usable
           from pg_roles where rolname = $1`,
        [role],
      );
      if (known[0]?.usable) return role;
      if (!known[0]) await owner.query(`create role ${quoted} nologin`);
      await owner.query(`grant ${quoted} to current_user`);
      return role;
    } catch (error) {
      if (attempt === ATTEMPTS || !CLASHES.includes((error as pg.DatabaseError).code ?? '')) throw error;
    }
  }
}

/**
 * Gives a role what the application needs, and no more: rows everywhere, save that it cannot change the entries of
 * append-only tables nor the list of migrations, and owns nothing. Run after the migrations, it covers what they made.
 * @param owner alone to do this at that moment (`prepareDatabase` sees to it)
 */
export async function grantToApplication(owner: pg.ClientBase, role: string): Promise<void> {
  const to = pg.escapeIdentifier(role);
  await owner.query('begin');
  try {
    for (const schema of SCHEMAS) await owner.query(`grant usage on schema ${schema} to ${to}`);
    for (const { name, isTable, isAppendOnly, isMigrations, needsPolicy } of await findRelations(
      owner,
      role,
    )) {
      if (!isTable) {
        await owner.query(`grant usage, select on sequence ${name} to ${to}`);
        continue;
      }
      await owner.query(`revoke all on ${name} from ${to}`);
      const rights = isMigrations
        ? 'select'
        : isAppendOnly
          ? 'select, insert'
          : 'select, insert, update, delete';
      await owner.query(`grant ${rights} on ${name} to ${to}`);
      // The queue hides its rows from everybody but their owner.
      if (needsPolicy)
        await owner.query(`create policy ${to} on ${name} to ${to} using (true) with check (true)`);
    }
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

interface Relation {
  /** With its schema, quoted. */
  name: string;
  /** Or view; else a sequence. */
  isTable: boolean;
  isAppendOnly: boolean;
  isMigrations: boolean;
  needsPolicy: boolean;
}

async function findRelations(owner: pg.ClientBase, role: string): Promise<Relation[]> {
  const { rows } = await owner.query<Relation>(
    `select format('%I.%I', n.nspname, c.relname) as name, c.relkind <> 'S' as "isTable",
            ${APPEND_ONLY} as "isAppendOnly", c.relname like 'knex_migrations%' as "isMigrations",
            c.relrowsecurity and not exists (
              select from pg_policy p join pg_roles r on r.oid = any(p.polroles)
               where p.polrelid = c.oid and r.rolname = $2) as "needsPolicy"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'm', 'S') and pg_has_role(c.relowner, 'USAGE')
      order by name`,
    [SCHEMAS, role],
  );
  return rows;
}

/** Whether whoever is connected can change what was written once: by a privilege, or as an owner of the table. */
export async function mayChangeHistory(application: pg.ClientBase): Promise<boolean> {
  const { rows } = await application.query<{ may: boolean }>(
    `select coalesce(bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
                             or pg_has_role(c.relowner, 'USAGE')), true) as may
       from pg_class c where c.relkind = 'r' and ${APPEND_ONLY}`,
  );
  return rows[0]?.may ?? true;
}
