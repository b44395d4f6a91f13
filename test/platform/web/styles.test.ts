import { expect, test } from 'vitest';
import { reducedBootstrap } from '../../support/styles.ts';

/** `npm run styles` writes the file anew, after a change of Bootstrap's version or of what the pages use of it. */
test('public/vendor/bootstrap.css is what the pages use of Bootstrap', async () => {
  await expect(await reducedBootstrap()).toMatchFileSnapshot('../../../public/vendor/bootstrap.css');
});
