/* Functions that a browser runs in the page under test: each stands alone, as it is sent there as text. */

/** What a reader can see of the page. */
export function layoutFacts() {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.innerText);
  const outside = [];
  let smallest = 100;
  for (const element of document.querySelectorAll('header *, main *, footer *')) {
    if (!element.checkVisibility() || element.closest('.scroll') !== null || !element.innerText) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < 0 || right > window.innerWidth + 1) outside.push(`${element.tagName} ${element.innerText.slice(0, 40)}`);
    smallest = Math.min(smallest, Number.parseFloat(getComputedStyle(element).fontSize));
  }
  return {
    pageWidth: document.documentElement.scrollWidth,
    outside,
    smallest,
    changes: texts('.change'),
    hosts: texts('.host-card h3'),
    boxes: document.querySelectorAll('.box').length,
    danger: texts('.danger').join(),
    dangerTop: document.querySelector('.danger')?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY,
  };
}

/** Where each step is drawn, and beside which host's name. */
export function boxPlaces() {
  const lanes = [...document.querySelectorAll('.lanes li')].map((li) => ({
    host: li.innerText,
    place: li.getBoundingClientRect(),
  }));
  return [...document.querySelectorAll('.box')].map((box) => {
    const { left, right, top, bottom } = box.querySelector('rect').getBoundingClientRect();
    const lane = lanes.find(({ place }) => place.top <= top && bottom <= place.bottom);
    return { id: Number(box.getAttribute('href').slice('#step-'.length)), left, right, top, bottom, host: lane?.host };
  });
}

/** How light the page is, and the texts with less contrast than WCAG 2 AA asks for: 4.5 to 1. */
export function contrasts() {
  const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    const over = (under, [r, g, b, a = 1]) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
    return layers.reverse().reduce(over, [255, 255, 255]);
  };
  const weak = [];
  for (const element of document.querySelectorAll('header *, main *:not(svg *), footer *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!hasText || !element.checkVisibility()) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${ratio.toFixed(2)} ${element.className} ${element.innerText.slice(0, 30)}`);
  }
  return { background: luminance(behind(document.body)), weak };
}

/**
 * The colours of a picture of the page: shares of its pixels that are reddish, greenish, amber; and in how many of a
 * hundred bands from top to bottom there is anything dark.
 */
export async function shadesOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  let [red, green, amber] = [0, 0, 0];
  const inked = new Set();
  const pixels = width * height;
  for (let i = 0; i < pixels; i += 1) {
    const [r, g, b] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    if (r > g + 12 && Math.abs(g - b) < 12) red += 1;
    if (g > r + 8 && g > b + 4) green += 1;
    if (r > b + 16 && g > b + 8) amber += 1;
    if (r + g + b < 380) inked.add(Math.floor((i / pixels) * 100));
  }
  const top = (data[0] + data[1] + data[2]) / 3 / 255;
  return { width, top, bandsWithInk: inked.size, red: red / pixels, green: green / pixels, amber: amber / pixels };
}
