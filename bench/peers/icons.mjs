// A site's icons by npm `favicons`, its modern set: 26 pictures and a manifest.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { favicons } from "favicons";
import { answerLines } from "./lines.mjs";

const icons = { android: true, appleIcon: true, appleStartup: false, favicons: true, windows: false, yandex: false };

await answerLines(async ({ logo, name, folder }) => {
  const made = await favicons(readFileSync(logo), { appName: name, path: "/", icons });
  const files = [...made.images, ...made.files];
  if (folder) for (const { name: file, contents } of files) writeFileSync(join(folder, file), contents);
  return { files: files.length, bytes: files.reduce((sum, { contents }) => sum + contents.length, 0) };
});
