// Sends a form that has nothing to fill in; without this file, its button does.
document.querySelector('form[data-send-at-once]')?.requestSubmit();
