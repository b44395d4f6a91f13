export { TAB_STYLES, type TabCounts, tabCounts, tabPage } from './tabs.ts';
