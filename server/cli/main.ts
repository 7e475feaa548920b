import { environment } from "../process/environment.ts";
import { runCli } from "./run-cli.ts";

const interrupted = new AbortController();
process.on("SIGINT", () => interrupted.abort());
process.on("SIGTERM", () => interrupted.abort());

let isRead = true;
// A reader that has seen enough (`nexus … | head -1`) ends the command, quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  isRead = false;
  interrupted.abort();
});

/** The settings; what cannot be read of them ends the command with the reason. */
const settings = (): ReturnType<typeof environment> => {
  try {
    return environment();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
};

process.exitCode = await runCli({
  args: process.argv.slice(2),
  environment: settings(),
  out: (text) =>
    new Promise<void>((resolve) => {
      if (isRead) process.stdout.write(text, () => resolve());
      else resolve();
    }),
  err: (text) => void process.stderr.write(text),
  signal: interrupted.signal,
});
