/** A drawing, as it is stored: strokes of points, each two whole numbers of a sheet of 1000 by 400. */
export type Strokes = readonly (readonly (readonly [x: number, y: number])[])[];

const WIDTH = 1000;
const HEIGHT = 400;
const MOST_CHARACTERS = 12_000;

const isPoint = (point: unknown): boolean =>
  Array.isArray(point) &&
  point.length === 2 &&
  [WIDTH, HEIGHT].every(
    (most, axis) => Number.isInteger(point[axis]) && point[axis] >= 0 && point[axis] <= most,
  );

/**
 * Reads a drawing that a page sent. Nobody has to draw: '' is none.
 * @returns the drawing as it is kept, '' for none; undefined for what is no drawing, or has fewer than two points, which is
 *   what a blank sheet sends whatever its browser believes
 */
export function readStrokes(sent: string): string | undefined {
  if (sent === '') return '';
  if (sent.length > MOST_CHARACTERS) return undefined;
  let strokes: unknown;
  try {
    strokes = JSON.parse(sent);
  } catch {
    return undefined;
  }
  if (!Array.isArray(strokes) || !strokes.every((one) => Array.isArray(one) && one.every(isPoint))) {
    return undefined;
  }
  return strokes.flat().length >= 2 ? JSON.stringify(strokes) : undefined;
}

/** The strokes of a kept drawing. */
export const strokesOf = (kept: string): Strokes => (kept === '' ? [] : JSON.parse(kept));
