/** Told apart in this order: many browsers also claim to be the ones they are built on. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly [RegExp, string][] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\biPad\b/, 'iPad'],
  [/\biPhone\b/, 'iPhone'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** What is said of a session without anything known of its device. */
export const UNKNOWN_DEVICE = 'Appareil inconnu';

/**
 * A browser and its system in plain words, « Firefox sur Windows »: enough to recognise one's own devices. Versions
 * and models, which could follow a person around, are left out.
 * @param userAgent the header as it came
 */
export function deviceOf(userAgent: string | undefined): string {
  const header = (userAgent ?? '').slice(0, 500);
  const named = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(header))?.[1];
  const browser = named(browsers);
  const system = named(systems);
  if (!browser && !system) return UNKNOWN_DEVICE;
  return `${browser ?? 'Navigateur inconnu'} sur ${system ?? 'un système inconnu'}`;
}
