/** One gauge of a gateway's metrics page, without labels. */
export const gaugeOf = async (gatewayUrl: string, name: string): Promise<number> => {
  const page = await (await fetch(`${gatewayUrl}/metrics`)).text();
  const match = new RegExp(`^${name} (\\S+)$`, "m").exec(page);
  if (!match) throw new Error(`the metrics page has no ${name}`);
  return Number(match[1]);
};

/** The event loop's delay since it was last asked for, ms. */
export const eventLoopDelayOf = async (
  gatewayUrl: string,
): Promise<{ readonly p50: number; readonly p99: number; readonly max: number }> => {
  const page = await (await fetch(`${gatewayUrl}/metrics`)).text();
  const ms = (name: string): number =>
    Number(new RegExp(`^nexus_nodejs_eventloop_lag_${name}_seconds (\\S+)$`, "m").exec(page)?.[1] ?? Number.NaN) *
    1_000;
  return { p50: ms("p50"), p99: ms("p99"), max: ms("max") };
};
