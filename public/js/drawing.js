// A drawing of one's signature, kept as strokes of points on a sheet of 1000 by 400: a telephone that is turned draws them
// again, and an empty sheet sends nothing.

const WIDTH = 1000;
const HEIGHT = 400;
const MOST_POINTS = 900;

/** @param {HTMLElement} box */
function drawingIn(box) {
  const sheet = box.querySelector('canvas');
  const field = box.parentElement.querySelector('input[name="dessin"]');
  let strokes = [];
  let current;

  const redraw = () => {
    const { width, height } = sheet.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    sheet.width = width * ratio;
    sheet.height = height * ratio;
    const pen = sheet.getContext('2d');
    pen.scale((width * ratio) / WIDTH, (height * ratio) / HEIGHT);
    pen.lineWidth = 6;
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    for (const stroke of strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo(x, y);
      pen.stroke();
    }
  };
  const keep = () => {
    const points = strokes.reduce((total, stroke) => total + stroke.length, 0);
    field.value = points >= 2 ? JSON.stringify(strokes) : '';
    return points;
  };
  const pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [
      within(((clientX - left) / width) * WIDTH, WIDTH),
      within(((clientY - top) / height) * HEIGHT, HEIGHT),
    ];
  };

  sheet.addEventListener('pointerdown', (event) => {
    if (keep() >= MOST_POINTS) return;
    sheet.setPointerCapture(event.pointerId);
    current = [pointOf(event)];
    strokes.push(current);
    redraw();
  });
  sheet.addEventListener('pointermove', (event) => {
    if (!current || keep() >= MOST_POINTS) return;
    const [x, y] = pointOf(event);
    const [lastX, lastY] = current.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < 6) return;
    current.push([x, y]);
    redraw();
  });
  for (const over of ['pointerup', 'pointercancel']) {
    sheet.addEventListener(over, () => {
      current = undefined;
      keep();
    });
  }
  box.querySelector('[data-drawing-clear]').addEventListener('click', () => {
    strokes = [];
    keep();
    redraw();
  });
  // A sheet that is resized, by turning the telephone say, is empty until it is drawn again.
  new ResizeObserver(redraw).observe(sheet);
  box.hidden = false;
}

for (const box of document.querySelectorAll('[data-drawing]')) drawingIn(box);
