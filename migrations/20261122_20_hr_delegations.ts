import type { Knex } from 'knex';

/**
 * A validator's absence: somebody else of the structure decides in their place, from one day to another. It hangs on
 * two rights, so that it ends with them and never comes back by itself: the validator's own, and « bénéficiaire » of
 * the other, which everybody has while they belong to the structure with an account that is open.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table hr_delegations (
      id integer generated always as identity primary key,
      delegator_affiliation_id integer not null,
      delegator_right text not null generated always as ('hr_validator') stored,
      delegate_affiliation_id integer not null,
      delegate_right text not null generated always as ('beneficiary') stored,
      -- Days of Paris, both included.
      starts_on date not null,
      ends_on date not null,
      created_at timestamptz not null,
      -- When both were told that it begins.
      start_told_at timestamptz,
      foreign key (delegator_affiliation_id, delegator_right) references affiliation_rights on delete cascade,
      foreign key (delegate_affiliation_id, delegate_right) references affiliation_rights on delete cascade,
      check (delegator_affiliation_id <> delegate_affiliation_id),
      check (starts_on <= ends_on and ends_on < starts_on + interval '1 year')
    );
    create index hr_delegations_delegator on hr_delegations (delegator_affiliation_id);
    create index hr_delegations_delegate on hr_delegations (delegate_affiliation_id);

    -- Who decides as Valideur RH for a structure, on which days: by the right, or in the place of somebody who has it.
    create view acting_validators as
      select a.structure_id, a.user_id, cast(null as integer) as for_user_id, cast(null as integer) as delegation_id,
             cast('-infinity' as date) as from_day, cast('infinity' as date) as until_day
        from affiliations a join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'hr_validator'
      union all
      select d.structure_id, d.user_id, o.user_id, h.id, h.starts_on, h.ends_on
        from hr_delegations h
        join affiliations d on d.id = h.delegate_affiliation_id
        join affiliations o on o.id = h.delegator_affiliation_id and o.structure_id = d.structure_id;

    -- « par X, pour Y »
    alter table enrolment_history
      add for_user_id integer references users,
      add check (for_user_id is null or by_role = 'hr_validator');

    -- A link sent to somebody who stands in for another is theirs as that one only, and goes with the delegation.
    alter table decision_links add delegation_id integer references hr_delegations on delete cascade;
    create index decision_links_delegation on decision_links (delegation_id) where delegation_id is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table decision_links drop delegation_id;
    alter table enrolment_history drop for_user_id;
    drop view acting_validators;
    drop table hr_delegations;
  `);
}
