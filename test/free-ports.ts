import { once } from "node:events";
import { createServer } from "node:net";

/** So many ports of this machine on which nothing listens at the moment. */
export const freePorts = async (count: number): Promise<number[]> => {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer();
      await once(probe.listen(0, "localhost"), "listening");
      return probe;
    }),
  );
  const ports = probes.map((probe) => {
    const address = probe.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(probes.map((probe) => once(probe.close(), "close")));
  return ports;
};
