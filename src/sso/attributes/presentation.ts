import { type Right, rightDefinitions } from '#access/rights.ts';
import type { Attribute, Person, Service } from '../services/rules.ts';
import { structuresFor, userFor } from './rules.ts';

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
  const structures = structuresFor(service, person);
  const ofStructure = (rights: readonly Right[], name: string) =>
    rights.map((right) => `${rightDefinitions[right].label} (${name})`);
  const values: Record<Attribute, string[]> = {
    mail: [person.email],
    givenname: [person.firstName],
    sn: [person.lastName],
    displayname: [`${person.firstName} ${person.lastName}`],
    siret: structures.map(({ siret }) => siret),
    structure: structures.map(({ name }) => name),
    droit: structures.flatMap(({ name, rights }) => ofStructure(rights, name)),
  };
  const attributes = service.attributes.map(({ attribute }) => ({
    label: attributeLabels[attribute],
    values: values[attribute],
  }));
  const user =
    userFor(service, person) === person.email
      ? { label: 'Nom d’utilisateur', values: [person.email] }
      : { label: 'Nom d’utilisateur', values: ['un identifiant au hasard, toujours le même'] };
  return [user, ...attributes].filter((one) => one.values.length > 0);
}
