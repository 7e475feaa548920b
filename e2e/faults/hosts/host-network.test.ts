import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { openHostNetwork, whyNoHosts } from "./host-network.ts";
import { openHosts } from "./open-hosts.ts";

const why = await whyNoHosts();

it("a number of hosts that nobody can mean is refused", async () => {
  for (const hosts of [0, 1.5, 9, Number.NaN])
    await expect(openHosts(hosts, () => undefined)).rejects.toThrow("from 1 to 8");
});

it.runIf(why === undefined)("a host loses what it is told to lose, in that direction, until it is healed", async () => {
  const network = await openHostNetwork(["one", "two"]);
  const server = createServer((socket) => socket.end());
  try {
    await once(server.listen(0, network.address), "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const [program = "", ...before] = network.host("one").command;
    const reaches = (name: string): Promise<boolean> =>
      promisify(execFile)(program, [...before, "bash", "-c", `exec 3<>/dev/tcp/${name}/${port}`], {
        timeout: 700,
      }).then(
        () => true,
        () => false,
      );
    const one = network.host("one");
    expect(await reaches(network.address)).toBe(true);
    for (const direction of ["out", "back"] as const) {
      await one.lose(direction, 100, [network.address]);
      expect(await reaches(network.address), direction).toBe(false);
      expect((await one.heal()).lost, direction).toBeGreaterThan(0);
      expect(await reaches(network.address), direction).toBe(true);
    }
    await one.slow(50, [network.address]);
    expect(await reaches(network.address)).toBe(true);
    expect((await one.heal()).late).toBeGreaterThan(0);
  } finally {
    server.close();
    await network.close();
  }
});
