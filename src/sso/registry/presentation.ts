import type { Badge } from '#platform/web/views/badge.ts';
import type { OpensTo, Service } from '../services/rules.ts';

/** Whom a service opens to, in words. */
export const opensToLabels: Readonly<Record<OpensTo, string>> = Object.freeze({
  rights: 'Les personnes qui ont un des droits cochés',
  members: 'Les personnes d’une structure adhérente cette année',
  everyone: 'Toute personne qui a un compte',
  agency: 'Les gestionnaires de Cap Métiers',
});

export const iconLabels: Readonly<Record<string, string>> = Object.freeze({
  'box-arrow-up-right': 'Flèche vers un autre site',
  'journal-richtext': 'Cahier',
  'people-fill': 'Personnes',
  'mortarboard-fill': 'Formation',
  'briefcase-fill': 'Emploi',
  'calendar-event': 'Agenda',
  'bar-chart-fill': 'Chiffres',
  'file-earmark-text': 'Document',
});

/** Where a service stands. */
export function serviceBadge({ isSuspended, speaksCas, speaksOidc }: Service): Badge {
  if (isSuspended) return { label: 'Suspendu', glyph: 'pause-circle-fill', tone: 'warning' };
  if (!speaksCas && !speaksOidc) return { label: 'Lien seul', glyph: 'link-45deg', tone: 'neutral' };
  return { label: 'Ouvert', glyph: 'check-circle-fill', tone: 'success' };
}

/** « CAS et OpenID Connect » */
export const protocolsInWords = ({
  speaksCas,
  speaksOidc,
}: Pick<Service, 'speaksCas' | 'speaksOidc'>): string =>
  [speaksCas && 'CAS', speaksOidc && 'OpenID Connect'].filter(Boolean).join(' et ') || 'Aucun\u00a0: un lien';

/** What whoever runs a service is given to copy, by the software that they have. */
export function snippetsFor(service: Service, publicUrl: string): { title: string; text: string }[] {
  const { host, hostname, port, protocol } = new URL(publicUrl);
  const cas = [
    {
      title: 'Apache, mod_auth_cas',
      text: [
        `CASLoginURL ${publicUrl}/cas/login`,
        `CASValidateURL ${publicUrl}/cas/p3/serviceValidate`,
        'CASVersion 2',
        'CASSSOEnabled On',
      ].join('\n'),
    },
    {
      title: 'phpCAS 1.6 ou plus récent',
      text: [
        `phpCAS::client(CAS_VERSION_3_0, '${hostname}', ${port || (protocol === 'https:' ? 443 : 80)}, '/cas', 'https://adresse-du-service');`,
        'phpCAS::handleLogoutRequests();',
        'phpCAS::forceAuthentication();',
      ].join('\n'),
    },
  ];
  const openId = [
    {
      title: 'Apache, mod_auth_openidc',
      text: [
        `OIDCProviderMetadataURL ${publicUrl}/.well-known/openid-configuration`,
        `OIDCClientID ${service.key}`,
        'OIDCClientSecret LE_SECRET',
        'OIDCPKCEMethod S256',
        'OIDCScope "openid profile email structures"',
        // Headers hold no list of objects: the structures come in JSON alone.
        'OIDCPassUserInfoAs claims json',
      ].join('\n'),
    },
    {
      title: 'Node.js, openid-client',
      text: `const config = await client.discovery(new URL('${protocol}//${host}'), '${service.key}', process.env.CLIENT_SECRET);`,
    },
  ];
  return [...(service.speaksCas ? cas : []), ...(service.speaksOidc ? openId : [])];
}
