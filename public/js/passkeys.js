// Passkeys (WebAuthn), in forms that work without this file or say that they cannot:
//   <div data-passkey="get|create" data-passkey-options="/…/options" hidden> with a button, a hidden field for the
//   answer of the passkey, and a place for what is said. With data-passkey-autofill, the browser also offers passkeys
//   in the field of the identifier.

/** A challenge is worth five minutes; one that waits behind a field is renewed before. */
const RENEW_MS = 4 * 60_000;

const said = {
  get: {
    NotAllowedError:
      'Aucune clé d’accès n’a été utilisée. Recommencez, ou choisissez une autre façon de faire.',
  },
  create: {
    NotAllowedError: 'La clé d’accès n’a pas été créée. Recommencez quand vous voulez.',
    InvalidStateError: 'Cet appareil garde déjà une clé d’accès de votre compte.',
    NotSupportedError: 'Cet appareil ne sait pas garder de clé d’accès.',
    ConstraintError: 'Cet appareil doit être protégé par un code, une empreinte ou un visage.',
  },
};
const ELSEWHERE = 'Les clés d’accès ne fonctionnent pas à cette adresse du site.';
const UNREACHABLE =
  'Le site ne répond pas, ou votre session est terminée. Rechargez la page, puis recommencez.';

async function optionsFrom(url) {
  const response = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  // A redirection leads to the page that asks who is there.
  if (!response.ok || response.redirected) throw new TypeError('no options');
  return response.json();
}

function enhance(part, { startAuthentication, startRegistration, ...browser }) {
  const { passkey: mode, passkeyOptions: url } = part.dataset;
  const form = part.closest('form');
  const answer = part.querySelector('[data-passkey-answer]');
  const button = part.querySelector('[data-passkey-button]');
  const status = part.querySelector('[data-passkey-said]');
  let busy = false;
  let renewal;

  const say = (text, isError = false) => {
    status.textContent = text;
    status.classList.toggle('field__error', isError);
  };
  const send = (given) => {
    answer.value = typeof given === 'string' ? given : JSON.stringify(given);
    form.requestSubmit();
  };
  const ask = async () => {
    if (busy || (mode === 'create' && !form.reportValidity())) return;
    // Made already, and sent back by the site for something else in the form.
    if (answer.value) return send(answer.value);
    busy = true;
    clearTimeout(renewal);
    say('Suivez les indications de votre appareil.');
    try {
      const optionsJSON = await optionsFrom(url);
      const start = mode === 'create' ? startRegistration : startAuthentication;
      const given = await start({ optionsJSON });
      say('Vérification…');
      send(given);
    } catch (error) {
      const isOurs = error instanceof TypeError || error instanceof SyntaxError;
      const words =
        error.name === 'SecurityError' ? ELSEWHERE : isOurs ? UNREACHABLE : said[mode][error.name];
      say(words ?? said[mode].NotAllowedError, true);
      wait();
    } finally {
      busy = false;
    }
  };
  /** Lets the browser offer passkeys in the field of the identifier; quietly, as nobody has asked for one. */
  const wait = async () => {
    if (part.dataset.passkeyAutofill === undefined) return;
    clearTimeout(renewal);
    try {
      if (!(await browser.browserSupportsWebAuthnAutofill())) return;
      const optionsJSON = await optionsFrom(url);
      if (busy) return;
      renewal = setTimeout(wait, RENEW_MS);
      send(await startAuthentication({ optionsJSON, useBrowserAutofill: true }));
    } catch {
      // Given up for another ceremony, or not possible here: the button remains.
    }
  };

  button.addEventListener('click', ask);
  if (mode === 'create') {
    // Enter in the field of the name.
    form.addEventListener('submit', (event) => {
      if (answer.value) return;
      event.preventDefault();
      ask();
    });
  }
  // A page shown again from memory would send an answer that has served.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    answer.value = '';
    say('');
    wait();
  });
  part.hidden = false;
  wait();
}

const library = window.SimpleWebAuthnBrowser;
if (library?.browserSupportsWebAuthn()) {
  for (const part of document.querySelectorAll('[data-passkey]')) enhance(part, library);
  for (const form of document.querySelectorAll('[data-passkey-form]')) form.hidden = false;
  for (const notice of document.querySelectorAll('[data-passkey-missing]')) notice.hidden = true;
}
