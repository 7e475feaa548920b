import type { GatewayProcess } from "./gateway-process.ts";

/** What stands in front of gateways and sends calls to those that say they are ready, as far as it knows. */
export interface Balancer {
  readonly add: (gateway: GatewayProcess) => void;
  /** The one whose turn it is. */
  readonly next: () => GatewayProcess;
  readonly close: () => void;
}

/** Asks each gateway so often, as load balancers do; what it knows is that old. */
export const openBalancer = (everyMs: number): Balancer => {
  const ready = new Set<GatewayProcess>();
  const known = new Set<GatewayProcess>();
  let turn = 0;
  const look = async (gateway: GatewayProcess): Promise<void> => {
    const isReady = await fetch(`${gateway.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) ready.add(gateway);
    else ready.delete(gateway);
  };
  const timer = setInterval(() => void Promise.all([...known].map(look)), everyMs);
  return {
    add: (gateway) => {
      known.add(gateway);
      ready.add(gateway);
    },
    next: () => {
      const gateway = [...ready][turn++ % Math.max(ready.size, 1)];
      if (gateway === undefined) throw new Error("no gateway is ready");
      return gateway;
    },
    close: () => clearInterval(timer),
  };
};
