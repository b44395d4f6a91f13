export { natureLabels } from '#training/actions/rules.ts';
