// Classifies an image with the network beside this file. Decodes, resizes and arranges it as `resnet-spec predict` does.
import * as ort from "./ort.wasm.min.mjs";

const facts = JSON.parse(document.getElementById("model").textContent);
const [height, width, channels] = facts.shape;
const said = document.getElementById("said");
const MOST = 5;
const BITS = 2 ** 22;

ort.env.wasm.numThreads = 1; // more need headers that a plain server does not send
ort.env.wasm.wasmPaths = new URL("./", import.meta.url).href;

const say = (text, bad = false) => {
  const line = document.createElement("p");
  line.textContent = text;
  if (bad) line.className = "bad";
  said.replaceChildren(line);
};

// The pixels of a file, upright, over black where it is transparent, as bytes of `channels` a pixel.
async function decode(file) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", imageOrientation: "from-image" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint8Array(canvas.width * canvas.height * channels);
  for (let i = 0, o = 0; i < data.length; i += 4) {
    if (channels === 1) pixels[o++] = (data[i] * 19595 + data[i + 1] * 38470 + data[i + 2] * 7471 + 0x8000) >> 16;
    else for (let c = 0; c < 3; c++) pixels[o++] = data[i + c];
  }
  return { pixels, width: canvas.width, height: canvas.height };
}

// Weights of the bilinear filter, wider where it shrinks: for each of `size` places, where they begin and what they are.
function weigh(from, to, size, limit) {
  const scale = (to - from) / size;
  const reach = Math.max(scale, 1);
  return Array.from({ length: size }, (_, place) => {
    const centre = from + (place + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const last = Math.min(Math.trunc(centre + reach + 0.5), limit);
    const raw = Array.from({ length: last - first }, (_, i) => Math.max(1 - Math.abs((first + i - centre + 0.5) / reach), 0));
    const sum = raw.reduce((all, each) => all + each, 0);
    return { first, weights: raw.map((each) => Math.floor(0.5 + (each / sum) * BITS)) };
  });
}

// Filters along one axis: `count` lines of `size` places, whose neighbours are `step` bytes apart.
function filter(source, target, plan, lines) {
  for (const [sourceStart, sourceStep, targetStart, targetStep] of lines) {
    plan.forEach(({ first, weights }, place) => {
      let sum = BITS / 2;
      for (let i = 0; i < weights.length; i++) sum += source[sourceStart + (first + i) * sourceStep] * weights[i];
      target[targetStart + place * targetStep] = Math.min(255, Math.max(0, Math.floor(sum / BITS)));
    });
  }
}

function resize(image) {
  if (facts.resizes || (image.width === width && image.height === height)) return image;
  if (facts.resize === "none") throw new Error(`the image is ${image.width} wide and ${image.height} high; this network takes ${width} by ${height}`);
  let [left, top, right, bottom] = [0, 0, image.width, image.height];
  if (facts.resize === "crop") {
    const shrink = Math.min(image.width / width, image.height / height);
    [left, top] = [Math.max((image.width - width * shrink) / 2, 0), Math.max((image.height - height * shrink) / 2, 0)];
    [right, bottom] = [Math.min(left + width * shrink, right), Math.min(top + height * shrink, bottom)];
  }
  const wide = new Uint8Array(width * image.height * channels);
  const done = new Uint8Array(width * height * channels);
  const rows = [], columns = [];
  for (let y = 0; y < image.height; y++)
    for (let c = 0; c < channels; c++) rows.push([y * image.width * channels + c, channels, y * width * channels + c, channels]);
  for (let x = 0; x < width * channels; x++) columns.push([x, width * channels, x, width * channels]);
  filter(image.pixels, wide, weigh(left, right, width, image.width), rows);
  filter(wide, done, weigh(top, bottom, height, image.height), columns);
  return { pixels: done, width, height };
}

function tensor({ pixels, width: wide, height: high }) {
  const first = facts.data_format === "channels_first";
  let values = pixels;
  if (first) {
    values = new Uint8Array(pixels.length);
    const area = wide * high;
    for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) values[c * area + i] = pixels[i * channels + c];
  }
  const shape = first ? [1, channels, high, wide] : [1, high, wide, channels];
  return facts.dtype === "uint8" ? new ort.Tensor("uint8", values, shape) : new ort.Tensor("float32", Float32Array.from(values), shape);
}

function likely(outputs) {
  if (outputs.probabilities) return [...outputs.probabilities.data];
  const logits = [...outputs.logits.data];
  const most = Math.max(...logits);
  const powers = logits.map((each) => Math.exp(each - most));
  const sum = powers.reduce((all, each) => all + each, 0);
  return powers.map((each) => each / sum);
}

function show(shares) {
  const list = document.createElement("ol");
  const best = shares.map((share, index) => [share, index]).sort(([a], [b]) => b - a).slice(0, MOST);
  for (const [share, index] of best) {
    const line = document.createElement("li");
    const [name, number, bar] = ["bdi", "span", "span"].map((tag) => document.createElement(tag));
    name.textContent = facts.class_names[index];
    number.textContent = `${(100 * share).toFixed(1)}%`;
    bar.style.setProperty("--share", `${100 * share}%`);
    line.dataset.share = share;
    line.append(name, number, bar);
    list.append(line);
  }
  said.replaceChildren(list);
}

const session = ort.InferenceSession.create(new URL("model.onnx", import.meta.url).href);
session.then(() => { if (said.textContent.includes("loaded")) say("Nothing yet."); }, (error) => say(`The network cannot be loaded: ${error.message}`, true));

const drop = document.getElementById("drop");
let picture = "";
let newest = 0;
async function classify(file) {
  const turn = ++newest; // an image that took longer must not answer for one that was given after it
  say("Looking at it.");
  try {
    const image = await decode(file).catch(() => { throw new Error("this file is no image that the browser can read"); });
    if (turn !== newest) return;
    const shown = document.createElement("img");
    URL.revokeObjectURL(picture);
    picture = URL.createObjectURL(file);
    shown.src = picture;
    shown.alt = "The image that was given";
    drop.querySelector("img")?.remove();
    drop.prepend(shown);
    const outputs = await (await session).run({ image: tensor(resize(image)) });
    if (turn === newest) show(likely(outputs));
  } catch (error) {
    if (turn === newest) say(`This did not work: ${error.message}.`, true);
  }
}

document.getElementById("file").addEventListener("change", (event) => { if (event.target.files[0]) classify(event.target.files[0]); });
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
document.addEventListener("dragover", () => drop.classList.add("over"));
for (const kind of ["dragleave", "drop"]) document.addEventListener(kind, () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => { if (event.dataTransfer.files[0]) classify(event.dataTransfer.files[0]); });
