/** Whether people see a piece of news: not yet, now, no longer. */
export type NewsState = 'scheduled' | 'online' | 'past';

/** Days in Paris, `YYYY-MM-DD`, both included. */
export interface OnlineDays {
  onlineFrom: string;
  /** Null where it stays online. */
  onlineUntil: string | null;
}

/** Where a piece of news stands on a day. @param today in Paris, `YYYY-MM-DD` */
export function newsState({ onlineFrom, onlineUntil }: OnlineDays, today: string): NewsState {
  if (today < onlineFrom) return 'scheduled';
  return onlineUntil !== null && today > onlineUntil ? 'past' : 'online';
}

/** What the link of a piece of news says: where it leads, when that is another site. */
export function linkLabel(link: string): string {
  return link.startsWith('/') ? 'En savoir plus' : `En savoir plus sur ${new URL(link).host}`;
}
