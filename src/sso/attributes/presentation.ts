import { rightDefinitions } from '#access/rights.ts';
import { formatSiret } from '#platform/french/words.ts';
import { ATTRIBUTES, type Attribute, type Person, type Service } from '../services/rules.ts';
import { userFor, valuesFor } from './rules.ts';

/** What a service may be told, in words. */
export const attributeLabels: Readonly<Record<Attribute, string>> = Object.freeze({
  mail: 'Adresse e-mail',
  givenname: 'Prénom',
  sn: 'Nom',
  displayname: 'Prénom et nom',
  siret: 'SIRET des structures',
  structure: 'Noms des structures',
  droit: 'Droits dans ces structures',
});

/** What a service is told of a person, in words: each thing with its values. */
export function toldInWords(service: Service, person: Person): { label: string; values: string[] }[] {
  const values = valuesFor(
    service,
    person,
    (right, { name }) => `${rightDefinitions[right].label} (${name})`,
  );
  const told = new Set(service.attributes.map(({ attribute }) => attribute));
  // In the order of the form, whatever that of the rows.
  const attributes = ATTRIBUTES.filter((attribute) => told.has(attribute)).map((attribute) => ({
    label: attributeLabels[attribute],
    values: attribute === 'siret' ? values.siret.map(formatSiret) : values[attribute],
  }));
  const user =
    userFor(service, person) === person.email
      ? { label: 'Nom d’utilisateur', values: [person.email] }
      : { label: 'Nom d’utilisateur', values: ['un identifiant au hasard, toujours le même'] };
  return [user, ...attributes].filter((one) => one.values.length > 0);
}
