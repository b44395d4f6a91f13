/**
 * Says again what each part of a table is, for tables whose rows become cards on a small screen: some browsers forget
 * it when the display changes. A part that says its role itself keeps it.
 * @param html a page, laid out
 */
export function withTableRoles(html: string): string {
  return html.replace(/<table class="[^"]*\btable-cards\b[\s\S]*?<\/table>/g, (table) => {
    const [head = '', ...rest] = table.split(/(?=<tbody)/);
    return addRoles(head, 'columnheader') + rest.map((body) => addRoles(body, 'rowheader')).join('');
  });
}

const roles: Readonly<Record<string, string>> = {
  table: 'table',
  thead: 'rowgroup',
  tbody: 'rowgroup',
  tr: 'row',
  td: 'cell',
};

const addRoles = (part: string, headerRole: string): string =>
  part.replace(/<(table|thead|tbody|tr|td|th)(?=[\s>])(?![^>]*\srole=)/g, (tag, name: string) => {
    return `${tag} role="${roles[name] ?? headerRole}"`;
  });
