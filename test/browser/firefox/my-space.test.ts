import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../my-space.test.ts'));
