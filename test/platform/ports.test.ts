import { expect, test } from 'vitest';
import { freePort } from '#demo/ports.ts';

test('a port of the demonstration, or of a process in a test, is none that the system may give to a connection meanwhile', async () => {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = await freePort();
    // What Linux gives out starts at 32768, other systems start higher.
    expect(port).toBeGreaterThanOrEqual(1024);
    expect(port).toBeLessThan(32_768);
  }
});
