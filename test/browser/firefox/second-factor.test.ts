import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../second-factor.test.ts'));
