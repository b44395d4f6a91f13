/**
 * What is the same for everybody, read once for all who ask for it at the same moment: whoever gets it, it was asked
 * for within the last milliseconds. Nothing has to be told of a change, in this process nor in another. A reading that
 * fails is kept for nobody.
 * @param milliseconds 0 shares nothing
 * @param now milliseconds that only go forward, for tests
 */
export function sharedReading<T>(
  milliseconds: number,
  read: () => Promise<T>,
  now = () => performance.now(),
): () => Promise<T> {
  let last: { since: number; value: Promise<T> } | undefined;
  return () => {
    const since = now();
    if (last && since - last.since < milliseconds) return last.value;
    const reading = { since, value: read() };
    last = reading;
    reading.value.catch(() => {
      if (last === reading) last = undefined;
    });
    return reading.value;
  };
}
