/** What a service is told: whose a ticket is, a ticket for the next service, or why not. */
export type CasAnswer =
  | { success: Success }
  | { failure: Failure }
  | { proxyTicket: string }
  | { proxyFailure: Failure };

export interface Success {
  user: string;
  authenticatedAt: Date;
  /** Whether the person proved who they are for this very ticket. */
  isFromNewLogin: boolean;
  /** Under the names that the service wants; undefined where the answer has none (protocol 2.0). */
  attributes?: [name: string, values: string[]][];
  /** The word by which the service finds the granting ticket that it was sent. */
  pgtIou?: string;
  /** The callbacks that the ticket has come through, the latest first. */
  proxies: string[];
}

export interface Failure {
  code:
    | 'INVALID_REQUEST'
    | 'INVALID_TICKET_SPEC'
    | 'UNAUTHORIZED_SERVICE_PROXY'
    | 'INVALID_PROXY_CALLBACK'
    | 'INVALID_TICKET'
    | 'INVALID_SERVICE'
    | 'UNAUTHORIZED_SERVICE'
    | 'INTERNAL_ERROR';
  /** For whoever keeps the service; nothing that was sent is in it. */
  description: string;
}

/** CAS 1.0: two lines, of which the second says who. */
export const asText = (answer: CasAnswer): string =>
  'success' in answer ? `yes\n${answer.success.user}\n` : 'no\n\n';

/** CAS 2.0 and 3.0, in the order of their schema. */
export function asXml(answer: CasAnswer): string {
  return element('serviceResponse', [inXml(answer)], ' xmlns:cas="http://www.yale.edu/tp/cas"');
}

function inXml(answer: CasAnswer): string {
  if ('proxyTicket' in answer) return element('proxySuccess', [text('proxyTicket', answer.proxyTicket)]);
  if ('proxyFailure' in answer) return failure('proxyFailure', answer.proxyFailure);
  if ('failure' in answer) return failure('authenticationFailure', answer.failure);
  const { user, attributes, pgtIou, proxies } = answer.success;
  return element('authenticationSuccess', [
    text('user', user),
    ...(attributes
      ? [
          element('attributes', [
            ...Object.entries(standard(answer.success)).map(([name, value]) => text(name, String(value))),
            ...attributes.flatMap(([name, values]) => values.map((value) => text(name, value))),
          ]),
        ]
      : []),
    ...(pgtIou === undefined ? [] : [text('proxyGrantingTicket', pgtIou)]),
    ...(proxies.length === 0
      ? []
      : [
          element(
            'proxies',
            proxies.map((proxy) => text('proxy', proxy)),
          ),
        ]),
  ]);
}

/** The same in JSON, as the protocol shows it: one value as such, several as a list. */
export function asJson(answer: CasAnswer): object {
  const of = (what: object) => ({ serviceResponse: what });
  if ('proxyTicket' in answer) return of({ proxySuccess: { proxyTicket: answer.proxyTicket } });
  if ('proxyFailure' in answer) return of({ proxyFailure: answer.proxyFailure });
  if ('failure' in answer) return of({ authenticationFailure: answer.failure });
  const { user, attributes, pgtIou, proxies } = answer.success;
  return of({
    authenticationSuccess: {
      user,
      ...(attributes
        ? {
            attributes: {
              ...standard(answer.success),
              ...Object.fromEntries(
                attributes.map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
              ),
            },
          }
        : {}),
      ...(pgtIou === undefined ? {} : { proxyGrantingTicket: pgtIou }),
      ...(proxies.length === 0 ? {} : { proxies }),
    },
  });
}

/** What protocol 3.0 says of every sign-in; nobody is remembered for longer than their session. */
const standard = ({ authenticatedAt, isFromNewLogin }: Success) => ({
  authenticationDate: authenticatedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
  longTermAuthenticationRequestTokenUsed: false,
  isFromNewLogin,
});

const element = (name: string, children: readonly string[], more = ''): string =>
  `<cas:${name}${more}>\n${children.join('\n')}\n</cas:${name}>`;

const text = (name: string, value: string): string => `<cas:${name}>${escaped(value)}</cas:${name}>`;

const failure = (name: string, { code, description }: Failure): string =>
  `<cas:${name} code="${code}">${escaped(description)}</cas:${name}>`;

/** What XML 1.0 has no way to write, however it is escaped. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escaped = (value: string): string =>
  value
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
