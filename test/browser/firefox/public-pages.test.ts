import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../public-pages.test.ts'));
