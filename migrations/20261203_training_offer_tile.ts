import type { Knex } from 'knex';

const OUTSIDE = 'https://rafael.cap-metiers.pro';

/**
 * The tile RAFAEL led to a site of its own; it leads to the pages of RafaelPro here, except where the agency has given
 * it another address meanwhile.
 */
export async function up(knex: Knex): Promise<void> {
  await knex('services').where({ key: 'rafael', home_url: OUTSIDE }).update({ home_url: '/rafaelpro' });
}

export async function down(knex: Knex): Promise<void> {
  await knex('services').where({ key: 'rafael', home_url: '/rafaelpro' }).update({ home_url: OUTSIDE });
}
