/** As long as an address may be that a service gives as its own. */
export const LONGEST_ADDRESS = 2048;

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads an address that a browser could be sent to, as browsers read it; whatever two readers could take for two
 * different places is refused: other schemes, somebody's name before the host, dots that climb, slashes in disguise.
 * @param secureOnly whether http is refused even to this computer itself (in production)
 * @returns undefined for what is no such address
 */
export function readAddress(raw: string, secureOnly: boolean): URL | undefined {
  // Signs that parsers drop, or take for another one, on the way.
  if (raw.length > LONGEST_ADDRESS || !/^https?:\/\/[^\s\\#\p{Cc}]+$/u.test(raw)) return undefined;
  const url = URL.parse(raw);
  if (url?.username !== '' || url.password !== '' || /^[^/?]*@/.test(raw.slice(raw.indexOf('//') + 2))) {
    return undefined;
  }
  if (url.protocol !== 'https:' && (secureOnly || !LOCAL_HOSTS.includes(url.hostname))) return undefined;
  const [path = ''] = raw.slice(raw.indexOf('//') + 2).split('?', 1);
  return path.split('/').slice(1).every(isPlainSegment) ? url : undefined;
}

/** Neither a dot that climbs (« .. », « %2e%2e », « ..;x »), nor a slash that is written otherwise. */
function isPlainSegment(segment: string): boolean {
  try {
    const decoded = decodeURIComponent(segment);
    return (
      !/^\.{1,2}(;|$)/.test(decoded) && !/[/\\]|%(2e|2f|5c|25)/i.test(decoded) && !/\p{Cc}/u.test(decoded)
    );
  } catch {
    return false;
  }
}

/**
 * Whether a registered address covers another one: the same origin, and the same path or one under it. There is no
 * pattern, so that nothing is covered that nobody meant.
 * @param wanted as {@link readAddress} gives it
 */
export function covers(registered: string, wanted: URL): boolean {
  const { origin, pathname } = new URL(registered);
  const folder = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return origin === wanted.origin && (wanted.pathname === pathname || wanted.pathname.startsWith(folder));
}

/** The same address with one more parameter, everything before it byte for byte. */
export function withParameter({ href }: URL, name: string, value: string): string {
  const joint = href.includes('?') ? '&' : '?';
  return `${href}${href.endsWith('?') ? '' : joint}${name}=${encodeURIComponent(value)}`;
}

/** An address that somebody has sent, for whoever has to correct it: no longer than a page has room for. */
export const shownAddress = (address: string): string =>
  address.length > 200 ? `${address.slice(0, 200)}…` : address;
