import type { Message } from './message.ts';

/** Somebody who is written to. */
export interface Recipient {
  email: string;
  firstName: string;
  lastName: string;
}

/** « Alain Proviste » */
export const nameOf = ({ firstName, lastName }: Pick<Recipient, 'firstName' | 'lastName'>): string =>
  `${firstName} ${lastName}`;

/** The head of an e-mail to somebody. */
export const addressedTo = (recipient: Recipient): Pick<Message, 'to' | 'recipientName'> => ({
  to: recipient.email,
  recipientName: nameOf(recipient),
});
