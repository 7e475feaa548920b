/** What a unit of systemd starts, as far as it matters to whoever starts it by hand. */
export interface Unit {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Every `Name=value` of its service, the last one of each name. */
  readonly service: Readonly<Record<string, string>>;
}

/** Reads a unit without quotes and continued lines, which ours have none of. */
export const readUnit = (text: string): Unit => {
  const section = text.split("[Service]\n")[1]?.split("\n[")[0] ?? "";
  const service = Object.fromEntries(
    section
      .split("\n")
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const environment = Object.fromEntries(
    (service["Environment"] ?? "")
      .split(" ")
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  return { command: (service["ExecStart"] ?? "").split(" "), environment, service };
};
