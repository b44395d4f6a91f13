import type { Knex } from 'knex';
import { sessionCalendar } from '#enrolment/calendar.ts';
import { sequenceOf } from '#enrolment/calendar-sequence.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Attachment } from '#platform/mail/message.ts';
import type { News } from '../documents/issuing/kind.ts';
import { noteSent } from '../documents/issuing/sent.ts';
import { convocationMessage } from './mails.ts';
import { type Convoked, findConvoked } from './repository.ts';

/** Sends each person their convocation, with the calendar file; it is noted that it was sent. */
export async function tellConvoked(
  deps: Dependencies,
  trx: Knex.Transaction,
  news: readonly News[],
): Promise<void> {
  const byEnrolment = new Map(news.map(({ document }) => [document.enrolmentId, document]));
  const people = await findConvoked(
    trx,
    [...byEnrolment.keys()].filter((id) => id !== null),
  );
  const at = deps.clock.now();
  const sent = people.flatMap((person) => {
    const document = byEnrolment.get(person.enrolmentId);
    return document ? [{ person, document }] : [];
  });
  await deps.mail.enqueueAll(
    trx,
    sent.map(({ person, document: { id, number, replaces } }) =>
      convocationMessage(
        person,
        { number, replaces: replaces?.number ?? null },
        [
          {
            filename: `convocation-${number}.pdf`,
            contentType: 'application/pdf',
            stored: { kind: 'issued_document', id },
          },
          calendarFileOf(deps, person, at),
        ],
        at,
      ),
    ),
  );
  await noteSent(
    trx,
    sent.map(({ document }) => document.id),
    at,
  );
}

function calendarFileOf({ config }: Pick<Dependencies, 'config'>, person: Convoked, stamp: Date): Attachment {
  const { sessionId, calendarSequence, departures, slots, actionTitle, slug } = person;
  return {
    filename: 'seances.ics',
    contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
    content: sessionCalendar({
      host: new URL(config.publicUrl).hostname,
      session: { id: sessionId, calendarSequence: sequenceOf(calendarSequence, departures), slots },
      title: actionTitle,
      url: `${config.publicUrl}/parcourspro/actions/${slug}`,
      stamp,
    }),
  };
}
