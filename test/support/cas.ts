import { existsSync, readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';
import type { TestSite, Visitor } from './app.ts';
import { projectPath } from './process.ts';

/** The address of a page of CAS. */
export const casUrl = (page: string, query: Record<string, string> = {}, base = '/cas'): string =>
  `${base}/${page}?${new URLSearchParams(query)}`;

/** Where a browser goes that opens an address; '' where it stays. */
export async function goesTo(browser: Visitor, address: string): Promise<string> {
  return (await browser.get(address)).headers.location ?? '';
}

/** The ticket with which a browser is sent to a service. @throws when it is not */
export async function ticketFor(
  browser: Visitor,
  service: string,
  more: Record<string, string> = {},
): Promise<string> {
  const { status, headers } = await browser.get(casUrl('login', { service, ...more }));
  const ticket = new URL(headers.location ?? '', 'http://portal').searchParams.get('ticket');
  if (status !== 302 || !ticket) throw new Error(`no ticket: ${status} ${headers.location}`);
  return ticket;
}

/** What a service asks without any browser, and the text that it gets. */
export async function asks(
  site: TestSite,
  page: string,
  query: Record<string, string>,
  base?: string,
): Promise<string> {
  const { status, text, headers } = await site.visitor().get(casUrl(page, query, base));
  if (status !== 200 || headers['set-cookie']) throw new Error(`unexpected answer ${status}`);
  return text;
}

/** The code of a failure; undefined for a success. */
export const codeOf = (xml: string): string | undefined => / code="([A-Z_]+)"/.exec(xml)?.[1];

/** What stands in the elements of this name. */
export const valuesOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<cas:${name}>([^<]*)</cas:${name}>`, 'g'))].map(([, value = '']) => value);

const SCHEMA = projectPath('..', 'shared', 'data', 'cas-3.0.xsd');

/** Whether the schema of the protocol is beside the project; without it answers are only read. */
export const hasSchema = existsSync(SCHEMA);
if (!hasSchema) console.warn('Absent: ../shared/data/cas-3.0.xsd. Answers of CAS are not compared with it.');

/** What the schema of the protocol has against an answer. */
export async function faultsOf(xml: string): Promise<string[]> {
  const schema = readFileSync(SCHEMA, 'utf8');
  const { errors } = await validateXML({ xml: { fileName: 'answer.xml', contents: xml }, schema });
  return errors.map(({ message }) => message);
}
