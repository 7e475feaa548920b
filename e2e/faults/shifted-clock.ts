import { readFileSync } from "node:fs";

/**
 * Loaded before a program (`node --import`), shifts its wall clock as a host's may be: `NEXUS_TEST_CLOCK_OFFSET_MS` says by
 * how much, and a number in the file `NEXUS_TEST_CLOCK_FILE` takes its place as soon as it is written there, which makes the
 * clock jump. The monotonic clock goes on as it was, as it does on a host. The product knows nothing of this.
 */
const file = process.env["NEXUS_TEST_CLOCK_FILE"];
let offsetMs = Number(process.env["NEXUS_TEST_CLOCK_OFFSET_MS"] ?? 0);

const readFileAgain = (): void => {
  if (file === undefined) return;
  try {
    const told = Number(readFileSync(file, "utf8").trim() || Number.NaN);
    if (Number.isFinite(told)) offsetMs = told;
  } catch {
    // Not written yet.
  }
};
if (file !== undefined) setInterval(readFileAgain, 50).unref();
readFileAgain();

const RealDate = Date;
const now = (): number => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  // Called as a function it is a string of the time, whatever it is given.
  apply: () => new RealDate(now()).toString(),
  construct: (target, given: readonly unknown[], self) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, self === globalThis.Date ? target : self),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
