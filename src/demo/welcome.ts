import { DEMO_EMAIL_DOMAIN, DEMO_PASSWORD } from '#platform/config.ts';

/** Says in the terminal where the demo is and who can sign in (domain.md §11). */
export function welcome(
  siteUrl: string,
  { mailboxUrl, serviceUrl }: { mailboxUrl: string; serviceUrl: string },
  directory: string,
): void {
  const accounts: [string, string][] = [
    ['gestionnaire', 'gestionnaire Cap Métiers (agence)'],
    ['referent', 'référent d’une structure adhérente'],
    ['valideur', 'Valideur RH de la même structure'],
    ['beneficiaire', 'bénéficiaire de la même structure'],
    ['prestataire', 'prestataire, dans un organisme de formation'],
  ];
  process.stdout.write(
    [
      '',
      `  Portail       ${siteUrl}`,
      `  ParcoursPro   ${siteUrl}/parcourspro`,
      `  Courriels     ${mailboxUrl}`,
      `  Service       ${serviceUrl} (entre par le portail)`,
      '',
      `  Comptes de démonstration, mot de passe ${DEMO_PASSWORD} :`,
      ...accounts.map(([name, role]) => `    ${(name + DEMO_EMAIL_DOMAIN).padEnd(28)} ${role}`),
      '',
      `  Ctrl-C arrête tout ; les données restent dans ${directory} pour la prochaine fois.`,
      '',
      '',
    ].join('\n'),
  );
}
