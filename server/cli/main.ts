import { environment } from "../process/environment.ts";
import { runCli } from "./run-cli.ts";

const interrupted = new AbortController();
process.on("SIGINT", () => interrupted.abort());
process.on("SIGTERM", () => interrupted.abort());

process.exitCode = await runCli({
  args: process.argv.slice(2),
  environment: environment(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  signal: interrupted.signal,
});
