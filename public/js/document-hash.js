// A file compared with a document that was issued, in the browser: it leaves the computer only without this.
//   <form data-sha256="…"> with one [type=file] and [data-hash-said]

const SAME = 'C’est le même fichier : pas un octet ne diffère de celui qui a été émis.';
const OTHER =
  'Ce n’est pas le même fichier : il a été modifié, ou c’est un autre document. Imprimé puis numérisé, un fichier diffère toujours.';

const inHex = (bytes) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function enhance(form) {
  const field = form.querySelector('[type=file]');
  const said = form.querySelector('[data-hash-said]');
  form.addEventListener('submit', async (event) => {
    const [file] = field.files;
    // Without a file the server says so; without a safe connection a browser computes no hash.
    if (!file || !globalThis.crypto?.subtle) return;
    event.preventDefault();
    said.textContent = 'Comparaison…';
    const isSame =
      inHex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())) === form.dataset.sha256;
    said.textContent = isSame ? SAME : OTHER;
    said.className = `alert alert-${isSame ? 'success' : 'danger'}`;
  });
}

for (const form of document.querySelectorAll('form[data-sha256]')) enhance(form);
