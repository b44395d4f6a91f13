import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

type Option = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption>;

/** What a chart shows. The same figures must be on the page as a table: a drawing is not for everybody. */
export interface Chart {
  /** Said to those who do not see it, with `summary`. */
  title: string;
  summary: string;
  categories: readonly string[];
  series: readonly { name: string; values: readonly (number | null)[]; isLine?: boolean }[];
  /** One bar per line, for long labels. */
  isHorizontal?: boolean;
  /** The series on top of each other instead of side by side. */
  isStacked?: boolean;
  /** After the numbers of the axis: « % ». */
  unit?: string;
}

// Drawn small, so that letters stay readable when a phone makes it smaller still.
const WIDTH = 560;
const LETTERS = 14;
const INK = '#17293b';
const LINE = '#d8e0e6';
// Told apart by their lightness as much as by their hue; 3:1 at least on white.
const COLOURS = ['#0a5d6b', '#c27a10', '#5b7fb5', '#a81e17'];

// Fonts of browsers are wider than what is measured here without one: room is left by the number of letters.
const LETTER_WIDTH = 8.2;
const MOST_LETTERS = 32;

const number = new Intl.NumberFormat('fr-FR');

/**
 * Draws bars (and lines) as an SVG element that stands in a page: no script, no style of its own (the pages' CSP
 * refuses them), a name and a description for screen readers.
 */
export function barChart(chart: Chart): string {
  const { categories, isHorizontal = false } = chart;
  const height = isHorizontal ? 24 + categories.length * 34 : 280;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    drawing.setOption(optionOf(chart));
    return accessible(withoutStyle(drawing.renderToSVGString()), chart);
  } finally {
    drawing.dispose();
  }
}

function optionOf({ categories, series, isHorizontal = false, isStacked = false, unit = '' }: Chart): Option {
  const hasLegend = series.length > 1;
  const text = { color: INK, fontSize: LETTERS };
  const category = {
    type: 'category' as const,
    data: categories.map((label) => (isHorizontal ? shortened(label) : label)),
    inverse: isHorizontal,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: LINE } },
    axisLabel: { ...text, interval: 0 },
  };
  const value = {
    type: 'value' as const,
    min: 0,
    minInterval: 1,
    show: !isHorizontal,
    splitLine: { show: !isHorizontal, lineStyle: { color: LINE } },
    axisLabel: { ...text, formatter: (one: number) => `${number.format(one)}${unit}` },
  };
  return {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: 'inherit', color: INK },
    grid: isHorizontal
      ? { left: roomFor(categories), right: 56, top: 12, bottom: 8, outerBoundsMode: 'none' }
      : { left: 8, right: 8, top: hasLegend ? 40 : 12, bottom: 14 },
    ...(hasLegend ? { legend: { top: 0, left: 0, itemGap: 16, textStyle: text } } : {}),
    xAxis: isHorizontal ? value : category,
    yAxis: isHorizontal ? category : value,
    series: series.map(({ name, values, isLine = false }) => ({
      name,
      type: isLine ? ('line' as const) : ('bar' as const),
      ...(isStacked && !isLine ? { stack: 'all' } : {}),
      data: [...values],
      barMaxWidth: 26,
      silent: true,
      ...(isHorizontal
        ? {
            label: {
              show: true,
              position: 'right' as const,
              ...text,
              formatter: ({ value }: { value?: unknown }) => number.format(Number(value)),
            },
          }
        : {}),
    })),
  };
}

const shortened = (label: string) =>
  label.length > MOST_LETTERS ? `${label.slice(0, MOST_LETTERS - 1).trimEnd()}…` : label;

const roomFor = (labels: readonly string[]) =>
  16 + LETTER_WIDTH * Math.max(0, ...labels.map((label) => shortened(label).length));

/** The styles of texts as attributes, and nothing of what serves the mouse. */
function withoutStyle(svg: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xmlns:xlink|baseProfile|version)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, declarations: string) =>
      declarations
        .split(';')
        .map((one) => one.split(':'))
        .filter(([name, content]) => name && content && content !== 'inherit')
        .map(([name, content]) => ` ${name}="${content}"`)
        .join(''),
    )
    .replace(/\n+/g, '');
}

let serial = 0;

function accessible(svg: string, { title, summary }: Chart): string {
  serial = (serial + 1) % 1_000_000;
  const id = `chart-${serial}`;
  return svg
    .replace(
      /<svg width="(\d+)" height="(\d+)"/,
      `<svg class="chart" role="img" aria-labelledby="${id}-t ${id}-d"`,
    )
    .replace(
      />/,
      `><title id="${id}-t">${escapeXml(title)}</title><desc id="${id}-d">${escapeXml(summary)}</desc>`,
    );
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
