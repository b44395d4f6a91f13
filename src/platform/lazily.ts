/**
 * What is made when it is first asked for, and kept from then on: libraries and lists that most processes never need
 * take neither their memory nor their start.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
