// The room of a half-day: the code changes by itself. Without this file, a link shows the next one.

const room = document.querySelector('[data-room]');
const part = (name) => room.querySelector(`[data-room-${name}]`);
const RETRY_MS = 5000;

/** Shows the present code, and comes back when it changes. One timer at a time, nothing added to the page: a day is no longer than a minute. */
async function refresh() {
  let wait = RETRY_MS;
  try {
    const answer = await fetch(`${room.dataset.room}/etat.json`, { cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    const shown = await answer.json();
    part('count').textContent = shown.count;
    part('digits').textContent = shown.digits;
    part('state').textContent = shown.closed;
    part('code').hidden = !shown.isSigned;
    if (shown.isSigned) part('qr').src = `${room.dataset.room}/code.svg?${shown.step}`;
    wait = Math.min(shown.nextInMs + 100, RETRY_MS);
  } catch {
    // The network is away: what is shown goes on until it is back.
    part('state').textContent = 'Le code n’a pas pu être actualisé. Nouvel essai dans quelques secondes.';
  }
  setTimeout(refresh, wait);
}

const full = part('full');
if (room.requestFullscreen) {
  full.hidden = false;
  full.addEventListener('click', () => room.requestFullscreen());
}
setTimeout(refresh, Math.min(Number(room.dataset.next) + 100, RETRY_MS));
