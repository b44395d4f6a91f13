// Small comforts: every page works without this file.

/** Brings the list of errors to the reader's attention, also where the browser ignores `autofocus`. */
function focusErrorSummary() {
  const summary = document.querySelector('[data-error-summary]');
  window.addEventListener('load', () => {
    if (document.activeElement !== summary) summary?.focus();
  });
}

/** Sends a form once, however often its button is pressed; a page shown again starts afresh. */
function refuseDoubleSubmit() {
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[type="submit"]')) button.removeAttribute('aria-disabled');
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'true';
    for (const button of form.querySelectorAll('[type="submit"]')) {
      button.setAttribute('aria-disabled', 'true');
    }
    // A download leaves the page as it is: the button comes back.
    setTimeout(release, 10_000, form);
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) release(form);
  });
}

/** A form that must not come back from the browser's memory, which keeps pages whatever they say, is loaded again. */
function reloadWhenShownAgain() {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && document.querySelector('form[data-fresh]')) location.reload();
  });
}

/** « Afficher » beside each password; hidden again when the form is sent. */
function offerToShowPasswords() {
  for (const wrapper of document.querySelectorAll('[data-password]')) {
    const input = wrapper.querySelector('input');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-outline-secondary';
    button.setAttribute('aria-controls', input.id);
    const show = (visible) => {
      input.type = visible ? 'text' : 'password';
      button.textContent = visible ? 'Masquer' : 'Afficher';
      const hidden = document.createElement('span');
      hidden.className = 'visually-hidden';
      hidden.textContent = ' le mot de passe';
      button.append(hidden);
    };
    show(false);
    button.addEventListener('click', () => show(input.type === 'password'));
    input.form?.addEventListener('submit', () => show(false));
    wrapper.append(button);
  }
}

/** Menus close on Escape, on a click elsewhere and when the focus leaves them. */
function closeMenus() {
  const openMenus = () => document.querySelectorAll('details[data-menu][open]');
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of openMenus()) {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    }
  });
  for (const happening of ['click', 'focusin']) {
    document.addEventListener(happening, (event) => {
      for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
    });
  }
}

/** « Page précédente », shown only where there is one. */
function offerToGoBack() {
  for (const button of document.querySelectorAll('[data-back]')) {
    button.hidden = history.length < 2;
    button.addEventListener('click', () => history.back());
  }
}

/** « Imprimer cette page », which only a script can do. */
function offerToPrint() {
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
}

/** « Tout cocher » ticks every box of its form, or none once all are. */
function offerToCheckAll() {
  for (const button of document.querySelectorAll('[data-check-all]')) {
    // Some stand elsewhere in the page, each beside its card.
    const boxes = [...button.form.elements].filter(
      ({ type, name }) => type === 'checkbox' && name === button.dataset.checkAll,
    );
    const areAllChecked = () => boxes.every((box) => box.checked);
    const name = () => {
      button.textContent = areAllChecked() ? 'Tout décocher' : 'Tout cocher';
    };
    button.hidden = boxes.length < 2;
    button.addEventListener('click', () => {
      const wanted = !areAllChecked();
      for (const box of boxes) box.checked = wanted;
      name();
    });
    for (const box of boxes) box.addEventListener('change', name);
    // A page opened again keeps the boxes that were ticked.
    name();
  }
}

/** « Copier » puts the text that it names on the clipboard, and says so; shown where the browser lets it. */
function offerToCopy() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const said = document.getElementById(button.getAttribute('aria-describedby'));
    button.hidden = !navigator.clipboard;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      said.textContent = said.dataset.done;
    });
  }
}

/** Has what was just done read aloud: browsers keep silent about words that the page already holds when it opens. */
function announceFlash() {
  const flash = document.querySelector('[data-flash]');
  if (!flash) return;
  // The same words again, in one go: taking them away for a moment would move the page under the reader.
  setTimeout(() => flash.replaceChildren(...[...flash.childNodes].map((node) => node.cloneNode(true))), 150);
}

focusErrorSummary();
refuseDoubleSubmit();
reloadWhenShownAgain();
offerToShowPasswords();
closeMenus();
offerToGoBack();
offerToPrint();
offerToCheckAll();
offerToCopy();
announceFlash();
