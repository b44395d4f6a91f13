import { expect, test } from 'vitest';
import { withTableRoles } from '#platform/web/views/table-roles.ts';

test('a table of cards says the role of each part', () => {
  const html = `<table class="table table-cards"><caption>Qui</caption>
<thead><tr><th scope="col">Nom</th></tr></thead><tbody>
<tr id="a"><th scope="row">Ada</th><td data-label="E-mail">a</td><td role="presentation">b</td></tr></tbody></table>`;
  expect(withTableRoles(html)).toBe(`<table role="table" class="table table-cards"><caption>Qui</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Nom</th></tr></thead><tbody role="rowgroup">
<tr role="row" id="a"><th role="rowheader" scope="row">Ada</th><td role="cell" data-label="E-mail">a</td><td role="presentation">b</td></tr></tbody></table>`);
});

test('other tables and what stands around them stay as they are', () => {
  const html = '<thead-like><table class="table"><tr><td>1</td></tr></table><p>&lt;td&gt;</p>';
  expect(withTableRoles(html)).toBe(html);
  const two = '<table class="table-cards"><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>';
  expect(withTableRoles(two)).toContain('</table><table><tr><td>2</td>');
});
