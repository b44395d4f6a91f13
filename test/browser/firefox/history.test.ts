import { takeInFirefox } from '../../support/firefox.ts';

await takeInFirefox(() => import('../history.test.ts'));
