import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../journey.test.ts'));
