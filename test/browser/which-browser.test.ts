import { expect, test } from 'vitest';
import { inFirefox, takeInFirefox } from '../support/firefox.ts';

test('only the files of the folder « firefox » are taken there, whatever the same worker ran before', async () => {
  const tried = takeInFirefox(async () => undefined);
  await expect(tried).rejects.toThrow('folder « firefox »');
  expect(inFirefox()).toBe(false);
});
