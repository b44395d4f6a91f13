/**
 * Where to go next, as an address of this site only: a link must not lead elsewhere after sign-in.
 * @returns the path with its query, or `fallback` for anything else
 */
export function localPath(wanted: string, fallback = '/'): string {
  if (!wanted.startsWith('/') || wanted.length > 2000) return fallback;
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
