/** Where people come in by ProConnect. */
export const PAGE = '/connexion/proconnect';
/** « ProConnect » of « Mon compte ». */
export const ACCOUNT = '/mon-compte/proconnect';

/** The page that links an identity to the account. @param next where the person goes on to */
export const linkPage = (next: string): string => `${PAGE}/relier?suite=${encodeURIComponent(next)}`;
