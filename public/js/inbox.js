// The agency's inboxes: every page works without this file.

/** The decision has left: there is nothing to click any more, and whoever was on the button stays in its line. */
function isOver(place) {
  const scope = place.closest('tr') ?? document;
  place.closest('[data-sending]').textContent = 'envoyée';
  const button = scope.querySelector('[formaction$="/annuler-la-decision"]');
  if (!button) return;
  const hadFocus = document.activeElement === button;
  button.remove();
  if (hadFocus && scope !== document) scope.focus({ preventScroll: true });
}

/** « envoyée dans 30 s » counts down; once it is over there is nothing left to undo. */
function countDown() {
  const places = [...document.querySelectorAll('[data-countdown]')];
  if (places.length === 0) return;
  // From what the server said: the clock of the computer may be wrong.
  const opened = performance.now();
  for (const place of places) place.dataset.seconds = Number.parseInt(place.textContent, 10);
  const timer = setInterval(() => {
    const passed = (performance.now() - opened) / 1000;
    for (const place of places) {
      const left = Math.ceil(place.dataset.seconds - passed);
      if (left > 0) {
        place.textContent = `${left}\u00a0s`;
      } else if (place.dataset.over === undefined) {
        place.dataset.over = '';
        isOver(place);
      }
    }
    if (places.every((place) => place.dataset.over !== undefined)) clearInterval(timer);
  }, 1000);
}

/** Choosing a template fills the reason, unless something of one's own would be lost; the button always does. */
function fillTemplates() {
  for (const select of document.querySelectorAll('[data-template-for]')) {
    const text = document.getElementById(select.dataset.templateFor);
    const button = select.form.querySelector('[name="etape"][value="modele"]');
    const chosen = () => select.selectedOptions[0]?.dataset.text;
    const untouched = () =>
      text.value.trim() === '' ||
      [...select.options].some(({ dataset }) => dataset.text?.replace(/\r\n?/g, '\n') === text.value);
    select.addEventListener('change', () => {
      if (chosen() !== undefined && untouched()) text.value = chosen();
    });
    button.addEventListener('click', (event) => {
      event.preventDefault();
      if (chosen() === undefined) return select.focus();
      text.value = chosen();
      text.focus();
    });
  }
}

/** Back in the list, the reading goes on from the request that was decided. */
function goToTarget() {
  const row = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (row && row.tabIndex === -1) row.focus({ preventScroll: true });
}

countDown();
fillTemplates();
goToTarget();
