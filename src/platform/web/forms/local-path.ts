/** As long as a place to go next may be: it may name an address of another service, which is long in its turn. */
export const LONGEST_PATH = 4096;

/**
 * Where to go next, as an address of this site only: a link must not lead elsewhere after sign-in.
 * @returns the path with its query, or `fallback` for anything else
 */
export function localPath(wanted: string, fallback = '/'): string {
  if (!wanted.startsWith('/') || wanted.length > LONGEST_PATH) return fallback;
  try {
    const base = 'http://site.invalid';
    const url = new URL(wanted, base);
    // Browsers read « /\evil » and « //evil » as another host.
    const isPlain = !wanted.includes('\\') && ![...wanted].some((character) => character <= ' ');
    // Dot segments are gone from the pathname now: « /.//evil » has become « //evil ».
    const isHere = url.origin === base && !url.pathname.startsWith('//');
    return isHere && isPlain ? url.pathname + url.search : fallback;
  } catch {
    return fallback;
  }
}
