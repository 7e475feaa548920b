// Preloaded into a gateway: its host's wall clock is off by CLOCK_OFFSET_MS. The monotonic clock is nobody's business.

const offsetMs = Number(process.env["CLOCK_OFFSET_MS"] ?? "0");
const realNow = Date.now;
const now = (): number => realNow() + offsetMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Date(now()).toString(),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
