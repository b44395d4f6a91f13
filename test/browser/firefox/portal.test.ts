import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../portal.test.ts'));
