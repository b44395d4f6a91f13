// The SIRET of a form looked up as soon as its 14 digits are there, over a button that does it without this file.
//   <form data-siret-form data-url="/referencement/siret"> with #siret, [data-siret-said], [data-siret-fallback]
// Empty boxes are filled in with what the public service knows; what was typed stays.

const PAUSE_MS = 250;
const DIGITS = 14;

function enhance(form) {
  const field = form.querySelector('#siret');
  const said = form.querySelector('[data-siret-said]');
  form.querySelector('[data-siret-fallback]').hidden = true;
  let timer;
  let request;
  let filled = {};

  const tell = ({ problem, said: text, href }) => {
    said.replaceChildren(problem ?? text ?? '');
    said.classList.toggle('field__error', Boolean(problem));
    if (!href) return;
    const link = document.createElement('a');
    link.href = href;
    link.textContent = 'Choisir cette structure et demander un compte';
    said.append(' ', link);
  };
  const fill = (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const box = form.elements[name];
      // What the previous number filled in goes with it; what a person typed stays.
      if (box && (box.value === '' || box.value === filled[name])) box.value = value;
    }
    filled = fields;
  };
  const lookUp = async () => {
    const current = new AbortController();
    request = current;
    try {
      const response = await fetch(form.dataset.url, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams({ _csrf: form.elements._csrf.value, siret: field.value }),
        signal: current.signal,
      });
      const answer = await response.json();
      // Another status is a limit or an incident: the form works without this.
      if (!response.ok && response.status !== 422) return;
      tell(answer);
      if (answer.fields) fill(answer.fields);
    } catch {
      // Typing goes on; the server checks again when the form is sent.
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    request?.abort();
    tell({});
    if (field.value.replace(/\D/g, '').length === DIGITS) timer = setTimeout(lookUp, PAUSE_MS);
  });
}

for (const form of document.querySelectorAll('[data-siret-form]')) enhance(form);
