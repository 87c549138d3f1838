// A responsive set by sharp: each width is reduced once, its formats are written from those pixels, all at once.
import sharp from "sharp";
import { answerLines } from "./lines.mjs";

const WRITE = {
  jpeg: (image, options) => image.jpeg(options),
  webp: (image, options) => image.webp(options),
  avif: (image, options) => image.avif(options),
};

/** One width: the reduced pixels, and a file for each format that is asked for. */
async function oneWidth(source, { width, formats }) {
  const { data, info } = await sharp(source).rotate().resize(width).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const files = await Promise.all(
    Object.entries(formats).map(async ([kind, options]) => [kind, await WRITE[kind](sharp(data, { raw }), options).toBuffer()]),
  );
  return { width, raw, pixels: data, files: Object.fromEntries(files) };
}

// `keep` gives the pixels and the files back, for their quality to be measured: not when time is.
await answerLines(async ({ source, widths, keep }) => {
  const sizes = await Promise.all(widths.map((one) => oneWidth(source, one)));
  return {
    sizes: sizes.map(({ width, raw, pixels, files }) => ({
      width,
      raw,
      pixels: keep ? pixels.toString("base64") : "",
      files: Object.fromEntries(
        Object.entries(files).map(([kind, data]) => [kind, { bytes: data.length, data: keep ? data.toString("base64") : "" }]),
      ),
    })),
  };
});
