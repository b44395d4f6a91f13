import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    federatedIdentities: {
      rows: `
        select f.issuer, f.subject, f.linked_at as "linkedAt", f.last_used_at as "lastUsedAt"
          from federated_identities f where f.user_id = u.id order by f.id`,
    },
  },
  people: { 'federated_identities.user_id': 'deleted', 'federated_links.user_id': 'deleted' },
  erased: {
    'federated_identities.issuer': 'federatedIdentities.issuer',
    'federated_identities.subject': 'federatedIdentities.subject',
    'federated_links.token_hash': '(a secret)',
    'federated_links.issuer': '(of a link that works for an hour)',
    'federated_links.subject': '(of a link that works for an hour)',
  },
};
