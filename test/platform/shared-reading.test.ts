import { expect, test } from 'vitest';
import { sharedReading } from '#platform/shared-reading.ts';

test('those who ask within the time get what was read for the first of them', async () => {
  let time = 0;
  let readings = 0;
  const read = sharedReading(
    1000,
    async () => (readings += 1),
    () => time,
  );
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  time = 999;
  expect(await read()).toBe(1);
  time = 1000;
  expect(await read()).toBe(2);
});

test('a reading that fails is kept for nobody who asks later', async () => {
  let fails = true;
  const read = sharedReading(
    1000,
    async () => {
      if (fails) throw new Error('lost');
      return 'found';
    },
    () => 0,
  );
  await expect(Promise.all([read(), read()])).rejects.toThrow('lost');
  fails = false;
  expect(await read()).toBe('found');
});

test('nothing is shared where the time is nothing', async () => {
  let readings = 0;
  const read = sharedReading(
    0,
    async () => (readings += 1),
    () => 0,
  );
  expect(await read()).toBe(1);
  expect(await read()).toBe(2);
});
