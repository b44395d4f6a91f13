import type { Session } from './sessions.ts';

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const frame = (body: string): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Service de démonstration</title>
<style>
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1d2433; }
h1 { font-size: 1.6rem; }
a, button { font: inherit; display: inline-block; margin: 0 .5rem .5rem 0; padding: .6rem 1rem; border: 2px solid #1d4f91; border-radius: .4rem; color: #1d4f91; background: #fff; text-decoration: none; cursor: pointer; }
a:focus-visible, button:focus-visible { outline: 3px solid #d9480f; outline-offset: 2px; }
form { display: inline; }
dt { font-weight: 600; margin-top: .75rem; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
[role=status] { border-left: .3rem solid #1d4f91; padding: .5rem 1rem; background: #eef3fa; }
</style>
</head>
<body>
<main>
<h1>Service de démonstration</h1>
${body}
</main>
</body>
</html>`;

const ENTRIES = `
<p>Ce petit service n’a pas de comptes à lui : il fait entrer les gens par le portail Cap Métiers, et montre ce qu’il en reçoit.</p>
<p><a href="/cas">Se connecter (CAS)</a> <a href="/openid/entrer">Se connecter (OpenID Connect)</a></p>`;

/** @param wasEnded the portal has ended the session that this browser had */
export const signedOutPage = (wasEnded: boolean): string =>
  frame(
    (wasEnded
      ? '<p role="status">Votre session du portail est terminée : ce service vous a déconnecté.</p>'
      : '') + ENTRIES,
  );

/** What the service received of somebody. */
export function signedInPage({ protocol, user, received }: Session): string {
  const rows = Object.entries({ ...(protocol === 'cas' ? { user } : {}), ...received })
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${wordsOf(value).map(escaped).join('<br>')}</dd>`)
    .join('\n');
  return frame(`
<p role="status">Vous êtes connecté par ${protocol === 'cas' ? 'CAS' : 'OpenID Connect'}.</p>
<h2>Ce que le service a reçu</h2>
<dl>
${rows}
</dl>
<form method="post" action="/quitter"><button>Se déconnecter d’ici</button></form>
<form method="post" action="/quitter-partout"><button>Se déconnecter du portail aussi</button></form>`);
}

/** @param words what went wrong */
export const problemPage = (words: string): string =>
  frame(`<p role="status">${escaped(words)}</p>${ENTRIES}`);

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  return [typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)];
}
