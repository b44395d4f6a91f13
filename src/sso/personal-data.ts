import type { PersonalData } from '#platform/personal-data.ts';
import { forgetVisitsOf } from './visits/service.ts';

export const personalData: PersonalData = {
  exported: {
    ssoSubject: { value: 'u.sso_subject' },
    servicesOpened: {
      rows: `
        select s.name, v.opened_at as "openedAt", v.closed_at as "closedAt"
          from sso_visits v join services s on s.id = v.service_id where v.user_id = u.id order by v.id`,
    },
  },
  people: {
    'sso_tickets.user_id': 'deleted',
    // Those whose end is still to be told; gone within the hour once it is, or is given up.
    'sso_visits.user_id': 'kept',
    'services.created_by': 'kept',
  },
  erase: (trx, { id, at }) => forgetVisitsOf(trx, id, at),
  erased: {
    'sso_tickets.ticket_hash': '(a secret)',
    'sso_tickets.service_url': '(where the browser was sent: gone with the person, else after a day)',
    'sso_tickets.kind': '(of a ticket: gone with the person, else after a day)',
    'sso_tickets.proxies': '(of a ticket: gone with the person, else after a day)',
    'sso_tickets.ip': '(of a ticket: gone with the person, else after a day)',
    'sso_tickets.request_id': '(of a ticket: gone with the person, else after a day)',
  },
  kept: {
    'sso_visits.sealed_ticket': 'sealed, and gone once the service has been told, or is no longer to be',
    'sso_visits.logout_url': 'an address of the service',
    'sso_visits.oidc_sid': 'random',
    'oidc_records.sealed_payload': 'sealed with a key that the database has not, and gone when it runs out',
    'oidc_records.id_hash': 'a hash',
    'oidc_records.oidc_sid': 'random',
    'services.contact_email': 'whom the agency writes to about a service: it is the service’s',
  },
  impersonal: {
    services: 'key name description home_url icon state opens_to subject cas_logout_url',
    service_addresses: 'kind url',
    service_rights: 'right',
    service_attributes: 'attribute name',
    service_secrets: 'secret_hash',
    service_silences: 'listener',
    sso_visits: 'protocol because',
    oidc_records: 'model',
    sso_keys: 'kid sealed_private_jwk public_jwk',
  },
};
