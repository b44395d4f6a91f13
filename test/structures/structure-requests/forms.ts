import type { TestSite } from '../../support/app.ts';
import { lastRequest } from '../../support/requests.ts';

/** The answers of somebody who describes their structure right. */
export const described = (siret: string, email: string) => ({
  siret,
  name: 'Atelier des Landes',
  acronym: 'ADL',
  brand: '',
  ape_code: '8559a',
  kind: 'association',
  address: '3 rue du Pin',
  postcode: '40000',
  city: 'Mont-de-Marsan',
  civility: 'Mme',
  last_name: 'Proviste',
  first_name: 'Alix',
  email,
  phone: '05 58 00 00 00',
});

/** Asks for a structure to be added. @returns the request's id */
export async function askForStructure(site: TestSite, siret: string, email: string): Promise<number> {
  const { status } = await site.visitor().submit('/referencement', described(siret, email));
  if (status !== 303) throw new Error(`not taken: ${status}`);
  const { id } = await lastRequest(site.dependencies.db, 'structure_request', { siret, email });
  return id;
}
