import { barChart } from '#platform/charts.ts';
import { type Cell, toCsv } from '#platform/csv/csv.ts';
import type { Results, ShownQuestion } from './service.ts';

/** A question as a page shows it: with a drawing, where there is something to draw. */
export interface DrawnQuestion extends ShownQuestion {
  chart: string | null;
}

/** The questions with their charts. */
export function withCharts(results: Results): DrawnQuestion[] {
  return results.questions.map((question) => ({
    ...question,
    chart: question.answers === 0 ? null : drawingOf(question),
  }));
}

const drawingOf = ({ label, options, answers }: ShownQuestion) =>
  barChart({
    title: label,
    summary: `${options.map((one) => `${one.label} : ${one.share} %`).join(' ; ')}. ${answers} réponses.`,
    categories: options.map((one) => one.label),
    series: [{ name: 'Réponses', values: options.map((one) => one.answers) }],
    isHorizontal: true,
  });

/** The same figures, one line per answer of each question, then the texts. */
export function resultsCsv(results: Results): string {
  const rows: Cell[][] = [['Question', 'Réponse', 'Nombre', 'Part (%)', 'Moyenne sur 5']];
  for (const { type, label, options, mean, texts } of results.questions) {
    if (type === 'text') rows.push(...texts.map((body) => [label, body, null, null, null]));
    else {
      rows.push(
        ...options.map((one, index) => [
          label,
          one.label,
          one.answers,
          one.share,
          index === 0 && mean !== null ? mean.toLocaleString('fr-FR') : null,
        ]),
      );
    }
  }
  return toCsv(rows);
}
