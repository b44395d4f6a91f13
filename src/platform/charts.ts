import { createRequire } from 'node:module';
import type { ComposeOption } from 'echarts';
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, LegendComponentOption } from 'echarts/components';
import { lazily } from './lazily.ts';

// Bars, lines and their axes in one file: as modules, they are six hundred, which take a start longer than all the rest.
const echarts = lazily(
  () => createRequire(import.meta.url)('echarts/dist/echarts.common.min.js') as typeof import('echarts'),
);

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

// In pixels. The page shows the one that fits: a wide one made smaller for a phone would have letters of half the size.
const WIDE = 560;
const NARROW = 300;
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
 * Draws bars (and lines) as SVG elements that stand in a page: no script, no style of their own (the pages' CSP
 * refuses them), a name and a description for screen readers. Twice, for wide and for narrow windows, of which a page
 * shows one: there, one line of the drawing per category.
 */
export function barChart(chart: Chart): string {
  const { categories, isHorizontal = false } = chart;
  const wide = draw(optionOf(chart), WIDE, isHorizontal ? 24 + categories.length * 34 : 280);
  const narrow = draw(narrowOptionOf(chart), NARROW, narrowHeight(chart));
  return accessible(wide, chart, 'wide') + accessible(narrow, chart, 'narrow');
}

function draw(option: Option, width: number, height: number): string {
  const drawing = echarts().init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption(option);
    return withoutStyle(drawing.renderToSVGString());
  } finally {
    drawing.dispose();
  }
}

function optionOf({ categories, series, isHorizontal = false, isStacked = false, unit = '' }: Chart): Option {
  const hasLegend = series.length > 1;
  const category = {
    ...categoryAxis(categories.map((label) => (isHorizontal ? shortened(label) : label))),
    inverse: isHorizontal,
  };
  const value = {
    ...valueAxis,
    show: !isHorizontal,
    splitLine: { show: !isHorizontal, lineStyle: { color: LINE } },
    axisLabel: { ...TEXT, formatter: (one: number) => `${number.format(one)}${unit}` },
  };
  return {
    ...common,
    grid: isHorizontal
      ? { left: roomFor(categories), right: ROOM_FOR_NUMBER, top: 12, bottom: 8, outerBoundsMode: 'none' }
      : { left: 8, right: 8, top: hasLegend ? LEGEND : 12, bottom: 18 },
    ...(hasLegend ? legend : {}),
    xAxis: isHorizontal ? value : category,
    yAxis: isHorizontal ? category : value,
    series: series.map(({ name, values, isLine = false }) => ({
      name,
      type: isLine ? ('line' as const) : ('bar' as const),
      ...(isStacked && !isLine ? { stack: 'all' } : {}),
      data: [...values],
      barMaxWidth: 26,
      silent: true,
      ...(isHorizontal ? { label: numberBeside('') } : {}),
    })),
  };
}

/** Of a bar and what stands above or below it, in a narrow window. */
const BAR = 18;
/** Labels longer than this stand above their bars rather than beside. */
const BESIDE = 6;

const isBeside = ({ categories }: Chart) => categories.every((label) => label.length <= BESIDE);
const legendOf = ({ series }: Chart) => (series.length > 1 ? LEGEND : 4);

/** The height of the bars of one category, and of its label where that stands above them. */
function linesOf(chart: Chart): { bars: number; all: number } {
  const bars = BAR * (chart.isStacked ? 1 : chart.series.length);
  return { bars, all: bars + (isBeside(chart) ? 10 : 30) };
}

const narrowHeight = (chart: Chart) => legendOf(chart) + chart.categories.length * linesOf(chart).all + 8;

function narrowOptionOf(chart: Chart): Option {
  const { categories, series, isStacked = false, unit = '' } = chart;
  const { bars } = linesOf(chart);
  const above = {
    inside: true,
    align: 'left' as const,
    verticalAlign: 'bottom' as const,
    margin: 0,
    padding: [0, 0, bars / 2 + 3, 0],
  };
  return {
    ...common,
    grid: {
      left: isBeside(chart) ? roomFor(categories) : 0,
      right: ROOM_FOR_NUMBER,
      top: legendOf(chart),
      bottom: 0,
      outerBoundsMode: 'none',
    },
    ...(series.length > 1 ? legend : {}),
    xAxis: { ...valueAxis, show: false },
    yAxis: {
      ...categoryAxis([...categories]),
      inverse: true,
      axisLine: { show: false },
      z: 3,
      axisLabel: { ...TEXT, interval: 0, ...(isBeside(chart) ? {} : above) },
    },
    series: series.map(({ name, values }) => ({
      name,
      type: 'bar' as const,
      ...(isStacked ? { stack: 'all' } : {}),
      data: [...values],
      barWidth: BAR - 4,
      barGap: '20%',
      silent: true,
      ...(isStacked ? {} : { label: numberBeside(unit) }),
    })),
  };
}

const TEXT = { color: INK, fontSize: LETTERS };
/** Above the bars. */
const LEGEND = 40;
const ROOM_FOR_NUMBER = 56;
const legend = { legend: { top: 0, left: 0, itemGap: 16, textStyle: TEXT } };
const common = { animation: false, color: COLOURS, textStyle: { fontFamily: 'inherit', color: INK } };
const valueAxis = { type: 'value' as const, min: 0, minInterval: 1 };

const categoryAxis = (data: string[]) => ({
  type: 'category' as const,
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: LINE } },
  axisLabel: { ...TEXT, interval: 0 },
});

const numberBeside = (unit: string) => ({
  show: true,
  position: 'right' as const,
  ...TEXT,
  formatter: ({ value }: { value?: unknown }) =>
    value === null || value === undefined ? '' : `${number.format(Number(value))}${unit}`,
});

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

function accessible(svg: string, { title, summary }: Chart, window: 'wide' | 'narrow'): string {
  serial = (serial + 1) % 1_000_000;
  const id = `chart-${serial}`;
  return svg
    .replace(
      /<svg width="(\d+)" height="(\d+)"/,
      `<svg class="chart chart--${window}" role="img" aria-labelledby="${id}-t ${id}-d"`,
    )
    .replace(
      />/,
      `><title id="${id}-t">${escapeXml(title)}</title><desc id="${id}-d">${escapeXml(summary)}</desc>`,
    );
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
