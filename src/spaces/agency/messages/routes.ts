import { agency } from '#access/policies.ts';
import { findMessages, getMessage } from '#follow-up/messages/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';

const LIST = '/agence/messages';
const PER_PAGE = 25;

/** What training bodies wrote to participants: the agency reads it, and changes nothing. */
export function agencyMessagesSite({ db }: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const messages = await findMessages(db, null, page);
    render(res, 'spaces/agency/messages/list', {
      title: 'Messages aux participants',
      section: 'agency',
      messages,
      pagination: page.of(messages[0]?.total ?? 0),
    });
  });

  site.get(`${LIST}/:messageId`, agency, async (req, res) => {
    render(res, 'spaces/provider/messages/message', {
      title: 'Message aux participants',
      section: 'agency',
      message: await getMessage(db, idParam(req, 'messageId'), null),
      back: { href: LIST, label: 'Messages aux participants' },
    });
  });

  return site;
}
