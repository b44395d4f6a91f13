// Suggestions while typing the name or SIRET of a structure, over a field that works without them.
//   <div data-structure-search data-url="/structures/recherche" data-target="structure_id">
//     <input type="text" id="…" name="…">    (what the page does without this file: data-structure-search-fallback)
//   </div>
// The id of the structure chosen is written in the hidden input named by data-target.

const DEBOUNCE_MS = 150;
const SHORTEST_QUERY = 2;

/** A structure as `GET /structures/recherche` tells it. @typedef {{ id: number, siret: string, name: string, acronym: string | null, postcode: string | null, city: string | null }} Structure */

const escapeHtml = (text) =>
  String(text ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const spacedSiret = (siret) => siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1\u00a0$2\u00a0$3\u00a0$4');

const nameOf = ({ name, acronym }) => (acronym && acronym !== name ? `${name} (${acronym})` : name);
const factsOf = ({ siret, postcode, city }) =>
  [`SIRET ${spacedSiret(siret)}`, [postcode, city].filter(Boolean).join(' ')].filter(Boolean).join(' – ');

/** Asks the server, after a pause in the typing; a newer question ends the older one. */
function createSource(url) {
  let timer;
  let request;
  const source = (query, show) => {
    clearTimeout(timer);
    request?.abort();
    source.state = 'busy';
    timer = setTimeout(async () => {
      const current = new AbortController();
      request = current;
      try {
        const response = await fetch(`${url}?q=${encodeURIComponent(query)}`, {
          headers: { Accept: 'application/json' },
          signal: current.signal,
        });
        if (!response.ok) throw new Error(`status ${response.status}`);
        const structures = await response.json();
        source.state = 'done';
        show(structures);
      } catch {
        if (current.signal.aborted) return;
        source.state = 'failed';
        show([]);
      }
    }, DEBOUNCE_MS);
  };
  /** Where the last question is: what an empty list means. */
  source.state = 'done';
  return source;
}

// What was chosen is kept with the page in the history of the browser: it comes back with « Précédent » and when the
// page is loaded again, box and number together. Left to itself, a browser brings back one of them or the other.
const remembered = (id) => history.state?.structures?.[id];
/** Notes a change of choice only: Safari throws at the hundredth note within half a minute, as typing would make. */
function remember(id, structure) {
  if (remembered(id)?.id === structure?.id) return;
  history.replaceState(
    { ...history.state, structures: { ...history.state?.structures, [id]: structure } },
    '',
  );
}

/** What an empty list says, by the state of the search. */
const NOTHING = {
  busy: 'Recherche en cours…',
  done: 'Aucun résultat.',
  failed: 'La recherche ne répond pas. Vérifiez votre connexion, puis réessayez.',
};

/** What was said of the field beside its label: the hint and the error. */
function describe(field) {
  const ids = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
  return ids
    .map((id) => document.getElementById(id)?.textContent.trim().replace(/\s+/g, ' '))
    .filter(Boolean);
}

function enhance(wrapper) {
  const field = wrapper.querySelector('input:not([type="hidden"])');
  const target = document.getElementById(wrapper.dataset.target);
  // Without the file that draws the suggestions, the field works as it does without scripts.
  if (!field || !target || !window.accessibleAutocomplete) return;

  const chosen = document.createElement('p');
  chosen.className = 'structure-chosen';
  chosen.hidden = true;
  const container = document.createElement('div');
  field.after(container, chosen);
  field.remove();
  for (const fallback of document.querySelectorAll('[data-structure-search-fallback]'))
    fallback.hidden = true;

  const source = createSource(wrapper.dataset.url);
  const choose = (structure) => {
    if (!structure) return;
    target.value = structure.id;
    chosen.textContent = `Structure choisie\u00a0: ${nameOf(structure)}, ${factsOf(structure)}`;
    chosen.hidden = false;
    // Last, as a browser may refuse it: what is seen and sent is right without it.
    remember(target.id, structure);
  };
  // Of the page's own field, the browser may have brought back what was typed, and nothing of what was chosen.
  const before = remembered(target.id);
  window.accessibleAutocomplete({
    element: container,
    id: field.id,
    name: field.name,
    defaultValue: before ? nameOf(before) : field.value,
    source,
    minLength: SHORTEST_QUERY,
    required: field.required,
    confirmOnBlur: false,
    onConfirm: choose,
    templates: {
      inputValue: (structure) =>
        typeof structure === 'string' ? structure : structure ? nameOf(structure) : '',
      suggestion: (structure) =>
        typeof structure === 'string'
          ? escapeHtml(structure)
          : `<span class="structure-option__name">${escapeHtml(nameOf(structure))}</span><span class="structure-option__facts">${escapeHtml(factsOf(structure))}</span>`,
    },
    tNoResults: () => NOTHING[source.state],
    tStatusQueryTooShort: (length) => `Saisissez au moins ${length} caractères.`,
    tStatusNoResults: () => NOTHING[source.state],
    tStatusSelectedOption: (selected, count, index) =>
      `${selected}, ${index + 1} sur ${count}, en surbrillance`,
    tStatusResults: (count, selected) =>
      `${count}\u00a0${count < 2 ? 'résultat' : 'résultats'}. ${selected ?? ''}`,
    tAssistiveHint: () =>
      [
        ...describe(field),
        'Des suggestions apparaissent pendant la saisie. Flèches haut et bas pour les parcourir, Entrée pour choisir.',
      ].join(' '),
  });
  // What the page says is wrong with its own field is wrong with the one drawn in its place.
  if (field.getAttribute('aria-invalid'))
    document.getElementById(field.id)?.setAttribute('aria-invalid', 'true');
  container.addEventListener('input', () => {
    target.value = '';
    chosen.hidden = true;
    remember(target.id, undefined);
  });
  target.value = '';
  choose(before);
}

for (const wrapper of document.querySelectorAll('[data-structure-search]')) enhance(wrapper);
