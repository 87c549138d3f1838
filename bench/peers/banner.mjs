// A roster banner drawn by satori + resvg, or by headless Chromium, from one tree of elements.
import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import puppeteer from "puppeteer-core";
import satori from "satori";
import { answerLines } from "./lines.mjs";

const WIDTH = 1600;
const box = (style, ...children) => ({ type: "div", props: { style: { display: "flex", ...style }, children } });

/** The banner as flexbox: stripes and logo behind the team's name, then columns of numbered names. */
function tree({ title, tag, players, columns, logo, height }) {
  const stripe = (left, width, color) =>
    box({ position: "absolute", left, top: 0, width, height: "100%", background: color, transform: "skewX(-18deg)" });
  const header = box(
    { position: "relative", height: height * 0.34, flexShrink: 0, background: "#14284b", alignItems: "center", justifyContent: "center", overflow: "hidden" },
    ...[-40, 60, 130, 1430, 1500, 1560].map((left, index) => stripe(left, 48, index % 2 ? "#f2a900" : "#1d3766")),
    ...Array.from({ length: 9 }, (_, index) => stripe(220 + index * 130, 56, "#182f57")),
    { type: "img", props: { src: logo, width: 190, height: 190, style: { position: "relative", marginRight: 40 } } },
    box({ position: "relative", fontFamily: "Anton", fontSize: 120, color: "#ffffff", textTransform: "uppercase" }, title),
  );
  const band = box(
    { height: height * 0.07, flexShrink: 0, background: "#f2a900", alignItems: "center", justifyContent: "center", fontFamily: "Barlow", fontWeight: 700, fontSize: 34, color: "#101a2d", textTransform: "uppercase" },
    tag,
  );
  const rows = Math.ceil(players.length / columns);
  const cell = ([number, name]) =>
    box(
      { flex: 1, margin: 4, background: "#1d2940", alignItems: "center", overflow: "hidden" },
      box({ width: 64, height: "100%", background: "#f2a900", color: "#101a2d", fontFamily: "Anton", fontSize: 26, alignItems: "center", justifyContent: "center" }, number),
      box({ marginLeft: 14, color: "#ffffff", fontFamily: "Barlow", fontWeight: 700, fontSize: 27, textTransform: "uppercase", whiteSpace: "nowrap" }, name),
    );
  const column = (index) =>
    box({ flex: 1, flexDirection: "column", margin: 4 }, ...players.slice(index * rows, (index + 1) * rows).map(cell));
  const body = box({ flex: 1, padding: 24 }, ...Array.from({ length: columns }, (_, index) => column(index)));
  return box({ width: WIDTH, height, flexDirection: "column", background: "#0d1524" }, header, band, body);
}

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const UNITLESS = new Set(["flex", "flexShrink", "fontWeight"]);
const css = (style) =>
  Object.entries(style)
    .map(([name, value]) => `${kebab(name)}:${typeof value === "number" && !UNITLESS.has(name) ? `${value}px` : value}`)
    .join(";");
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function html(node) {
  if (typeof node === "string") return escaped(node);
  const { style = {}, children = [], src, width, height } = node.props;
  if (node.type === "img") return `<img src="${src}" width="${width}" height="${height}" style="${css(style)}">`;
  return `<div style="box-sizing:border-box;${css(style)}">${[children].flat().map(html).join("")}</div>`;
}

let browser;
let page;
let fonts;
let faces;

async function load({ fontFiles, chromium }) {
  fonts = fontFiles.map(({ name, weight, path }) => ({ name, weight, style: "normal", data: readFileSync(path) }));
  faces = fonts
    .map(({ name, weight, data }) => `@font-face{font-family:${name};font-weight:${weight};src:url(data:font/ttf;base64,${data.toString("base64")})}`)
    .join("");
  browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  page = await browser.newPage();
  return {};
}

const answer = (file, keep) => ({ bytes: file.length, ...(keep && { base64: Buffer.from(file).toString("base64") }) });

async function satoriPng({ widthPx, banner, keep }) {
  const svg = await satori(tree(banner), { width: WIDTH, height: banner.height, fonts });
  const png = new Resvg(svg, { fitTo: { mode: "width", value: widthPx }, font: { loadSystemFonts: false } }).render().asPng();
  return answer(png, keep);
}

async function show(banner, widthPx) {
  await page.setViewport({ width: WIDTH, height: banner.height, deviceScaleFactor: widthPx / WIDTH });
  await page.setContent(`<style>${faces}body{margin:0}</style>${html(tree(banner))}`, { waitUntil: "load" });
  await page.evaluate(() => document.fonts.ready);
}

async function chromiumPng({ widthPx, banner, keep }) {
  await show(banner, widthPx);
  const png = await page.screenshot({ type: "png", optimizeForSpeed: false });
  return answer(png, keep);
}

async function chromiumPdf({ banner, keep }) {
  await show(banner, WIDTH);
  const pdf = await page.pdf({ width: WIDTH, height: banner.height, printBackground: true });
  return answer(pdf, keep);
}

const WORK = { load, satoriPng, chromiumPng, chromiumPdf };
await answerLines(({ what, ...order }) => WORK[what](order));
await browser?.close();
