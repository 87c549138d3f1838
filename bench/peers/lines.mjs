// Answers one JSON order a line on stdin with one JSON line on stdout: the process stays warm between orders.
import { createInterface } from "node:readline";

/** Serve orders until stdin ends. `work(order)` gives the answer; the time it took is added as `seconds`. */
export async function answerLines(work) {
  for await (const line of createInterface({ input: process.stdin })) {
    const started = performance.now();
    let answer;
    try {
      answer = await work(JSON.parse(line));
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(JSON.stringify({ ...answer, seconds: (performance.now() - started) / 1000 }) + "\n");
  }
}
