/** The class behind knex's `client: 'pg'`, which a dialect of one's own extends; knex ships no types for it. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import { type Knex, knex } from 'knex';

  export default class PostgresDialect extends knex.Client {
    protected _query(connection: object, statement: Knex.Sql): Promise<Knex.Sql>;
  }
}
