import type { Knex } from 'knex';
import { DEMO_SERVICE } from '#demo/service.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { ATTRIBUTES } from '#sso/services/rules.ts';

/** The small service that starts with the demo (`src/demo/service/`): by CAS and by OpenID Connect, open to everybody. */
export async function insertServices(
  trx: Knex.Transaction,
  { port, by, now }: { port: number; by: number | null; now: Date },
): Promise<void> {
  const own = `http://localhost:${port}`;
  const [service] = await trx('services').insert(
    {
      key: DEMO_SERVICE.key,
      name: DEMO_SERVICE.name,
      description: 'Entre par le portail et montre ce qu’il reçoit.',
      home_url: `${own}/`,
      opens_to: 'everyone',
      subject: 'email',
      speaks_cas: true,
      speaks_oidc: true,
      position: 90,
      created_at: now,
      created_by: by,
      updated_at: now,
    },
    'id',
  );
  const service_id: number = service.id;
  const addresses = {
    cas: [`${own}/`],
    redirect: [`${own}/openid/retour`],
    post_logout: [`${own}/`],
    backchannel: [`${own}/openid/deconnexion`],
  };
  await trx('service_addresses').insert(
    Object.entries(addresses).flatMap(([kind, urls]) => urls.map((url) => ({ service_id, kind, url }))),
  );
  await trx('service_attributes').insert(
    ATTRIBUTES.map((attribute) => ({ service_id, attribute, name: attribute })),
  );
  const rights = ['referent', 'beneficiary', 'hr_validator', 'provider'];
  await trx('service_rights').insert(rights.map((right) => ({ service_id, right })));
  await trx('service_secrets').insert({
    service_id,
    secret_hash: hashToken(DEMO_SERVICE.secret),
    created_at: now,
  });
}
