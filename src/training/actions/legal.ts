import { z } from 'zod';
import { checkbox, choice, optionalLongText } from '#platform/web/forms/fields.ts';
import { natureLabels } from './rules.ts';

/** What the documents of a training say of an action beyond its page (code du travail, D6353-1). */
export interface ActionLegal {
  /** A key of {@link natureLabels}. */
  nature: string;
  means: string;
  followUp: string;
  evaluation: string;
  sanction: string;
  /** Partly paid by European funds: its documents are kept for ten years. */
  isCofinanced: boolean;
}

/** Of an action of which nothing was said. */
export const NO_LEGAL: ActionLegal = Object.freeze({
  nature: 'training',
  means: '',
  followUp: '',
  evaluation: '',
  sanction: '',
  isCofinanced: false,
});

/** As long as each text may be, in characters. */
export const LONGEST_LEGAL = { moyens: 2000, suivi: 2000, evaluation: 2000, sanction: 500 } as const;

export const natureOptions = Object.entries(natureLabels).map(([value, label]) => ({
  value,
  label: label.charAt(0).toUpperCase() + label.slice(1),
}));

/** The part of an action's form that is for its documents. */
export const legalForm = z.object({
  nature: choice(['', ...Object.keys(natureLabels)], 'Choisissez la nature de l’action.').transform(
    (value) => value || NO_LEGAL.nature,
  ),
  moyens: optionalLongText(LONGEST_LEGAL.moyens),
  suivi: optionalLongText(LONGEST_LEGAL.suivi),
  evaluation: optionalLongText(LONGEST_LEGAL.evaluation),
  sanction: optionalLongText(LONGEST_LEGAL.sanction),
  cofinancement: checkbox(),
});

/** The names of the fields. */
export const legalLabels = Object.freeze({
  nature: 'Nature de l’action',
  moyens: 'Moyens pédagogiques et techniques',
  suivi: 'Modalités de déroulement et de suivi',
  evaluation: 'Évaluation des acquis',
  sanction: 'Sanction de la formation',
  cofinancement: 'Action cofinancée par l’Union européenne',
});

/** What a form says. */
export const legalOf = (data: z.output<typeof legalForm>): ActionLegal => ({
  nature: data.nature,
  means: data.moyens,
  followUp: data.suivi,
  evaluation: data.evaluation,
  sanction: data.sanction,
  isCofinanced: data.cofinancement,
});

/** The fields that show it. */
export const legalFields = (legal: ActionLegal): Record<keyof typeof legalLabels, string> => ({
  nature: legal.nature,
  moyens: legal.means,
  suivi: legal.followUp,
  evaluation: legal.evaluation,
  sanction: legal.sanction,
  cofinancement: legal.isCofinanced ? '1' : '',
});
