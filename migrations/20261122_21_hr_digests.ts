import type { Knex } from 'knex';

/** Validators who prefer one e-mail a day, and the requests that wait to be announced in it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One row per person and structure that chose it; the others are told request by request.
    create table hr_digests (
      affiliation_id integer primary key references affiliations on delete cascade,
      since timestamptz not null
    );

    -- A row goes in the transaction that puts its e-mail in the queue: each request is announced once.
    create table hr_digest_requests (
      affiliation_id integer not null references affiliations on delete cascade,
      enrolment_id integer not null references enrolments on delete cascade,
      asked_at timestamptz not null,
      primary key (affiliation_id, enrolment_id)
    );
    create index hr_digest_requests_asked on hr_digest_requests (asked_at);
    create index hr_digest_requests_enrolment on hr_digest_requests (enrolment_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table hr_digest_requests, hr_digests;');
}
