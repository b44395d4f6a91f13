import type { Request } from 'express';
import { audienceLabels } from '#access/audiences.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { renderMessage, typesetText } from '#platform/mail/render.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';

const LIST = '/agence/courriels/modeles';

/** An e-mail brings its styles along and nothing else; the page beside it is the only one to frame it. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

/** « Modèles d’e-mails »: every e-mail that leaves by itself, when, to whom, and as it goes out, of nobody's data. */
export function mailKindsSite({ config, features }: Dependencies): GatedRouter {
  const site = gatedRouter();
  const mails = [...mailKinds(features)].map(([kind, mail]) => ({ kind, ...mail }));
  const mailOf = (req: Request) => {
    const mail = mails.find(({ kind }) => kind === req.params.kind);
    if (!mail) throw new NotFound();
    return mail;
  };

  site.get(LIST, agency, (_req, res) => {
    const rows = mails.map((mail) => ({ ...mail, subject: typesetText(mail.sample(config).subject) }));
    render(res, 'spaces/agency/mail-kinds/list', {
      title: 'Modèles d’e-mails',
      section: 'agency',
      groups: Object.entries(audienceLabels).map(([audience, label]) => ({
        audience,
        label,
        mails: rows.filter(({ to }) => to === audience),
      })),
    });
  });

  site.get(`${LIST}/:kind`, agency, (req, res) => {
    const mail = mailOf(req);
    const message = mail.sample(config);
    // What is framed has a policy of its own, above.
    res.set('Content-Security-Policy', `${res.get('Content-Security-Policy')};frame-src 'self'`);
    render(res, 'spaces/agency/mail-kinds/kind', {
      title: typesetText(message.subject),
      section: 'agency',
      mail,
      audience: audienceLabels[mail.to],
      message,
      text: renderMessage(message, config.publicUrl).text,
    });
  });

  site.get(`${LIST}/:kind/apercu`, agency, (req, res) => {
    const { html } = renderMessage(mailOf(req).sample(config), config.publicUrl);
    res.set('Content-Security-Policy', MAIL_POLICY).type('html').send(html);
  });

  return site;
}
