import { z } from 'zod';
import { longText, rowId, text } from '#platform/web/forms/fields.ts';
import type { Model } from './service.ts';

/** One of the boxes of kinds. */
export const kindField = (id: number) => `type_${id}`;

/** « Modèle d’open badge »; its kinds are read apart, as there are as many boxes as kinds. */
export const modelForm = z.object({
  nom: text('Donnez un nom au badge.', 100),
  description: longText('Dites en une phrase ce que le badge atteste.', 500),
  criteres: longText('Dites ce qu’il faut avoir fait pour l’obtenir.', 2000),
});

/** The fields of a model as its form shows them. */
export const fieldsOf = ({ name, description, criteria, kindIds }: Model): Record<string, string> => ({
  nom: name,
  description,
  criteres: criteria,
  ...Object.fromEntries(kindIds.map((id) => [kindField(id), '1'])),
});

/** What somebody else's change is told by. */
export const fieldLabels = { nom: 'Nom', description: 'Description', criteres: 'Critères' } as const;

/** An action to add. */
export const actionForm = z.object({ action: rowId('Choisissez une action.') });
